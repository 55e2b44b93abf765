/* What do importance weights buy under covariate shift, and what do they cost?

   Train on N(0, 1), test on N(mu, 1); y = x^2, fitted by a straight line with the
   weights w^power, w the ratio of the densities. Then the line is the best one for
   N(power mu, 1), which lies (1 - power) mu short of the test points: equations
   (line), (mse) and (ess) of docs/phenomenon/covariate-shift.md, and exercise 3. */

import { curve, format, plot, readout, slider, view } from "./kit.js"
import { density, Phi } from "./gauss.js"

const { exp, sqrt } = Math

/** Best line for points from N(m, 1): intercept and slope. */
const fit = (m) => [1 - m ** 2, 2 * m]
/** Mean of line minus y, and mean squared error, at a distance d from its points. */
const bias = (d) => 0 - d ** 2
const mse = (d) => 2 + 4 * d ** 2 + d ** 4

/** The training points that are drawn: quantiles of N(0, 1). */
const points = Array.from({ length: 60 }, (_, k) => {
  let [low, high] = [-9, 9]
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2
    if (Phi(middle) < (k + 0.5) / 60) low = middle
    else high = middle
  }
  return low
})

const EDGE = 5

export default function mount(element) {
  const panel = view(element, "Explore covariate shift and weights", update)
  const text = (x, digits) => x.toFixed(digits).replace("-", "−")
  const mu = slider({
    key: "mu", label: "shift *μ*", min: -3, max: 3, step: 0.05, value: 1,
    show: (x) => text(x, 2),
  })
  const power = slider({
    key: "power", label: "power of *w*", min: 0, max: 1, step: 0.05, value: 1,
    show: (x) => text(x, 2),
  })
  panel.row(mu, power)
  const drag = (x) => mu.set(Math.round(20 * x) / 20)
  const above = panel.add(plot({ grow: 1, drag }))
  const below = panel.add(plot({ grow: 2, drag }))
  const plainLine = { color: "c3" }
  const weightedLine = { color: "c4", dash: "dashed" }
  const plainMse = readout({ key: "mse", label: "test MSE, no weights", mark: plainLine })
  const weightedMse = readout({ key: "weighted-mse", label: "weighted", mark: weightedLine })
  const plainBias = readout({ key: "bias", label: "mean error, no weights", mark: plainLine })
  const weightedBias = readout({ key: "weighted-bias", label: "weighted", mark: weightedLine })
  const ess = readout({ key: "ess", label: "effective share of sample" })
  const variance = readout({ key: "variance", label: "variance of weights" })
  panel.row(plainMse, weightedMse, plainBias, weightedBias, ess, variance)

  function update() {
    const [m, p] = [mu.value, power.value]
    const rest = (1 - p) * m
    const share = exp(-((p * m) ** 2))
    plainMse.set(mse(m))
    weightedMse.set(mse(rest))
    plainBias.set(bias(m))
    weightedBias.set(bias(rest))
    ess.set(share)
    variance.set(Math.expm1((p * m) ** 2))

    const x = { min: -EDGE, max: EDGE, title: "*x*" }
    const train = curve(density, -EDGE, EDGE)
    const test = curve((z) => density(z - m), -EDGE, EDGE)
    const area = (bell) => bell.map(([z, d]) => [z, 0, d])
    const side = m < 0 ? -1 : 1
    const outward = (s) => ({ anchor: s > 0 ? "start" : "end", dx: 0.4 * s })
    above.draw({
      label: `Training density, centred at 0, and test density, centred at ${text(m, 2)}.`,
      x: { ...x, bare: true },
      y: { min: 0, max: 0.5, ticks: [0, 0.2, 0.4], title: "density" },
      marks: [
        { area: area(train), color: "c3", opacity: 0.2 },
        { area: area(test), color: "c4", opacity: 0.2 },
        { line: train, color: "c3" },
        { line: test, color: "c4", dash: "dashed" },
        { text: "train", at: [-side, 0.25], color: "c3", ...outward(-side) },
        { text: "test", at: [m + side, 0.25], color: "c4", ...outward(side) },
      ],
    })
    const weights = points.map((z) => exp(p * m * z))
    const mean = weights.reduce((a, b) => a + b) / weights.length
    const straight = (center) => {
      const [a, b] = fit(center)
      return [[-EDGE, a - b * EDGE], [EDGE, a + b * EDGE]]
    }
    below.draw({
      label: `The parabola with 60 training points, each as large as its weight, and two `
        + `straight lines: without weights, y = 1, and with them, y = `
        + `${format(fit(p * m)[0])} + ${format(fit(p * m)[1])} x.`,
      x,
      y: { min: -6, max: 16, ticks: [0, 5, 10, 15], title: "*y*; a point is as large as its weight" },
      marks: [
        { line: curve((z) => z * z, -EDGE, EDGE) },
        ...points.map((z, k) => ({
          dots: [[z, z * z]], color: "ink", open: true, size: 2.8 * sqrt(weights[k] / mean),
        })),
        { line: straight(0), ...plainLine, width: 2.5 },
        { line: straight(p * m), ...weightedLine, width: 2.5 },
        { text: "*y* = *x*²", at: [-3.6 * side, 12], ...outward(-side) },
        { text: "no weights", at: [-side * EDGE, 1], color: "c3", dy: 1.2, ...outward(side) },
        { text: "weighted", at: [side * 3.2, fit(p * m)[0] + fit(p * m)[1] * side * 3.2],
          color: "c4", dy: 0.6, ...outward(side) },
      ],
    })
    return `Shift ${text(m, 2)}, power ${text(p, 2)}: test error ${format(mse(m))} without `
      + `weights, ${format(mse(rest))} with them; ${format(100 * share, 3)} per cent of the `
      + "sample is left."
  }
  panel.start()
}
