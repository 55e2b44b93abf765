"""What is the slope of the best straight line through a unit's outputs?"""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
curve = np.linspace(-3, 8, 221)
node, mass = np.polynomial.hermite_e.hermegauss(200)
mass = mass / mass.sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


fig, ax = plt.subplots(figsize=(4.8, 3.0))
ax.plot(curve, sigmoid(curve), "k-", linewidth=1)
print("mean  slope of the best line  mean slope")
for mu, colour in ((0, "C4"), (5, "C5")):
    h = sigmoid(mu + node)
    line = mass @ (node * h)  # Cov(X, h) / Var(X), as Var(X) = 1
    mean_slope = mass @ (h * (1 - h))
    assert abs(line - mean_slope) < 1e-12
    print(f"{mu:4d} {line:23.4f} {mean_slope:11.4f}")
    z = mu + rng.standard_normal(60)
    ax.plot(z, sigmoid(z), "o", color=colour, markersize=4, alpha=0.6)
    ends = mu + np.array([-2.5, 2.5])
    ax.plot(ends, mass @ h + line * (ends - mu), "--", color=colour)
    place = (mu, mass @ h - 0.25)
    ax.text(*place, f"  slope {line:.2f}", color=colour)
ax.set(xlabel="pre-activation $z$", ylabel="output")
plt.show()
