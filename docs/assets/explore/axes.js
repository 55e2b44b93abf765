/* Which entries of an (N, C, H, W) block share mean and variance with one of them?

   A normaliser is the set of axes that it pools: docs/normalizers/per-sample.md, "Who
   shares statistics with whom". Group norm cuts the axis of channels into G pieces.
   Without gamma and beta, and with the eps of torch.nn.functional in float64. */

import { choice, format, make, readout, slider, view } from "./kit.js"

const SIZES = [3, 4, 2, 3]
const [N, C, H, W] = SIZES
const count = (shape) => shape.reduce((a, b) => a * b, 1)
const GROUPS = [1, 2, 4]
/** In the order of memory; no random numbers, so that a reader can redo it. */
const block = Array.from({ length: N * C * H * W }, (_, k) => (3 * (k + 1) ** 2) % 10)

/** `pools`: of n, c, h, w; `gamma`: the shape of its parameter. */
const norms = {
  batch: { text: "batch", pools: [1, 0, 1, 1], gamma: [C], color: "c1" },
  layer: { text: "layer, image", pools: [0, 1, 1, 1], gamma: [C, H, W], color: "c2" },
  token: { text: "layer, token", pools: [0, 1, 0, 0], gamma: [C], color: "c2" },
  instance: { text: "instance", pools: [0, 0, 1, 1], gamma: [C], color: "c3" },
  group: { text: "group", pools: [0, 1, 1, 1], gamma: [C], color: "c4" },
  rms: { text: "RMS, token", pools: [0, 1, 0, 0], gamma: [C], color: "c5" },
}

/** [n, c, h, w] of entry k. */
const place = (k) =>
  SIZES.map((size, axis) => Math.floor(k / count(SIZES.slice(axis + 1))) % size)
