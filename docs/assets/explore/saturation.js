/* Where does a shifted Gaussian meet the slope of an activation?

   The mean slope E f'(mu + sigma Z) is the area under the product of density and
   derivative. By Stein's lemma it is also the slope of the best straight line.
   Closed forms (ReLU, hard tanh, GELU) and Stein's way to SiLU: docs/phenomenon/
   saturation.md, "Six activations"; sigmoid and tanh: its trapezium rule, "How
   exact is exact?". */

import { choice, curve, format, plot, readout, slider, view } from "./kit.js"
import { density, Phi } from "./gauss.js"

const { exp, tanh, sqrt } = Math

const sigmoid = (z) => 1 / (1 + exp(-z))
const sigmoidSlope = (z) => sigmoid(z) * sigmoid(-z)

/** E f(mu + sigma Z) by the trapezium rule, f analytic near the line. */
function average(f, mu, sigma) {
  const h = 0.05
  let sum = 0
  for (let k = -200; k <= 200; k++) sum += f(mu + sigma * h * k) * density(h * k)
  return sum * h
}

const ramp = (mu, sigma) => mu * Phi(mu / sigma) + sigma * density(mu / sigma)

/** Each: the activation, its slope, and [mean output, mean slope]. */
export const activations = {
  sigmoid: {
    f: sigmoid,
    slope: sigmoidSlope,
    means: (mu, sigma) => [average(sigmoid, mu, sigma), average(sigmoidSlope, mu, sigma)],
  },
  tanh: {
    f: tanh,
    slope: (z) => 4 * sigmoidSlope(2 * z),
    means: (mu, sigma) =>
      [average(tanh, mu, sigma), 4 * average(sigmoidSlope, 2 * mu, 2 * sigma)],
  },
  "hard tanh": {
    f: (z) => Math.max(-1, Math.min(1, z)),
    slope: (z) => (Math.abs(z) < 1 ? 1 : 0),
    kinks: [-1, 1],
    means: (mu, sigma) => [
      ramp(mu + 1, sigma) - ramp(mu - 1, sigma) - 1,
      // From the nearer tail: a difference of two numbers near 1 has no digits.
      Phi((1 - Math.abs(mu)) / sigma) - Phi((-1 - Math.abs(mu)) / sigma),
    ],
  },
  ReLU: {
    f: (z) => Math.max(0, z),
    slope: (z) => (z > 0 ? 1 : 0),
    kinks: [0],
    means: (mu, sigma) => [ramp(mu, sigma), Phi(mu / sigma)],
  },
  GELU: {
    f: (z) => z * Phi(z),
    slope: (z) => Phi(z) + z * density(z),
    means: (mu, sigma) => {
      const tau = sqrt(1 + sigma ** 2)
      const m = mu / tau
      return [
        mu * Phi(m) + (sigma ** 2 / tau) * density(m),
        Phi(m) + (m / tau ** 2) * density(m),
      ]
    },
  },
  SiLU: {
    f: (z) => z * sigmoid(z),
    slope: (z) => sigmoid(z) + z * sigmoidSlope(z),
    means: (mu, sigma) => [
      mu * average(sigmoid, mu, sigma) + sigma ** 2 * average(sigmoidSlope, mu, sigma),
      average((z) => sigmoid(z) + z * sigmoidSlope(z), mu, sigma),
    ],
  },
}

const EDGE = 10

/** A function drawn with its kinks: a break in the line where the slope jumps. */
function drawn(f, kinks = []) {
  const points = curve(f, -EDGE, EDGE, 401)
  for (const z of kinks) points.push([z - 1e-9, f(z - 1e-9)], [z + 1e-9, f(z + 1e-9)])
  return points.sort((a, b) => a[0] - b[0])
}

