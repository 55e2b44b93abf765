/* What the explorations share: controls, readouts, a plot, numbers. No framework.

   An exploration is a module explore/NAME.js:

     import { choice, curve, format, plot, readout, slider, view } from "./kit.js"

     export default function mount(element) {
       const panel = view(element, "What one can explore here", update)
       const mu = panel.add(slider({ key: "mu", label: "mean *μ*", min: -8, max: 8,
                                     step: 0.1, value: 5 }))
       const mean = panel.add(readout({ key: "mean", label: "mean slope" }))
       const chart = panel.add(plot())
       function update() {           // called by view: once, and at every input
         mean.set(f(mu.value))
         chart.draw({ label, x: { min, max, title }, y: {...}, marks: [...] })
         return "The sentence that a screen reader speaks after 400 ms of rest."
       }
       panel.start()
     }

   Texts may hold *italics*, and ∗ where a star is meant; nothing else is markup.

   view(element, label, update)   a group in the place of the figure. .add(part, ...)
       appends parts and returns the first; .row(part, ...) puts parts side by side,
       as many as fit; .start() calls update; .update() calls it again and speaks.
   slider({ key, label, min, max, step, value, to, show })   a native range. .value is
       to(position) if there is `to` (say p => 2 ** p); show(value) is its text.
       .set(position) moves it, as drag does.
   choice({ key, label, options, value })   radio buttons; options are strings or
       [value, text]. .value is the value chosen.
   toggle({ key, label, value })   a check box. .value is true or false.
   button({ key, label, press })   press is called, then update.
   readout({ key, label, mark })   a labelled number: .set(value) or .set(value,
       text). The number in full is in its data-value. `mark` is { color, dash } or
       { color, area: true } or { color, marker }: how the plot draws it.
   legend(mark, text)   a key for what has no number.
   plot({ grow, drag })   fills the height that is left (`grow`: its share of it);
       drag(x, y) is called with data coordinates. .draw({ label, x, y, marks });
       an axis is { min, max, title, log, ticks, format, bare }, `bare` without
       numbers; marks are drawn in order:
         { line: [[x, y], ...], color, width, dash }
         { area: [[x, low, high], ...], color, opacity }
         { dots: [[x, y], ...], color, marker: "circle" | "square" | "diamond",
           size, open }
         { text, at: [x, y], color, anchor: "start" | "middle" | "end", dx, dy }
           (kept within the plot; dx and dy in ems)
       `color` is c0 ... c5 of book.css, with their meaning there, or "ink" (theory).
       A break in a line: a point that is not finite.
   curve(f, min, max, n)   [[x, f(x)], ...]
   format(value, digits)   4 digits unless told; 2.867 × 10⁻⁷ if it is small
   still()   true if the reader asked for less motion: then jump, do not animate

   Every control has the attribute data-key of its key on its native element (a choice
   on its fieldset); readouts on their output. The height that an exploration needs
   beyond its figure's is set in explore.css, so that nothing moves when it mounts. */

const SVG = new Set(["svg", "g", "path", "text", "tspan", "line", "circle", "rect"])
const DASHES = { solid: "", dashed: "6 4", dotted: "1.5 3.5", dashdot: "8 3 2 3" }

/** Make an element; attributes that are undefined or false are left out. */
export function make(name, attributes = {}, ...children) {
  const element = SVG.has(name)
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name)
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(key, value)
  element.append(...children)
  return element
}

/** Text with *italics* as nodes, of HTML or of SVG. */
function rich(text, inSvg) {
  return text.split("*").map((part, k) => {
    if (k % 2 === 0) return part.replaceAll("∗", "*")
    return inSvg ? make("tspan", { "font-style": "italic" }, part) : make("i", {}, part)
  })
}

const plain = (text) => text.replaceAll("*", "").replaceAll("∗", "*")
const paint = (color) => (color && color !== "ink" ? `var(--book-${color})` : "currentColor")
const dashes = (dash) => DASHES[dash] ?? dash

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches

