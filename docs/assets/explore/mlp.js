/* A multilayer perceptron in float64: hidden layers of a linear map, a
   normalisation (or none) and an activation; softmax cross-entropy; SGD.

   The formulas are those of the book: the backward pass through batch
   normalisation is that of "The backward pass", its batch mean and variance
   differentiated. Shapes, the order of the parameters and eps are torch's, so
   given torch's weights and batches it follows torch
   (tests/explorations/test_train.py). It knows nothing of the page. */

export const EPS = 1e-5

/** Uniform numbers in [0, 1): mulberry32 (Tommy Ettinger), from an integer. */
export function uniform(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Standard normal numbers, from uniform ones (Box and Muller). */
export function normal(random) {
  return () =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Batches for ever: each epoch is a new permutation of 0 ... count - 1, and
    what is left of it over whole batches is dropped. */
export function* batches(count, size, random) {
  const order = Int32Array.from({ length: count }, (_, k) => k)
  for (;;) {
    for (let k = count - 1; k > 0; k--) {
      const j = Math.floor(random() * (k + 1))
      const kept = order[k]
      order[k] = order[j]
      order[j] = kept
    }
    for (let k = 0; k + size <= count; k += size)
      yield order.slice(k, k + size)
  }
}

/** The rows `chosen` of `x`, each of `width` numbers. */
export function rows(x, width, chosen) {
  const out = new Float64Array(chosen.length * width)
  chosen.forEach((row, k) =>
    out.set(x.subarray(row * width, (row + 1) * width), k * width))
  return out
}

// ---- The layers. `n` is the number of examples, one in each row. -----------

/** z = h W^T + b; `weight` has a row for each output, as in torch. */
function linear(h, { weight, bias, nIn, nOut }, n) {
  const z = new Float64Array(n * nOut)
  for (let k = 0; k < n; k++) {
    for (let o = 0; o < nOut; o++) {
      let sum = bias[o]
      for (let i = 0, a = k * nIn, w = o * nIn; i < nIn; i++)
        sum += h[a + i] * weight[w + i]
      z[k * nOut + o] = sum
    }
  }
  return z
}

function linearBackward(dz, h, { weight, nIn, nOut }, n, wantsInput) {
  const dWeight = new Float64Array(nOut * nIn)
  const dBias = new Float64Array(nOut)
  const dh = new Float64Array(wantsInput ? n * nIn : 0)
  for (let k = 0; k < n; k++) {
    for (let o = 0; o < nOut; o++) {
      const d = dz[k * nOut + o], a = k * nIn, w = o * nIn
      dBias[o] += d
      for (let i = 0; i < nIn; i++) dWeight[w + i] += d * h[a + i]
      if (wantsInput) for (let i = 0; i < nIn; i++) dh[a + i] += d * weight[w + i]
    }
  }
  return { dWeight, dBias, dh }
}

/* Batch and layer normalisation differ in what they average over: a unit over
   the examples, or an example over the units. `groups` groups, `size` numbers
   in each: the k-th of group g stands at g * across + k * along. */
function scope(norm, n, width) {
  return norm === "batch"
    ? { groups: width, size: n, across: 1, along: width }
    : { groups: n, size: width, across: width, along: 1 }
}

function normalise(z, norm, n, width) {
  const { groups, size, across, along } = scope(norm, n, width)
  const xHat = new Float64Array(z.length), scale = new Float64Array(groups)
  for (let g = 0; g < groups; g++) {
    let mean = 0, variance = 0
    for (let k = 0; k < size; k++) mean += z[g * across + k * along]
    mean /= size
    for (let k = 0; k < size; k++) variance += (z[g * across + k * along] - mean) ** 2
    scale[g] = 1 / Math.sqrt(variance / size + EPS)
    for (let k = 0; k < size; k++) {
      const at = g * across + k * along
      xHat[at] = (z[at] - mean) * scale[g]
    }
  }
  return { xHat, scale }
}

function normaliseBackward(dxHat, { xHat, scale }, norm, n, width) {
  const { groups, size, across, along } = scope(norm, n, width)
  const dz = new Float64Array(dxHat.length)
  for (let g = 0; g < groups; g++) {
    let sum = 0, inner = 0
    for (let k = 0; k < size; k++) {
      const at = g * across + k * along
      sum += dxHat[at]
      inner += dxHat[at] * xHat[at]
    }
    sum /= size
    inner /= size
    for (let k = 0; k < size; k++) {
      const at = g * across + k * along
      dz[at] = scale[g] * (dxHat[at] - sum - xHat[at] * inner)
    }
  }
  return dz
}

/** What an activation does, and its derivative by its input and its output. */
const ACTIVATIONS = {
  relu: { phi: (a) => (a > 0 ? a : 0), slope: (a) => (a > 0 ? 1 : 0) },
  tanh: { phi: Math.tanh, slope: (a, h) => 1 - h * h },
  sigmoid: { phi: (a) => 1 / (1 + Math.exp(-a)), slope: (a, h) => h * (1 - h) },
}

/** Mean cross-entropy, and its derivative by the logits. */
export function crossEntropy(logits, y, n, classes) {
  const d = new Float64Array(logits.length)
  let loss = 0
  for (let k = 0; k < n; k++) {
    const row = logits.subarray(k * classes, (k + 1) * classes)
    let most = row[0], sum = 0
    for (let c = 1; c < classes; c++) if (row[c] > most) most = row[c]
    for (let c = 0; c < classes; c++) sum += Math.exp(row[c] - most)
    loss += Math.log(sum) + most - row[y[k]]
    for (let c = 0; c < classes; c++)
      d[k * classes + c] = (Math.exp(row[c] - most) / sum - (c === y[k])) / n
  }
  return { loss: loss / n, d }
}

export class Mlp {
  /** `sizes`: inputs, hidden layers, classes; `norm`: "none", "batch" or
      "layer"; `activation`: "relu", "tanh" or "sigmoid". */
  constructor({ sizes, norm, activation }) {
    const { phi, slope } = ACTIVATIONS[activation]
    Object.assign(this, { norm, phi, slope })
    this.gain = activation === "relu" ? 2 : 1
    this.classes = sizes.at(-1)
    this.layers = sizes.slice(1).map((nOut, l) => ({
      nIn: sizes[l],
      nOut,
      hidden: l < sizes.length - 2,
      weight: new Float64Array(sizes[l] * nOut),
      bias: new Float64Array(nOut),
      gamma: new Float64Array(nOut).fill(1),
      beta: new Float64Array(nOut),
    }))
  }

  /** The parameters, in the order in which torch lists them. */
  parameters() {
    return this.layers.flatMap((layer) =>
      layer.hidden && this.norm !== "none"
        ? [layer.weight, layer.bias, layer.gamma, layer.beta]
        : [layer.weight, layer.bias])
  }

  /** Weights of variance gain / inputs (He for ReLU), biases 0. */
  initialise(random) {
    const draw = normal(random)
    for (const { weight, nIn, hidden } of this.layers) {
      const spread = Math.sqrt((hidden ? this.gain : 1) / nIn)
      for (let i = 0; i < weight.length; i++) weight[i] = spread * draw()
    }
    return this
  }

  /** What each layer makes of `n` examples: its input `h`, what the activation
      receives `a`, and what the backward pass needs. Batch normalisation takes
      the statistics of these `n`. */
  forward(x, n) {
    const trace = []
    let h = x
    for (const layer of this.layers) {
      const z = linear(h, layer, n), at = { h, a: z, stats: null }
      trace.push(at)
      if (!layer.hidden) break
      if (this.norm !== "none") {
        at.stats = normalise(z, this.norm, n, layer.nOut)
        at.a = at.stats.xHat.map((v, i) => {
          const unit = i % layer.nOut
          return v * layer.gamma[unit] + layer.beta[unit]
        })
      }
      h = at.a.map(this.phi)
    }
    return trace
  }

  /** One step of SGD; returns the loss before it. */
  step(x, y, n, lr) {
    const trace = this.forward(x, n)
    const { loss, d } = crossEntropy(trace.at(-1).a, y, n, this.classes)
    const updates = []
    let dz = d
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const layer = this.layers[l], { h, a, stats } = trace[l]
      if (layer.hidden) {
        const out = trace[l + 1].h // what this layer's activation put out
        for (let i = 0; i < dz.length; i++) dz[i] *= this.slope(a[i], out[i])
        if (stats) {
          const dGamma = new Float64Array(layer.nOut)
          const dBeta = new Float64Array(layer.nOut)
          for (let i = 0; i < dz.length; i++) {
            const unit = i % layer.nOut
            dGamma[unit] += dz[i] * stats.xHat[i]
            dBeta[unit] += dz[i]
            dz[i] *= layer.gamma[unit]
          }
          updates.push([layer.gamma, dGamma], [layer.beta, dBeta])
          dz = normaliseBackward(dz, stats, this.norm, n, layer.nOut)
        }
      }
      const { dWeight, dBias, dh } = linearBackward(dz, h, layer, n, l > 0)
      updates.push([layer.weight, dWeight], [layer.bias, dBias])
      dz = dh
    }
    for (const [parameter, gradient] of updates)
      for (let i = 0; i < parameter.length; i++) parameter[i] -= lr * gradient[i]
    return loss
  }

  /** The loss on `n` examples, and what each activation receives. */
  look(x, y, n) {
    const trace = this.forward(x, n)
    const { loss } = crossEntropy(trace.at(-1).a, y, n, this.classes)
    return { loss, received: trace.slice(0, -1).map((t) => t.a) }
  }
}

/** Percentiles `p` (0 to 1) of each unit over `n` examples, interpolated as
    torch.quantile does; one row of `p.length` numbers a unit. */
export function quantiles(a, n, width, p) {
  const out = new Float64Array(width * p.length), column = new Float64Array(n)
  for (let unit = 0; unit < width; unit++) {
    for (let k = 0; k < n; k++) column[k] = a[k * width + unit]
    column.sort()
    p.forEach((q, j) => {
      const at = q * (n - 1), low = Math.floor(at), part = at - low
      const next = column[Math.min(low + 1, n - 1)]
      out[unit * p.length + j] = column[low] + part * (next - column[low])
    })
  }
  return out
}

/** The median as torch takes it: of an even count, the lower of the two. */
export function median(values) {
  return Float64Array.from(values).sort()[(values.length - 1) >> 1]
}
