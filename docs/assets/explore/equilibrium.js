/* Where do the norm of a weight and its angle a step come to rest?

   Equations (decay-norm), (equilibrium) and (time-scale) of
   docs/batch-norm/scale-invariance.md, with a gradient of constant size on the unit
   sphere: |g| = 5 / |w|, about that of equilibrium.py. */

import { format, plot, readout, slider, view } from "./kit.js"

const { acos, atan, PI, sqrt } = Math
const SPHERE = 5 // the gradient where |w| = 1
const STEPS = 2400
const STARTS = [2, 7, 21]
const NONE = -8 // this position of the slider is no decay

const degrees = (angle) => (angle * 180) / PI
const MARKS = [
  { color: "c3" },
  { color: "c4", dash: "dashed" },
  { color: "c5", dash: "dashdot" },
]

const theory = { color: "ink", dash: "dotted" }

/** [|w|, angle in degrees] of the steps 0 to STEPS. */
function run(start, rate, decay) {
  const keep = 1 - rate * decay
  let norm = start
  const path = []
  for (let t = 0; t <= STEPS; t++) {
    const push = (rate * SPHERE) / norm
    path.push([norm, degrees(atan(push / (keep * norm)))])
    norm = sqrt((keep * norm) ** 2 + push ** 2)
  }
  return path
}

export default function mount(element) {
  const panel = view(element, "Explore the equilibrium with weight decay", update)
  const rate = slider({
    key: "rate", label: "learning rate *η*", min: -6, max: 3, step: 0.5, value: 0,
    to: (p) => 0.2 * 2 ** p, show: (x) => format(x, 3),
  })
  const decay = slider({
    key: "decay", label: "weight decay *λ*", min: NONE, max: 4, step: 0.5, value: 0,
    to: (p) => (p === NONE ? 0 : 0.01 * 2 ** p), show: (x) => (x ? format(x, 3) : "0"),
  })
  panel.row(rate, decay)
  const above = panel.add(plot({ grow: 1.2 }))
  const below = panel.add(plot())
  const ends = STARTS.map((start, k) => readout({
    key: `end-${start}`, label: `‖*w*‖ at the end, from ${start}`, mark: MARKS[k],
  }))
  const rest = readout({ key: "rest", label: "‖*w*‖ at rest", mark: theory })
  const angle = readout({ key: "angle", label: "angle at rest (degrees)" })
  const scale = readout({ key: "scale", label: "time scale (steps)" })
  panel.row(...ends, rest, angle, scale)

  function update() {
    const [lr, wd] = [rate.value, decay.value]
    const still = wd ? ((lr * SPHERE ** 2) / (wd * (2 - lr * wd))) ** 0.25 : Infinity
    const turn = degrees(acos(1 - lr * wd))
    const steps = 1 / (4 * lr * wd)
    const runs = STARTS.map((start) => run(start, lr, wd))
    ends.forEach((end, k) => end.set(runs[k].at(-1)[0]))
    rest.set(still)
    angle.set(turn)
    scale.set(steps, steps < 1e6 ? steps.toFixed(steps < 10 ? 1 : 0) : "∞")

    const x = { min: 0, max: STEPS, ticks: [0, 500, 1000, 1500, 2000] }
    const every = 8 // of the steps are drawn; the first hundred all
    const lines = (value) => runs.map((path, k) => ({
      line: path.map((both, t) => [t, both[value]]).filter(([t]) => t < 100 || t % every === 0),
      ...MARKS[k], width: 2.5,
    }))
    const level = (y) => (y > 0 && y < Infinity
      ? [{ line: [[0, y], [STEPS, y]], ...theory }] : [])
    above.draw({
      label: `The norm over ${STEPS} steps from 2, 7 and 21: it ends at `
        + `${runs.map((path) => format(path.at(-1)[0], 3)).join(", ")}; at rest `
        + `it is ${format(still, 3)}.`,
      x: { ...x, bare: true },
      y: { min: 1, max: 50, log: true, ticks: [1, 2, 5, 10, 20, 50], format: String,
        title: "norm ‖*w*‖" },
      marks: [...level(still), ...lines(0)],
    })
    below.draw({
      label: `The angle of each step: it ends at `
        + `${runs.map((path) => format(path.at(-1)[1], 3)).join(", ")} degrees; at rest it is `
        + `${format(turn, 3)}.`,
      x: { ...x, title: "step" },
      y: { min: 0.01, max: 90, log: true, ticks: [0.01, 0.1, 1, 10, 90], format: String,
        title: "angle of a step (degrees)" },
      marks: [...level(turn), ...lines(1)],
    })
    return wd
      ? `Learning rate ${format(lr, 3)}, weight decay ${format(wd, 3)}: at rest the norm is `
        + `${format(still, 3)} and each step turns the weight by ${format(turn, 3)} degrees; `
        + `the time scale is ${format(steps, 3)} steps.`
      : `Learning rate ${format(lr, 3)} without weight decay: the norm grows without end.`
  }
  panel.start()
}
