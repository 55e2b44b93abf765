/* Where in the plane of the two variances is order, and where chaos? A wide tanh network.

   V, C, chi_1, the edge, xi_q and xi_c: equations (length) to (scales) of
   docs/depth/mean-field.md. For a pair of correlation c = 1 - e and length q,
   u and u' are a + b and a - b with independent normal a and b of the variances
   q (1 - e/2) and q e/2. With A = tanh^2 a and B = tanh^2 b the law of addition gives

     tanh u - tanh u'          = 2 tanh b (1 - A) / (1 - AB)
     (1 - C(c)) / e            = 2 s_w^2 E[(1 - A)^2 (B / e) / (1 - AB)^2] / q
     C'(c) = s_w^2 E[phi' phi'] = s_w^2 E[((1 - A) (1 - B) / (1 - AB))^2]

   in which nothing cancels as c tends to 1: the first ratio falls from chi_1 at e = 0,
   and the fixed point is where it is 1. So c* is exact however near the edge is. */

import { curve, format, plot, readout, slider, view } from "./kit.js"
import { mass, mean, nodes } from "./even.js"

const { abs, log, sqrt, tanh } = Math

/** The zero of an increasing function between low and high: Illinois's secants. */
function zero(f, low, high) {
  let [below, above, side] = [f(low), f(high), 0]
  if (above <= 0) return high
  for (let k = 0; k < 100; k++) {
    const x = (low * above - high * below) / (above - below)
    const y = f(x)
    if (y === 0 || x <= low || x >= high) return x
    if (y < 0) {
      if (side < 0) above /= 2
      ;[low, below, side] = [x, y, -1]
    } else {
      if (side > 0) below /= 2
      ;[high, above, side] = [x, y, 1]
    }
  }
  return low
}

const square = (q) => mean((z) => tanh(sqrt(q) * z) ** 2)
const slope = (q) => mean((z) => (1 - tanh(sqrt(q) * z) ** 2) ** 2)
/** V'(q) / sigma_w^2. */
const slopeOfSquare = (q) => mean((z) => {
  const t = tanh(sqrt(q) * z) ** 2
  return (1 - t) * (1 - 3 * t)
})

/** [sigma_w^2, sigma_b^2] where the length q is fixed and chi_1 has this value. */
const level = (q, chi = 1) => {
  const w = chi / slope(q)
  return [w, q - w * square(q)]
}

/** sigma_w^2 of the edge at this sigma_b^2 > 0. */
export const edge = (b) => level(zero((q) => level(q)[1] - b, 0, 8))[0]

/** q*, by Newton from above: V is concave, so that no step goes too far. */
function fixedLength(w, b) {
  let q = w + b // tanh^2 < 1
  for (let k = 0; k < 60; k++) q -= (q - w * square(q) - b) / (1 - w * slopeOfSquare(q))
  return q
}

/** [(1 - C(c)) / e, C'(c)] at c = 1 - e and the length q. */
function pair(w, q, e) {
  const A = nodes.map((z) => tanh(sqrt(q * (1 - e / 2)) * z) ** 2)
  const B = nodes.map((z) => tanh(sqrt((q * e) / 2) * z) ** 2)
  const ratio = nodes.map((z, k) => (e ? B[k] / e : (q / 2) * z * z))
  let chord = 0
  let tangent = 0
  for (let j = 0; j < nodes.length; j++) {
    for (let k = 0; k < nodes.length; k++) {
      const part = ((1 - A[j]) / (1 - A[j] * B[k])) ** 2 * mass[j] * mass[k]
      chord += part * ratio[k]
      tangent += part * (1 - B[k]) ** 2
    }
  }
  return [(2 * w * chord) / q, w * tangent]
}

/** Everything that is shown, for a tanh network with these variances. */
export function meanField(w, b) {
  const q = fixedLength(w, b)
  const chi = w * slope(q)
  const map = (c) => 1 - (1 - c) * pair(w, q, 1 - c)[0]
  // On the edge chi_1 is 1 up to rounding.
  const phase = abs(chi - 1) < 1e-12 ? "edge" : chi < 1 ? "order" : "chaos"
  const e = phase === "chaos" ? zero((x) => 1 - pair(w, q, x)[0], 0, 1) : 0
  const depth = (rate) => -1 / log(rate)
  return {
    q, chi, phase, map, c: 1 - e, xiQ: depth(w * slopeOfSquare(q)),
    xiC: phase === "edge" ? Infinity : depth(e ? pair(w, q, e)[1] : chi),
  }
}

const W = { min: 0.5, max: 4, step: 0.01 }
const B = { min: 0.005, max: 0.5, step: 0.005 }
const lengths = curve((x) => 0.01 * 600 ** x, 0, 1, 60).map(([, q]) => q)
const line = (chi) => lengths.map((q) => level(q, chi))
const border = line(1)
const levels = [0.6, 0.8, 1.2].map((chi) => [chi, line(chi)])
/** A point of a level line at this height. */
const at = (points, b) => points.find((p) => p[1] >= b)

const looks = {
  order: { color: "c5", says: "inputs merge, gradients vanish" },
  edge: { color: "ink", says: "inputs merge slowly, gradients stay" },
  chaos: { color: "c3", says: "inputs part, gradients explode" },
}

