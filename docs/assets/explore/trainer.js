/* One run of "train it here": its data, its weights and batches from a seed, and
   what of it is shown. The worker has one of these for each run; the test takes
   the same weights and batches to torch. */

import { batches, median, Mlp, quantiles, rows, uniform } from "./mlp.js"

export const WIDTH = 32 // units of a hidden layer
export const BATCH = 40
export const SHOWN = 6 // units drawn of a layer: a band, and medians

/** The digits as small_digits.py writes them: a hexadecimal digit a pixel. */
export function decode({ side, pixels, labels }) {
  return {
    inputs: side ** 2,
    count: labels.length,
    x: Float64Array.from(pixels, (c) => parseInt(c, 16) / 15),
    y: Uint8Array.from(labels, Number),
  }
}

export class Trainer {
  constructor(data, { norm, lr, depth, activation, seed = 1 }) {
    Object.assign(this, { data, lr, step: 0 })
    const sizes = [data.inputs, ...Array(depth).fill(WIDTH), 10]
    this.model = new Mlp({ sizes, norm, activation }).initialise(uniform(seed))
    // A stream of its own: the batches do not depend on the number of weights.
    this.batches = batches(data.count, BATCH, uniform(seed + 1000))
  }

  advance(steps) {
    const { x, y, inputs } = this.data
    for (let k = 0; k < steps; k++) {
      const chosen = this.batches.next().value
      this.model.step(rows(x, inputs, chosen), chosen.map((i) => y[i]), BATCH, this.lr)
    }
    this.step += steps
  }

  /** Where the run stands. Loss and distributions are those of all digits that it
      learns from as one batch; positions are counted from the initial median of
      each unit, in its initial width from the 15th to the 85th percentile. */
  record() {
    const { model, data: { x, y, count }, step } = this
    const { loss, received } = model.look(x, y, count)
    const now = received.map((a) => quantiles(a, count, WIDTH, [0.15, 0.5, 0.85]))
    this.start ??= now
    const layers = now.map((q, l) => {
      const first = this.start[l]
      const place = (unit, j) =>
        (q[3 * unit + j] - first[3 * unit + 1]) / (first[3 * unit + 2] - first[3 * unit])
      const moves = Float64Array.from({ length: WIDTH }, (_, unit) => Math.abs(place(unit, 1)))
      return {
        band: [place(0, 0), place(0, 1), place(0, 2)],
        medians: Array.from({ length: SHOWN - 1 }, (_, k) => place(k + 1, 1)),
        move: median(moves),
      }
    })
    return { step, loss, layers }
  }
}