const superscript = (n) =>
  String(n).replace("+", "").replace(/[-0-9]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]))

/** A number for a reader, with so many significant digits. */
export function format(value, digits = 4) {
  const size = Math.abs(value)
  let text
  if (Number.isNaN(value)) text = "undefined"
  else if (size === Infinity) text = value > 0 ? "∞" : "-∞"
  else if (size === 0) text = "0"
  else if (size < 1e-3 || size >= 1e6) {
    const [front, power] = value.toExponential(digits - 1).split("e")
    text = `${front} × 10${superscript(power)}`
  } else text = size >= 10 ** digits ? value.toFixed(0) : value.toPrecision(digits)
  return text.replace("-", "−")
}

export function curve(f, min, max, n = 241) {
  return Array.from({ length: n }, (_, k) => {
    const x = min + ((max - min) * k) / (n - 1)
    return [x, f(x)]
  })
}

export function view(element, label, update) {
  const root = make("div", { class: "explore-view", role: "group", "aria-label": label })
  const said = make("p", { class: "explore-said", role: "status" })
  root.append(said)
  element.append(root)
  let rest
  const nodes = (parts) => parts.map((part) => part.root ?? part)
  const panel = {
    root,
    add(...parts) {
      root.append(...nodes(parts))
      return parts[0]
    },
    row(...parts) {
      root.append(make("div", { class: "explore-row" }, ...nodes(parts)))
      return parts[0]
    },
    update() {
      const sentence = update()
      clearTimeout(rest)
      rest = setTimeout(() => { said.textContent = sentence }, 400)
    },
    start() {
      // It hides the figure, whose number the text counts on.
      const number = element.querySelector("figcaption > b")?.textContent
      if (number) root.append(make("p", { class: "explore-name" }, make("b", {}, number), ` ${label}.`))
      update()
    },
  }
  root.addEventListener("input", panel.update)
  return panel
}

export function slider({ key, label, min, max, step, value, to = Number, show }) {
  const text = show ?? ((x) => String(x).replace("-", "−"))
  const input = make("input", { type: "range", min, max, step, value, "data-key": key })
  const shown = make("output", { "aria-live": "off" })
  const read = () => {
    shown.textContent = text(to(Number(input.value)))
    input.setAttribute("aria-valuetext", shown.textContent)
  }
  input.addEventListener("input", read)
  read()
  return {
    root: make("label", { class: "explore-slider" },
      make("span", {}, ...rich(label)), input, shown),
    get value() { return to(Number(input.value)) },
    set(position) {
      input.value = position
      input.dispatchEvent(new Event("input", { bubbles: true }))
    },
  }
}

let groups = 0

export function choice({ key, label, options, value }) {
  const name = `explore-${key}-${++groups}`
  const root = make("fieldset", { class: "explore-choice", "data-key": key },
    make("legend", {}, ...rich(label)))
  for (const option of options) {
    const [own, text] = Array.isArray(option) ? option : [option, option]
    root.append(make("label", {}, make("input", {
      type: "radio", name, value: own, checked: own === value && "",
    }), make("span", {}, ...rich(text))))
  }
  return { root, get value() { return root.querySelector(":checked").value } }
}

export function toggle({ key, label, value }) {
  const input = make("input", { type: "checkbox", "data-key": key, checked: value && "" })
  return {
    root: make("label", { class: "explore-toggle" }, input, make("span", {}, ...rich(label))),
    get value() { return input.checked },
  }
}

export function button({ key, label, press }) {
  const root = make("button", { type: "button", class: "md-button", "data-key": key },
    ...rich(label))
  root.addEventListener("click", () => {
    press()
    root.dispatchEvent(new Event("input", { bubbles: true }))
  })
  return { root }
}

export function legend(mark, text) {
  return make("span", { class: "explore-legend" }, sample(mark), ...rich(text))
}