const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`

/** What is pooled with entry k, and what comes of it. */
function pool(name, groups, k) {
  const at = place(k)
  const { pools } = norms[name]
  const group = name === "group"
  const ranges = SIZES.map((size, axis) => {
    if (!pools[axis]) return [at[axis], at[axis] + 1]
    const width = group && axis === 1 ? size / groups : size
    const low = at[axis] - (at[axis] % width)
    return [low, low + width]
  })
  const slice = ranges.map(([low, high], axis) =>
    high - low === SIZES[axis] ? ":" : high - low === 1 ? low : `${low}:${high}`)
  const inside = block.map((_, j) =>
    place(j).every((i, axis) => ranges[axis][0] <= i && i < ranges[axis][1]))
  const values = block.filter((_, j) => inside[j])
  const average = (f) => values.reduce((sum, x) => sum + f(x), 0) / values.length
  const rms = name === "rms"
  const mean = rms ? 0 : average((x) => x)
  const square = average((x) => (x - mean) ** 2)
  return {
    inside, mean, square, rms,
    m: values.length,
    slice: `x[${slice.join(", ")}]`,
    // With keepdim; group norm sees (N, G, C / G, H, W).
    shape: group ? [N, groups, 1, 1, 1] : SIZES.map((size, axis) => (pools[axis] ? 1 : size)),
    output: (block[k] - mean) / Math.sqrt(square + (rms ? Number.EPSILON : 1e-5)),
  }
}

export default function mount(element) {
  const panel = view(element, "Explore which entries a normaliser pools", update)
  const norm = panel.add(choice({
    key: "norm", label: "norm", value: "batch",
    options: Object.entries(norms).map(([key, { text }]) => [key, text]),
  }))
  const index = (key, label, size, value) =>
    slider({ key, label, min: 0, max: size - 1, step: 1, value })
  const groups = slider({
    key: "groups", label: "groups *G*", min: 0, max: 2, step: 1, value: 1, to: (p) => GROUPS[p],
  })
  const at = [
    index("n", "example *n*", N, 1),
    index("c", "channel *c*", C, 1),
    slider({
      key: "p", label: "position", min: 0, max: H * W - 1, step: 1, value: 1,
      show: (p) => tuple(place(p).slice(2)),
    }),
  ]
  const chosen = () => (at[0].value * C + at[1].value) * H * W + at[2].value
  // Only group norm has groups.
  groups.root.addEventListener("input", () => {
    panel.root.querySelector("[value=group]").checked = true
  })
  panel.row(at[0], at[1], at[2], groups)

  const svg = make("svg", { role: "img", style: "cursor: pointer" })
  const cube = panel.add(make("div", { class: "explore-plot", style: "min-height: 11.5rem" }, svg))
  const pooled = readout({ key: "pooled", label: "pools" })
  const statistics = readout({ key: "statistics", label: "shape" })
  const mean = readout({ key: "mean", label: "mean *μ*" })
  const square = readout({ key: "square", label: "variance" })
  const output = readout({ key: "output", label: "normalised value" })
  const gamma = readout({ key: "gamma", label: "shape of *γ*" })
  panel.row(pooled, statistics, mean, square, output, gamma)

  function draw() {
    const { clientWidth: width, clientHeight: height } = cube
    if (!width) return
    const em = parseFloat(getComputedStyle(svg).fontSize)
    const gap = em / 2
    const [left, top, bottom] = [2.4 * em, 2.5 * em, 1.6 * em]
    const size = Math.min(
      (width - left - gap * (C - 1) - 2) / (C * W),
      (height - top - bottom - gap * (N - 1) - 2) / (N * H),
    )
    const [wide, high] = [C * W * size + gap * (C - 1), N * H * size + gap * (N - 1)]
    const x0 = left + (width - left - wide) / 2
    const y0 = top + (height - top - bottom - high) / 2
    const own = chosen()
    const { inside, slice, m } = pool(norm.value, groups.value, own)
    const color = `var(--book-${norms[norm.value].color})`
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
    svg.setAttribute("aria-label",
      `A block of ${N} examples, the rows, by ${C} channels, the columns, with ${H} by ${W} `
      + `positions each. Hatched: the ${m} entries ${slice}, which are pooled with the ringed `
      + `entry x[${place(own).join(", ")}].`)
    const words = make("g", { class: "explore-words", fill: "currentColor" })
    const write = (text, x, y, more) => {
      const parts = text.split("*").map((part, k) =>
        k % 2 ? make("tspan", { "font-style": "italic" }, part) : part)
      words.append(make("text", { x, y, "text-anchor": "middle", ...more }, ...parts))
    }
    const middle = (k, n, part) => (k + 0.5) * n * size + k * gap + part
    write("channel *c*", x0 + wide / 2, y0 - 1.6 * em)
    for (let c = 0; c < C; c++) write(String(c), middle(c, W, x0), y0 - 0.4 * em)
    write("example *n*", 0, 0, {
      transform: `translate(${x0 - 1.5 * em} ${y0 + high / 2}) rotate(-90)`,
    })
    for (let n = 0; n < N; n++) write(String(n), x0 - 0.7 * em, middle(n, H, y0) + 0.35 * em)
    write(`in each block: positions (*h*, *w*), ${H} × ${W}`, x0 + wide / 2, y0 + high + 1.3 * em)

    const cells = make("g")
    let ring
    for (const [k, value] of block.entries()) {
      const [n, c, h, w] = place(k)
      const [x, y] = [x0 + c * gap + (c * W + w) * size, y0 + n * gap + (n * H + h) * size]
      const [a, b] = [size / 2, size]
      const cell = make("g", { "data-entry": k, "data-pooled": inside[k] && "" })
      const box = { x, y, width: size, height: size }
      cell.append(make("rect", { ...box, fill: "var(--book-paper)", stroke: "var(--book-grid)" }))
      if (inside[k]) {
        cell.append(
          make("rect", { ...box, fill: color, opacity: 0.25 }),
          make("path", {
            d: `M${x} ${y + a}l${a} ${-a}M${x} ${y + b}l${b} ${-b}M${x + a} ${y + b}l${a} ${-a}`,
            stroke: color, "stroke-width": 1.5, fill: "none",
          }),
        )
      }
      cells.append(cell)
      write(String(value), x + a, y + a + 0.36 * em, { "pointer-events": "none" })
      if (k === own)
        ring = make("rect", {
          x: x + 1, y: y + 1, width: size - 2, height: size - 2, fill: "none",
          stroke: "currentColor", "stroke-width": 3, "pointer-events": "none",
        })
    }
    svg.replaceChildren(cells, ring, words)
  }

  new ResizeObserver(draw).observe(cube)
  svg.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-entry]")
    if (!cell) return
    const [n, c, h, w] = place(Number(cell.dataset.entry))
    for (const [part, position] of [n, c, h * W + w].entries()) at[part].set(position)
  })

  function update() {
    const own = chosen()
    const got = pool(norm.value, groups.value, own)
    const { gamma: parameter, text } = norms[norm.value]
    pooled.set(got.m, `${got.slice}, ${got.m} values`)
    statistics.set(count(got.shape), `${tuple(got.shape)}, ${count(got.shape)} values`)
    if (got.rms) mean.set(NaN, "not used")
    else mean.set(got.mean)
    const s = () => make("i", {}, "s")
    square.root.firstChild.replaceChildren(...(got.rms ? ["mean square"] : ["variance ", s(), "²"]))
    statistics.root.firstChild.replaceChildren("shape of ",
      ...(got.rms ? ["mean square"] : [make("i", {}, "μ"), ", ", s(), "²"]))
    square.set(got.square)
    output.set(got.output)
    gamma.set(count(parameter), `${tuple(parameter)}, ${count(parameter)} values`)
    draw()
    const name = norm.value === "group" ? `group, G = ${groups.value}` : text
    return `${name}: ${got.slice} is pooled, ${got.m} of ${block.length} values. `
      + (got.rms ? "Mean square" : `Mean ${format(got.mean)}, variance`)
      + ` ${format(got.square)}; ${block[own]} becomes ${format(got.output)}.`
  }
  panel.start()
}
