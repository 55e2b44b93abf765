/* Whose outputs move if one example of a batch does?

   Both layers are equation (transform) of docs/batch-norm/transform.md without gamma
   and beta. Batch norm pools the examples of a unit, layer norm the units of an
   example; eps = 1e-5 and the biased variance, as torch has them. The batch is that of
   one_example.py. */

import { choice, format, legend, make, plot, slider, view } from "./kit.js"

const EPS = 1e-5
const REST = [ // five examples of three units
  [0.3, -1.4, 1.2],
  [1.1, 0.8, 2.9],
  [-0.1, -2.2, 0.4],
  [0.6, -0.3, 3.4],
  [-1.6, -1.1, 2.1],
]
const MARKERS = ["circle", "square", "diamond"]

function standardise(values) {
  const mean = values.reduce((a, b) => a + b) / values.length
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length
  return values.map((v) => (v - mean) / Math.sqrt(variance + EPS))
}

const transpose = (x) => x[0].map((_, unit) => x.map((example) => example[unit]))

export const layerNorm = (x) => x.map(standardise)
export const batchNorm = (x) => transpose(transpose(x).map(standardise))

/** Each: the layer, its colour, where its axis ends, and its outputs at rest. */
const layers = [
  { name: "*x*, which goes in", run: (x) => x, color: "c0", edge: 8 },
  { name: "after batch norm", run: batchNorm, color: "c1", edge: 2.2 },
  { name: "after layer norm", run: layerNorm, color: "c2", edge: 2.2 },
].map((layer) => ({ ...layer, rest: layer.run(REST) }))

/** The example 1 moved by a distance, in its first unit or in all. */
export const moved = (distance, all) => REST.map((example, k) =>
  example.map((v, unit) => (k === 0 && (all || unit === 0) ? v + distance : v)))

/** How far the others move, at most. */
const change = (before, after) => Math.max(...after.slice(1).flatMap((own, k) =>
  own.map((v, unit) => Math.abs(v - before[k + 1][unit]))))

export default function mount(element) {
  const panel = view(element, "Explore who moves with one example", update)
  const which = panel.add(choice({
    key: "which", label: "move", options: [["one", "one value"], ["all", "all its values"]],
    value: "one",
  }))
  const text = (x, digits) => x.toFixed(digits).replace("-", "−")
  const distance = panel.add(slider({
    key: "distance", label: "example 1, by", min: -6, max: 6, step: 0.1, value: 4,
    show: (x) => text(x, 1),
  }))
  const drag = (x) => distance.set((x - REST[0][0]).toFixed(1))
  const plots = layers.map((_, k) => panel.add(plot(k ? {} : { drag })))

  const cell = (key) => make("output", { "data-key": key, "aria-live": "off" })
  const others = ["bn-others", "ln-others"].map(cell)
  const own = ["bn", "ln"].map((key) => MARKERS.map((_, unit) => cell(`${key}-${unit + 1}`)))
  const head = (scope, ...content) => make("th", { scope }, ...content)
  const line = (name, cells) => make("tr", {}, head("row", ...name),
    ...cells.map((output) => make("td", {}, output)))
  panel.add(make("table", { class: "explore-table" },
    make("thead", {}, make("tr", {}, make("td"),
      ...["batch norm", "layer norm"].map((name) => head("col", name)))),
    make("tbody", {},
      line(["the others move by up to"], others),
      ...MARKERS.map((marker, unit) => line(
        [legend({ color: "ink", marker }, `example 1, unit ${unit + 1}`)],
        own.map((row) => row[unit]))))))
  function show(output, value) {
    output.dataset.value = value
    output.textContent = text(value, 3)
  }

  function update() {
    const all = which.value === "all"
    const d = distance.value
    const x = moved(d, all)
    const now = layers.map(({ run }) => run(x))
    const most = [1, 2].map((k) => change(layers[k].rest, now[k]))
    others.forEach((output, k) => show(output, most[k]))
    own.forEach((row, k) => row.forEach((output, unit) => show(output, now[k + 1][0][unit])))

    // Example 1 is on top; the units of one lie a little apart.
    const row = (k, unit) => REST.length - k + 0.25 * (1 - unit)
    layers.forEach(({ name, color, edge, rest }, k) => {
      const marks = [{ area: [[-edge, 4.5, 5.5], [edge, 4.5, 5.5]], color: "ink", opacity: 0.1 }]
      for (const [unit, marker] of MARKERS.entries()) {
        for (const e of REST.keys())
          marks.push({
            line: [rest, now[k]].map((y) => [y[e][unit], row(e, unit)]), color, width: 1.5,
          })
        marks.push({ dots: now[k].map((y, e) => [y[unit], row(e, unit)]), color, marker, size: 4 })
      }
      plots[k].draw({
        label: k
          ? `The outputs ${name.slice(6)}: the other examples move by up to ${format(most[k - 1])}.`
          : `Five examples of three units; the first has moved by ${text(d, 1)}.`,
        x: { min: -edge, max: edge, ticks: k ? [-2, -1, 0, 1, 2] : [-6, -4, -2, 0, 2, 4, 6] },
        y: { min: 0.4, max: 5.6, ticks: [1, 2, 3, 4, 5], format: (v) => String(6 - v),
          title: k ? `${name}; lines lead from where things were` : `examples; ${name}: drag it` },
        marks,
      })
    })
    return `Example 1 moved by ${text(d, 1)} in ${all ? "all its units" : "unit 1"}: the `
      + `others move by up to ${format(most[0], 3)} under batch norm, by `
      + `${format(most[1], 3)} under layer norm.`
  }
  panel.start()
}