/** A piece of what a mark looks like in the plot. */
function sample({ color, dash, width = 2, area, marker }) {
  const box = make("svg", { width: 20, height: 10, "aria-hidden": "true" })
  if (area) box.append(make("rect", { width: 20, height: 10, fill: paint(color), opacity: 0.35 }))
  else if (marker) box.append(dot(10, 5, { color, marker, size: 4 }))
  else
    box.append(make("line", {
      x1: 0, x2: 20, y1: 5, y2: 5, stroke: paint(color), "stroke-width": width,
      "stroke-dasharray": dashes(dash),
    }))
  return box
}

export function readout({ key, label, mark }) {
  const output = make("output", { "data-key": key, "aria-live": "off" })
  return {
    root: make("div", { class: "explore-readout" },
      make("span", {}, ...(mark ? [sample(mark)] : []), ...rich(label)), output),
    set(value, text = format(value)) {
      output.dataset.value = value
      output.textContent = text
    },
  }
}

function dot(x, y, { color, marker, size = 4.5, open }) {
  const look = open
    ? { fill: "var(--book-paper)", stroke: paint(color), "stroke-width": 2 }
    : { fill: paint(color) }
  if (!marker || marker === "circle") return make("circle", { cx: x, cy: y, r: size, ...look })
  const [a, b] = marker === "diamond" ? [0, size * 1.3] : [size, size]
  const corners = marker === "diamond"
    ? [[a, -b], [b, a], [a, b], [-b, a]]
    : [[-a, -b], [a, -b], [a, b], [-a, b]]
  const d = corners.map(([i, j]) => `${x + i} ${y + j}`).join("L")
  return make("path", { d: `M${d}Z`, ...look })
}

/** Where the axis has its numbers. */
function ticks({ min, max, log, ticks: own }, room) {
  if (own) return own
  if (log) {
    const [low, high] = [Math.ceil(Math.log10(min) - 1e-9), Math.floor(Math.log10(max) + 1e-9)]
    const step = Math.max(1, Math.ceil((high - low) / room))
    return curve((p) => 10 ** p, low, high, high - low + 1).map(([, y]) => y)
      .filter((_, k) => k % step === 0)
  }
  const rough = (max - min) / Math.max(room, 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((m) => m * power >= rough * 0.999) * power
  const first = Math.ceil(min / step - 1e-9)
  const count = Math.floor(max / step + 1e-9) - first + 1
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)))
}

const tickText = (axis, value) =>
  axis.format?.(value)
  ?? (axis.log ? `10${superscript(Math.round(Math.log10(value)))}` : String(value).replace("-", "−"))

const scale = ({ min, max, log }, from, to) => {
  const g = log ? Math.log : Number
  const at = (v) => from + ((g(v) - g(min)) / (g(max) - g(min))) * (to - from)
  at.back = (p) => {
    const v = g(min) + ((p - from) / (to - from)) * (g(max) - g(min))
    return log ? Math.exp(v) : v
  }
  return at
}

const path = (points) => {
  let d = "", pen = "M"
  for (const [x, y] of points) {
    const good = Number.isFinite(x) && Number.isFinite(y)
    // Far beyond the frame a browser's own numbers end.
    if (good) d += `${pen}${x.toFixed(2)} ${Math.max(-1e4, Math.min(1e4, y)).toFixed(2)}`
    pen = good ? "L" : "M"
  }
  return d
}