export default function mount(element) {
  const panel = view(element, "Explore the mean slope under a Gaussian", update)
  const name = panel.add(choice({
    key: "activation", label: "activation", options: Object.keys(activations),
    value: "sigmoid",
  }))
  const fixed = (x) => x.toFixed(1).replace("-", "−")
  const mu = slider({
    key: "mu", label: "mean *μ*", min: -8, max: 8, step: 0.1, value: 5, show: fixed,
  })
  const sigma = slider({
    key: "sigma", label: "spread *σ*", min: 0.1, max: 4, step: 0.1, value: 1, show: fixed,
  })
  panel.row(mu, sigma)
  const drag = (z) => mu.set(Math.round(10 * z) / 10)
  const above = panel.add(plot({ grow: 1, drag }))
  const below = panel.add(plot({ grow: 1.1, drag }))
  const mean = readout({ key: "mean", label: "mean slope", mark: { color: "c4", area: true } })
  const origin = readout({ key: "origin", label: "the same at *μ* = 0" })
  const point = readout({ key: "point", label: "slope at *μ*", mark: { color: "ink", marker: "circle" } })
  const output = readout({ key: "output", label: "mean output" })
  panel.row(mean, origin, point, output)

  function update() {
    const [m, s] = [mu.value, sigma.value]
    const { f, slope, kinks, means } = activations[name.value]
    const [meanOutput, meanSlope] = means(m, s)
    mean.set(meanSlope)
    origin.set(means(0, s)[1])
    point.set(slope(m))
    output.set(meanOutput)

    // The density in units of its peak: then its area that the product fills is
    // the mean slope, for every spread.
    const bell = curve((z) => density((z - m) / s) / density(0), m - 5 * s, m + 5 * s)
    const x = { min: -EDGE, max: EDGE, title: "pre-activation *z*" }
    const linear = name.value.endsWith("LU") // to the right
    const y = linear
      ? { min: -2.5, max: 8, ticks: [0, 4, 8] }
      : { min: -1.25, max: 1.25, ticks: [-1, 0, 1] }
    const foot = (d) => y.min + 0.3 * (y.max - y.min) * d
    const line = (z) => [z, meanOutput + meanSlope * (z - m)]
    above.draw({
      label: `The activation ${name.value}, and the straight line that fits it best `
        + `under the density: its slope is ${format(meanSlope)}.`,
      x: { ...x, bare: true },
      y: { ...y, title: "activation, and the line that fits it best (dashed)" },
      marks: [
        { area: bell.map(([z, d]) => [z, y.min, foot(d)]), color: "c3", opacity: 0.25 },
        { line: drawn(f), width: 2.5 },
        { line: [line(m - 2.5 * s), line(m + 2.5 * s)], color: "c4", dash: "dashed", width: 3 },
        { text: name.value, at: [-EDGE, f(-EDGE)], dx: 0.5, dy: -0.6 },
      ],
    })
    const side = m > 4 ? -1 : 1
    below.draw({
      label: `The slope of ${name.value}, the Gaussian density with mean ${fixed(m)} and `
        + `spread ${fixed(s)}, and their product, which fills ${format(meanSlope)} of it.`,
      x,
      y: { min: -0.25, max: 1.4, ticks: [0, 0.5, 1], title: "slope; density, with peak 1; product" },
      marks: [
        { area: bell.map(([z, d]) => [z, 0, d]), color: "c3", opacity: 0.25 },
        { line: bell, color: "c3", dash: "dashdot", width: 1.5 },
        { area: bell.map(([z, d]) => [z, 0, d * slope(z)]), color: "c4", opacity: 0.75 },
        { line: drawn(slope, kinks), width: 2.5 },
        { dots: [[m, slope(m)]] },
        { text: "slope", at: [-EDGE, slope(-EDGE)], dx: 0.5, dy: -0.6 },
        { text: "density", at: [m + side * 1.1 * s, 0.6], dx: side * 0.3, color: "c3",
          anchor: side > 0 ? "start" : "end" },
        { text: `mean slope ${format(meanSlope)}`, at: [m, 1.1], color: "c4", anchor: "middle" },
      ],
    })
    return `${name.value}, mean ${fixed(m)}, spread ${fixed(s)}: `
      + `mean slope ${format(meanSlope)}.`
  }
  panel.start()
}
