/* What does the gain of the initialisation make of signals and gradients, layer by layer?

   q_l = g^2 E phi(sqrt(q_(l-1)) Z)^2 upwards, from q_1 = g^2 (inputs of mean square 1);
   d_l = g^2 E phi'(sqrt(q_l) Z)^2 d_(l+1) downwards, from d_30 = 1: equations (forward)
   and (backward) of docs/depth/gradient-flow.md, for equal widths. */

import { choice, curve, format, plot, readout, slider, view } from "./kit.js"
import { mean } from "./even.js"

const { sqrt, tanh } = Math
const DEPTH = 30
const SLOPE = 0.2 // of the leaky ReLU, below zero
const [MIN, MAX, STEP] = [0.5, 2.5, 0.01]

/** A function with one slope a below zero and 1 above it: both means are half of
    1 + a^2, whatever q is. */
const kinked = (a) => ({
  critical: sqrt(2 / (1 + a ** 2)),
  means: (q) => [((1 + a ** 2) / 2) * q, (1 + a ** 2) / 2],
})

/** Each: the critical gain, and [E phi^2, E phi'^2] at the mean square q. */
const activations = {
  linear: kinked(1),
  ReLU: kinked(0),
  "leaky ReLU": kinked(SLOPE),
  tanh: {
    critical: 1,
    means: (q) => {
      const s = sqrt(q)
      return [mean((z) => tanh(s * z) ** 2), mean((z) => (1 - tanh(s * z) ** 2) ** 2)]
    },
  },
}

/** q_1 ... q_30 and d_1 ... d_30. */
function recursions({ means }, gain) {
  const q = [gain ** 2]
  const back = [] // d_l / d_(l+1)
  while (q.length < DEPTH) {
    const [square, slope] = means(q.at(-1))
    q.push(gain ** 2 * square)
    back.push(gain ** 2 * slope)
  }
  const d = [1]
  while (back.length) d.unshift(d[0] * back.pop())
  return { q, d }
}

const signals = { color: "c4" }
const gradients = { color: "c3", dash: "dashed" }

export default function mount(element) {
  const panel = view(element, "Explore the gain of the initialisation", update)
  const name = panel.add(choice({
    key: "activation", label: "activation", options: Object.keys(activations).map(
      (own) => [own, own === "leaky ReLU" ? `${own} (${SLOPE})` : own]),
    value: "ReLU",
  }))
  // The step next to the critical gain is the critical gain itself.
  const near = (g) => {
    const { critical } = activations[name.value]
    return Math.abs(g - critical) <= STEP / 2 ? critical : g
  }
  const gain = panel.add(slider({
    key: "gain", label: "gain", min: MIN, max: MAX, step: STEP, value: 1, to: near,
    show: (g) => g.toFixed(g === Number(g.toFixed(2)) ? 2 : 4),
  }))
  const position = gain.root.querySelector("input")
  name.root.addEventListener("input", () => position.dispatchEvent(new Event("input")))

  const above = panel.add(plot({ grow: 1.2 }))
  const below = panel.add(plot({ grow: 1, drag: (g) => gain.set(g.toFixed(2)) }))
  const top = readout({ key: "q", label: `signal at layer ${DEPTH}`, mark: signals })
  const first = readout({ key: "d", label: "gradient at layer 1", mark: gradients })
  const forward = readout({ key: "forward", label: "signal: factor at the top" })
  const backward = readout({ key: "backward", label: "gradient: factor at the top" })
  const critical = readout({ key: "critical", label: "critical gain" })
  panel.row(top, first, forward, backward, critical)

  /** How q_30 / q_1 and d_1 / d_30 depend on the gain: once for each activation. */
  const sweeps = {}
  const sweep = (own) => sweeps[own] ??= curve(
    (g) => {
      const { q, d } = recursions(activations[own], g)
      return [q.at(-1) / q[0], d[0]]
    }, MIN, MAX, 101)

  function update() {
    const own = name.value
    const g = gain.value
    const best = activations[own].critical
    const { q, d } = recursions(activations[own], g)
    top.set(q.at(-1))
    first.set(d[0])
    forward.set(q.at(-1) / q.at(-2))
    backward.set(d.at(-2) / d.at(-1))
    critical.set(best)

    const y = { min: 1e-10, max: 1e10, log: true, ticks: [1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9] }
    const layers = (values) => values.map((v, k) => [k + 1, v])
    const inside = (v) => Math.max(1e-9, Math.min(1e9, v))
    above.draw({
      label: `${own}, gain ${format(g)}: from layer 1 to 30 the mean square of the signal `
        + `goes from ${format(q[0])} to ${format(q.at(-1))}; down from layer 30 to 1 that `
        + `of the gradient goes from 1 to ${format(d[0])}.`,
      x: { min: 1, max: DEPTH, title: "layer", ticks: [1, 10, 20, 30] },
      y: { ...y, title: "mean square of signal (up) and gradient (down)" },
      marks: [
        { line: [[1, 1], [DEPTH, 1]], width: 1, dash: "dotted" },
        { line: layers(q), ...signals, width: 2.5 },
        { line: layers(d), ...gradients, width: 2.5 },
        { dots: [[DEPTH, q.at(-1)]], ...signals },
        { dots: [[1, d[0]]], ...gradients, marker: "square" },
        { text: "signal →", at: [DEPTH, inside(q.at(-1))], color: "c4", anchor: "end", dx: -0.6,
          dy: q.at(-1) < 1 ? -2.4 : 1.7 },
        { text: "← gradient", at: [1, inside(d[0])], color: "c3", dx: 0.6,
          dy: d[0] < 1 ? -2.4 : 1.7 },
      ],
    })
    const [last, whole] = [q.at(-1) / q[0], d[0]]
    below.draw({
      label: `The factor over 30 layers against the gain, for ${own}: critical gain `
        + `${format(best)}, chosen ${format(g)}.`,
      x: { min: MIN, max: MAX, title: "gain: root of fan-in times variance" },
      y: { ...y, title: "factor over all layers" },
      marks: [
        { line: [[MIN, 1], [MAX, 1]], width: 1, dash: "dotted" },
        { line: [[best, y.min], [best, y.max]], width: 1.5, dash: "dashdot" },
        { line: sweep(own).map(([x, [a]]) => [x, a]), ...signals, width: 2.5 },
        { line: sweep(own).map(([x, [, b]]) => [x, b]), ...gradients, width: 2.5 },
        { dots: [[g, last]], ...signals },
        { dots: [[g, whole]], ...gradients, marker: "square" },
        { text: `critical ${format(best)}`, at: [best, 1e-8], dx: 0.4 },
      ],
    })
    return `${own}, gain ${format(g)}: signal at layer 30 ${format(q.at(-1))}, gradient at `
      + `layer 1 ${format(d[0])}; the critical gain is ${format(best)}.`
  }
  panel.start()
}