export function plot({ grow = 1, drag } = {}) {
  const svg = make("svg", { role: "img" })
  const root = make("div", { class: "explore-plot", style: `flex-grow: ${grow}` }, svg)
  let last, x, y

  function render() {
    const { clientWidth: width, clientHeight: height } = root
    if (!last || !width) return
    const em = parseFloat(getComputedStyle(svg).fontSize)
    const [xAxis, yAxis] = [last.x, last.y]
    const top = yAxis.title ? 1.9 * em : 0.6 * em
    const bottom = height - (xAxis.bare ? 0.5 : xAxis.title ? 2.9 : 1.6) * em
    const yTicks = ticks(yAxis, (bottom - top) / (2.2 * em))
    const names = yTicks.map((v) => (yAxis.bare ? "" : tickText(yAxis, v)))
    // Room for four characters at least: plots that are stacked stay aligned.
    const left = (0.8 + 0.55 * Math.max(4, ...names.map((n) => n.length))) * em
    const right = width - 0.8 * em
    x = scale(xAxis, left, right)
    y = scale(yAxis, bottom, top)
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
    svg.setAttribute("aria-label", plain(last.label))

    const write = (text, px, py, more) => make("text", { x: px, y: py, ...more }, ...rich(text, true))
    const grid = make("g", { class: "explore-grid" })
    const words = make("g", { fill: "currentColor" })
    for (const [k, v] of yTicks.entries()) {
      grid.append(make("line", { x1: left, x2: right, y1: y(v), y2: y(v) }))
      words.append(write(names[k], left - 0.4 * em, y(v) + 0.35 * em, { "text-anchor": "end" }))
    }
    for (const v of ticks(xAxis, (right - left) / (4 * em))) {
      grid.append(make("line", { x1: x(v), x2: x(v), y1: top, y2: bottom }))
      if (!xAxis.bare)
        words.append(write(tickText(xAxis, v), x(v), bottom + 1.2 * em, { "text-anchor": "middle" }))
    }
    if (yAxis.title) words.append(write(yAxis.title, 0, em))
    if (xAxis.title && !xAxis.bare)
      words.append(write(xAxis.title, (left + right) / 2, bottom + 2.5 * em, { "text-anchor": "middle" }))

    // A nested svg clips what leaves the frame.
    const inner = make("svg", { x: left, y: top, width: right - left, height: bottom - top })
    inner.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`)
    const over = make("g", { class: "explore-words" })
    for (const mark of last.marks) {
      const color = paint(mark.color)
      if (mark.line)
        inner.append(make("path", {
          d: path(mark.line.map(([a, b]) => [x(a), y(b)])), fill: "none", stroke: color,
          "stroke-width": mark.width ?? 2, "stroke-dasharray": dashes(mark.dash),
          "stroke-linejoin": "round",
        }))
      if (mark.area) {
        const high = mark.area.map(([a, , b]) => [x(a), y(b)])
        const low = mark.area.map(([a, b]) => [x(a), y(b)]).reverse()
        inner.append(make("path", {
          d: `${path([...high, ...low])}Z`, fill: color, opacity: mark.opacity ?? 0.35,
        }))
      }
      for (const [a, b] of mark.dots ?? [])
        if (Number.isFinite(y(b)) && b >= yAxis.min && b <= yAxis.max)
          over.append(dot(x(a), y(b), mark))
      if (mark.text) {
        const text = write(mark.text, 0, 0, { fill: color, "text-anchor": mark.anchor ?? "start" })
        over.append(text)
        text.place = [x(mark.at[0]) + (mark.dx ?? 0) * em, y(mark.at[1]) + (mark.dy ?? 0) * em]
      }
    }
    svg.replaceChildren(grid, words, inner, over)
    for (const text of over.querySelectorAll("text")) {
      const box = text.getBBox()
      const [px, py] = text.place
      text.setAttribute("x", Math.max(left - box.x, Math.min(right - box.x - box.width, px)))
      text.setAttribute("y", Math.max(top + em, Math.min(bottom - 0.4 * em, py)))
    }
  }

  new ResizeObserver(render).observe(root)
  if (drag) {
    svg.classList.add("explore-drag")
    const move = (event) => {
      const box = svg.getBoundingClientRect()
      drag(x.back(event.clientX - box.left), y.back(event.clientY - box.top))
    }
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId)
      move(event)
    })
    svg.addEventListener("pointermove", (event) => {
      if (svg.hasPointerCapture(event.pointerId)) move(event)
    })
  }
  return {
    root,
    draw(picture) {
      last = picture
      render()
    },
  }
}
