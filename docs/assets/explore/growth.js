/* How fast do the gradients of a deep network with batch normalisation grow?

   The rate is the mean degree of the activation: equations (sphere-degree) at a finite
   batch size and (rate) in the limit, of docs/batch-norm/gradient-explosion.md; linear
   and ReLU by their closed forms, (special). One entry of a normalised batch of B is
   sqrt(B - 1) t, with t of a density proportional to (1 - t^2)^((B - 4) / 2). With
   t = tanh v the trapezium rule is exact to rounding, for an analytic activation. */

import { choice, curve, format, plot, readout, slider, view } from "./kit.js"
import { Phi, density, erf } from "./gauss.js"
import { mean } from "./even.js"

const { PI, acos, asin, cosh, log10, sqrt, tanh } = Math
const DEGREES = 80

/** Equation (sphere-degree): the shares of all degrees, and their mean. */
export function meanDegree(phi, B) {
  // Of v: fine for the highest degree, and for the density.
  const step = Math.min(0.04, 0.12 / sqrt(B - 2))
  const order = (B - 3) / 2
  /** Gegenbauer polynomials, 1 at t = 1. */
  const polynomials = (t) => {
    const all = [1, t]
    for (let k = 1; k < DEGREES; k++)
      all.push((2 * (k + order) * t * all[k] - k * all[k - 1]) / (k + 2 * order))
    return all
  }
  const sums = new Array(DEGREES + 1).fill(0)
  let mass = 0
  for (let n = 0, own = 1; own > 1e-18; n++) {
    const t = tanh(n * step)
    own = cosh(n * step) ** (2 - B)
    const weight = n ? own : own / 2
    const [up, down] = [phi(sqrt(B - 1) * t), phi(-sqrt(B - 1) * t)]
    polynomials(t).forEach((p, k) => { sums[k] += weight * p * (k % 2 ? up - down : up + down) })
    mass += 2 * weight
  }
  const overlap = polynomials(-1 / (B - 1))
  let [total, degrees, harmonics] = [0, 0, 1]
  for (let k = 1; k <= DEGREES; k++) {
    // Independent harmonics of degree k, but for a factor 2k + B - 3.
    harmonics *= k > 1 ? (k + B - 4) / k : 1
    const share = (sums[k] / mass) ** 2 * harmonics * (2 * k + B - 3) * (1 - overlap[k])
    total += share
    degrees += (share * k * (k + B - 3)) / (B - 3)
  }
  return degrees / total
}

/** Equation (rate), of a function and its derivative. */
function largeBatch(phi, slope) {
  const average = (f) => mean((z) => (f(z) + f(-z)) / 2)
  return average((z) => slope(z) ** 2) / (average((z) => phi(z) ** 2) - average(phi) ** 2)
}

function relu(B) {
  const c = -1 / (B - 1)
  const slope = (PI - acos(c)) / PI
  const kernel = sqrt(1 - c * c) / PI + slope * c
  return (slope + B - 1) / ((B - 3) * (1 - kernel)) - 1 / (B - 3)
}

const gelu = (z) => z * Phi(z)
const least = (B) => (B - 2) / (B - 3)

/** Each: the rate at a batch size, its limit, and what rate_by_batch.py measures. */
export const activations = {
  linear: { at: least, limit: 1, measured: [1.95, 1.54, 1.19, 1.07, 1.05, 1.03, 1.02] },
  erf: { at: (B) => meanDegree(erf, B), limit: 2 / sqrt(5) / asin(2 / 3) },
  tanh: {
    at: (B) => meanDegree(tanh, B),
    limit: largeBatch(tanh, (z) => 1 - tanh(z) ** 2),
    measured: [1.93, 1.61, 1.33, 1.24, 1.21, 1.21, 1.2],
  },
  GELU: {
    at: (B) => meanDegree(gelu, B),
    limit: largeBatch(gelu, (z) => Phi(z) + z * density(z)),
  },
  ReLU: { at: relu, limit: PI / (PI - 1), measured: [2.74, 2.18, 1.83, 1.57, 1.53, 1.5, 1.48] },
}
export const MEASURED = [4, 5, 8, 16, 32, 64, 128]

/** Four batch sizes an octave, from 4 to 1024. */
const size = (position) => (4 + (position % 4)) * 2 ** Math.floor(position / 4)
const SIZES = Array.from({ length: 33 }, (_, k) => size(k))
const DEPTH = 60
const TOP = 1e12

