/* The mean of an even function of a standard normal variable, by the trapezium rule.

   For a function that is analytic near the line the rule is exact to rounding:
   docs/phenomenon/saturation.md, "How exact is exact?". Here that holds for tanh of
   up to 2.5 Z. A function of nodes >= 0 is half of an even one. */

import { density } from "./gauss.js"

const H = 0.1

export const nodes = Array.from({ length: 91 }, (_, k) => H * k)
export const mass = nodes.map((z, k) => (k ? 2 : 1) * H * density(z))

/** E f(Z) for an even f. */
export const mean = (f) => nodes.reduce((sum, z, k) => sum + mass[k] * f(z), 0)
