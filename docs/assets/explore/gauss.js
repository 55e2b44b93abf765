/* The normal distribution, to rounding: density, erf, erfc and Phi. */

const { exp, sqrt, PI } = Math

export const density = (z) => exp((-z * z) / 2) / sqrt(2 * PI)

/** Positive terms only, so nothing cancels: erf(x) = 2/sqrt(pi) e^(-x^2)
    sum of 2^n x^(2n+1) / (2n+1)!!. */
function series(x) {
  let term = x
  let sum = x
  for (let n = 1; term > 1e-17 * sum; n++) sum += term *= (2 * x * x) / (2 * n + 1)
  return (2 / sqrt(PI)) * exp(-x * x) * sum
}

/** Laplace's continued fraction of erfc, from the far end. */
function fraction(x) {
  let tail = x
  for (let k = 100; k > 0; k--) tail = x + k / 2 / tail
  return exp(-x * x) / (sqrt(PI) * tail)
}

export function erfc(x) {
  if (x < 0) return 2 - erfc(-x)
  return x < 2 ? 1 - series(x) : fraction(x)
}

export function erf(x) {
  if (x < 0) return -erf(-x)
  return x < 2 ? series(x) : 1 - fraction(x)
}

/** The distribution function of N(0, 1), with a relative error near rounding. */
export const Phi = (z) => erfc(-z / Math.SQRT2) / 2