const finite = { color: "c1" }
const limiting = { color: "ink", dash: "dotted" }
const lowest = { color: "ink", dash: "dashdot", width: 1 }

/** A rate between the batch sizes too, for a smooth line. */
const drawn = (at) => curve((k) => at(2 ** k), 2, 10, 49).map(([k, y]) => [2 ** k, y])

export default function mount(element) {
  const panel = view(element, "Explore how fast gradients grow", update)
  const name = panel.add(choice({
    key: "activation", label: "activation", options: Object.keys(activations), value: "ReLU",
  }))
  const batch = slider({
    key: "batch", label: "batch size *B*", min: 0, max: 32, step: 1, value: 12, to: size,
  })
  const depth = slider({ key: "depth", label: "layers", min: 1, max: DEPTH, step: 1, value: 30 })
  panel.row(batch, depth)
  const nearest = (B) => SIZES.reduce(
    (best, own, k) => (Math.abs(log10(own / B)) < Math.abs(log10(SIZES[best] / B)) ? k : best), 0)
  const above = panel.add(plot({ drag: (B) => batch.set(nearest(B)) }))
  const below = panel.add(plot({ drag: (layers) => depth.set(Math.round(layers)) }))
  const rate = readout({ key: "rate", label: "rate per layer", mark: finite })
  const limit = readout({ key: "limit", label: "its large-batch limit", mark: limiting })
  const factor = readout({ key: "factor", label: "factor over the layers" })
  const limitFactor = readout({ key: "limit-factor", label: "in large batches" })
  const norm = readout({ key: "norm", label: "factor of the norm" })
  const bound = readout({ key: "least", label: "least rate possible", mark: lowest })
  panel.row(rate, limit, factor, limitFactor, norm, bound)

  const sweeps = {}
  const sweep = (own) => sweeps[own] ??= drawn(activations[own].at)

  function update() {
    const own = name.value
    const { at, limit: end, measured } = activations[own]
    const [B, layers] = [batch.value, depth.value]
    const r = at(B)
    const [whole, wholeEnd] = [r ** layers, end ** layers]
    rate.set(r)
    limit.set(end)
    factor.set(whole)
    limitFactor.set(wholeEnd)
    norm.set(sqrt(whole))
    bound.set(least(B))

    above.draw({
      label: `The rate against the batch size, for ${own}: ${format(r)} at ${B}, `
        + `${format(end)} in the limit.`,
      x: { min: 3.6, max: 1140, log: true, title: "batch size *B*", format: String,
        ticks: [4, 8, 16, 32, 64, 128, 256, 512, 1024] },
      y: { min: 0.9, max: 3.2, ticks: [1, 1.5, 2, 2.5, 3],
        title: `squared gradient, growth per layer${measured ? "; squares: measured" : ""}` },
      marks: [
        { line: drawn(least), ...lowest },
        { line: [[3.6, end], [1140, end]], ...limiting },
        { line: sweep(own), ...finite, width: 2.5 },
        { dots: (measured ?? []).map((y, k) => [MEASURED[k], y]), color: "c1",
          marker: "square", open: true, size: 4 },
        { dots: [[B, r]], color: "c1", size: 6 },
        { text: `${own}: ${format(r)}`, at: [B, r], color: "c1", dx: 0.6, dy: -0.9 },
      ],
    })
    const inside = Math.min(whole, TOP)
    const left = layers > 0.5 * DEPTH
    below.draw({
      label: `The squared gradient that many layers below the last, for ${own} and batches `
        + `of ${B}: ${format(whole)} after ${layers} layers.`,
      x: { min: 0, max: DEPTH, title: "layers below the last" },
      y: { min: 1, max: TOP, log: true, ticks: [1, 1e3, 1e6, 1e9, 1e12],
        title: "squared gradient, 1 in the last layer" },
      marks: [
        { line: [[0, 1], [DEPTH, end ** DEPTH]], ...limiting },
        { line: [[0, 1], [layers, whole]], ...finite, width: 2.5 },
        { dots: [[layers, whole]], color: "c1", size: 6 },
        { text: `× ${format(whole, 3)}`, at: [layers, inside], color: "c1", dy: -0.9,
          anchor: left ? "end" : "start", dx: left ? -0.6 : 0.6 },
      ],
    })
    return `${own}, batches of ${B}: the squared gradient grows by ${format(r)} per layer, `
      + `${format(whole, 3)} over ${layers} layers; in large batches by ${format(end)} per layer.`
  }
  panel.start()
}
