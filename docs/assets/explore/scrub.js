/* Do the distributions drift while a network learns, and do they with BN?

   All is in scrub.json, which snippets/phenomenon/measuring/scrub.py writes: for each
   recorded step and layer a histogram of what the tanh of one unit receives, and the
   moment shift since the start (the median over the units of the layer), as defined
   in docs/phenomenon/measuring.md. Nothing is computed here. */

import { button, legend, make, plot, slider, still, view } from "./kit.js"

// Without the data this import fails, and the figure stays.
const place = new URL("../../downloads/phenomenon/measuring/scrub.json", import.meta.url)
const answer = await fetch(place)
if (!answer.ok) throw new Error(`${answer.status}: ${place}`)
const { steps, edge, ...runs } = await answer.json()

const PACE = 120 // milliseconds between two recorded steps
const NETWORKS = [
  { key: "none", name: "without BN", color: "c0" },
  { key: "BN", name: "with BN", color: "c1" },
]
const LAYERS = runs.none.shift[0].map((_, l) => l + 1)
const APART = 2 * edge + 2 // both networks share the axis: the second is moved
const ROOM = 0.92 // of its strip that the highest bar of all takes
const highest = Math.max(...NETWORKS.flatMap(({ key }) => runs[key].counts.flat(2)))

/** The outline of a histogram that stands on `floor`, without its empty ends. */
function outline(counts, floor, start) {
  const width = (2 * edge) / counts.length
  const full = counts.map((_, k) => k).filter((k) => counts[k] > 0)
  return counts.slice(full[0], full.at(-1) + 1).flatMap((count, k) => {
    const left = start - edge + (full[0] + k) * width
    const top = floor + (ROOM * count) / highest
    return [[left, top], [left + width, top]]
  })
}

export default function mount(element) {
  const panel = view(element, "Scrub through two trainings", update)
  const last = steps.length - 1
  const time = panel.add(slider({
    key: "step", label: "training step", min: 0, max: last, step: 1, value: last,
    show: (k) => String(steps[k]),
  }))
  const start = legend({ color: "ink", dash: "dotted", width: 1.5 }, "the same unit at the start")
  let timer = 0, own = false
  if (still()) panel.add(start)
  const play = button({ key: "play", label: "Play", press: () => (timer ? pause() : run()) })
  if (!still()) panel.add(make("div", { class: "explore-buttons" }, play.root, start))

  function pause() {
    clearInterval(timer)
    timer = 0
    play.root.textContent = "Play"
  }

  function go(position) {
    own = true
    time.set(position)
    own = false
  }

  function run() {
    if (time.value === last) go(0)
    play.root.textContent = "Pause"
    timer = setInterval(() => {
      go(time.value + 1)
      if (time.value === last) pause()
    }, PACE)
  }
  // Who takes the slider while it plays has it.
  time.root.addEventListener("input", () => { if (!own) pause() })

  const chart = panel.add(plot())
  const cell = (key) => make("output", { "data-key": key, "aria-live": "off" })
  const row = ({ key, name }) => [key, {
    name, shift: LAYERS.map((l) => cell(`${key}-${l}`)), loss: cell(`${key}-loss`),
  }]
  const cells = Object.fromEntries(NETWORKS.map(row))
  const head = (text, scope) => make("th", { scope }, text)
  panel.add(make("table", { class: "explore-table" },
    make("caption", {}, "Moment shift since the start, by layer, and the loss"),
    make("thead", {}, make("tr", {}, head("layer", "col"),
      ...LAYERS.map((l) => head(l, "col")), head("loss", "col"))),
    make("tbody", {}, ...Object.values(cells).map(({ name, shift, loss }) =>
      make("tr", {}, head(name, "row"),
        ...[...shift, loss].map((output) => make("td", {}, output)))))))

  function show(output, value, digits) {
    output.dataset.value = value
    output.textContent = value.toFixed(digits)
  }

  function update() {
    const now = time.value
    const marks = [{
      line: [[APART / 2, 0], [APART / 2, LAYERS.length + 2]], color: "ink", width: 0.5,
    }]
    for (const [side, { key, name, color }] of NETWORKS.entries()) {
      const { shift, loss, counts } = runs[key]
      shift[now].forEach((value, l) => show(cells[key].shift[l], value, 3))
      show(cells[key].loss, loss[now], 2)
      marks.push({
        text: name, at: [side * APART, LAYERS.length + 1.2], color, anchor: "middle",
      })
      for (const [l, layer] of LAYERS.entries()) {
        const bars = outline(counts[now][l], layer, side * APART)
        marks.push(
          { area: bars.map(([x, top]) => [x, layer, top]), color, opacity: 0.4 },
          { line: bars, color, width: 1.5 },
          { line: outline(counts[0][l], layer, side * APART), color: "ink", width: 1.2, dash: "dotted" },
        )
      }
    }
    const deep = LAYERS.length
    const [plain, normed] = NETWORKS.map(({ key }) => runs[key])
    const moved = (run) => run.shift[now][deep - 1].toFixed(3)
    const said = `Step ${steps[now]}: the moments of layer ${deep} have moved by ${moved(plain)} `
      + `initial standard deviations without BN, by ${moved(normed)} with it; `
      + `the loss is ${plain.loss[now].toFixed(2)} and ${normed.loss[now].toFixed(2)}.`
    chart.draw({
      label: "Histograms of what one unit of each layer receives, without BN and with it, "
        + `and dotted the same at the start. ${said}`,
      x: {
        min: -edge, max: APART + edge,
        ticks: [-10, 0, 10].flatMap((v) => [v, APART + v]).sort((a, b) => a - b),
        format: (v) => String(v > edge ? v - APART : v).replace("-", "−"),
        title: "(*z* − *μ*) / *σ*, with *μ* and *σ* of the start",
      },
      y: { min: 1, max: deep + 1.35, ticks: LAYERS, title: "layer; histograms of 1,000 images" },
      marks,
    })
    return said
  }
  panel.start()
}
