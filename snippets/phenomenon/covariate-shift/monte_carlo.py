"""Does a finite sample give the exact errors, 7 and 2?"""

import numpy as np

generator = np.random.default_rng(0)
n, runs = 20_000, 50
found = []
for _ in range(runs):
    x = generator.standard_normal(n)
    x_test = generator.standard_normal(n) + 1
    w = np.exp(x - 1 / 2)
    row = []
    for weight in (np.ones(n), w):
        slope, intercept = np.polyfit(x, x**2, 1, w=np.sqrt(weight))
        row.append(((x_test**2 - intercept - slope * x_test) ** 2).mean())
    ess = w.sum() ** 2 / (w**2).sum() / n
    found.append([*row, w.var(), ess])

found = np.array(found)
mean, se = found.mean(0), found.std(0, ddof=1) / np.sqrt(runs)
exact = [7, 2, np.e - 1, np.exp(-1)]
names = ["MSE unweighted", "MSE weighted", "Var w", "ESS/n"]
print(f"{runs} runs of n = {n}")
for name, m, s, e in zip(names, mean, se, exact, strict=True):
    print(f"{name:14s}  {m:6.3f} +- {s:.3f}   exact {e:.3f}")
error = 4 * se  # four standard errors
assert (np.abs(mean - exact) < error).all() and error.max() < 0.12