export default function mount(element) {
  const panel = view(element, "Explore order and chaos with tanh", update)
  const digits = (x, n) => x.toFixed(n)
  // The step next to the edge is the edge itself.
  const near = (w) => {
    const critical = edge(biases.value)
    return abs(w - critical) <= W.step / 2 ? critical : w
  }
  const biases = slider({
    key: "b", label: "bias variance", ...B, value: 0.05, show: (x) => digits(x, 3),
  })
  const weights = slider({
    key: "w", label: "weight variance", ...W, value: 2.5, to: near,
    show: (x) => digits(x, x === Number(digits(x, 2)) ? 2 : 4),
  })
  const position = weights.root.querySelector("input")
  biases.root.addEventListener("input", () => position.dispatchEvent(new Event("input")))
  panel.row(weights, biases)
  const drag = (w, b) => {
    biases.set(b)
    weights.set(w)
  }
  const plane = plot({ drag })
  const map = plot()
  panel.row(plane, map)
  const readouts = {
    chi: readout({ key: "chi", label: "slope *χ*₁ at 1" }),
    edge: readout({ key: "edge", label: "weights at the edge" }),
    q: readout({ key: "q", label: "length *q*∗" }),
    c: readout({ key: "c", label: "correlation *c*∗", mark: { color: "ink", marker: "circle" } }),
    xiQ: readout({ key: "xi-q", label: "*ξ* of lengths" }),
    xiC: readout({ key: "xi-c", label: "*ξ* of correlations" }),
  }
  panel.row(...Object.values(readouts))

  function update() {
    const [w, b] = [weights.value, biases.value]
    const now = meanField(w, b)
    const { color, says } = looks[now.phase]
    readouts.chi.set(now.chi, `${format(now.chi)}: ${now.phase}`)
    readouts.edge.set(edge(b), format(edge(b), 7))
    readouts.q.set(now.q)
    readouts.c.set(now.c)
    readouts.xiQ.set(now.xiQ)
    readouts.xiC.set(now.xiC)

    plane.draw({
      label: `The plane of weight and bias variance. The edge of chaos rises from weights 1 `
        + `at biases 0; order is to its left, chaos to its right. The point is at `
        + `${format(w)} and ${format(b)}: ${now.phase}.`,
      x: { min: W.min, max: W.max, ticks: [1, 2, 3, 4], title: "weights: fan-in × variance" },
      y: { min: 0, max: B.max, ticks: [0, 0.1, 0.2, 0.3, 0.4, 0.5], title: "biases: variance" },
      marks: [
        { area: [[W.min, 0, B.max], [1, 0, B.max], ...border.map(([x, y]) => [x, y, B.max])],
          color: "c5", opacity: 0.15 },
        { area: [[1, 0, 0], ...border.map(([x, y]) => [x, 0, y])], color: "c3", opacity: 0.15 },
        { line: [[1, 0], ...border], width: 2.5 },
        ...levels.map(([chi, points]) => ({
          line: points, width: 1, color: chi < 1 ? "c5" : "c3", dash: chi < 1 ? "dashed" : "dotted",
        })),
        ...levels.map(([chi, points]) => ({
          text: chi === levels[0][0] ? `*χ*₁ = ${chi}` : String(chi), at: at(points, 0.36),
          color: chi < 1 ? "c5" : "c3", anchor: "middle",
        })),
        { text: "order", at: [W.min, B.max], color: "c5", dx: 0.4, dy: 1.3 },
        { text: "chaos", at: [W.max, 0], color: "c3", anchor: "end", dx: -0.4, dy: -0.6 },
        { text: "edge", at: at(border, 0.42), dx: 0.3, dy: 0.5 },
        { dots: [[w, b]], color, size: 6 },
      ],
    })

    /** The stairs of ten layers that start from a pair of correlation c. */
    const stairs = (c) => {
      const points = [[c, c]]
      for (let k = 0; k < 10; k++) {
        const next = now.map(c)
        points.push([c, next], [next, next])
        c = next
      }
      return points
    }
    map.draw({
      label: `The correlation map. Its slope at 1 is ${format(now.chi)}; it meets the `
        + `diagonal at ${format(now.c)}.`,
      x: { min: 0, max: 1, ticks: [0, 0.5, 1], title: "correlation *c* of two inputs" },
      y: { min: 0, max: 1, ticks: [0, 0.5, 1], title: "*C*(*c*), one layer up" },
      marks: [
        { line: [[0, 0], [1, 1]], width: 1, dash: "dotted" },
        { line: stairs(0), color: "c4", width: 1.2 },
        { line: stairs(0.95), color: "c4", width: 1.2 },
        { line: curve(now.map, 0, 1, 51), color, width: 2.5 },
        { dots: [[now.c, now.c]] },
        { text: now.phase, at: [1, 0], color, anchor: "end", dx: -0.5, dy: -2 },
        { text: says, at: [1, 0], color, anchor: "end", dx: -0.5, dy: -0.7 },
      ],
    })
    return `${now.phase}: ${says}. Slope ${format(now.chi)}, correlation ends at `
      + `${format(now.c)}, depth scale of correlations `
      + `${now.phase === "edge" ? "infinite" : `${format(now.xiC, 3)} layers`}.`
  }
  panel.start()
}
