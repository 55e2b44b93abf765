"""Model right or wrong, region seen or not: when does a shift do harm?"""

import matplotlib.pyplot as plt
import numpy as np

generator = np.random.default_rng(0)
grid = np.linspace(-1, 2, 3001)  # y = x^2, and training adds noise
fig, panels = plt.subplots(2, 2, sharex=True, sharey=True, figsize=(4.8, 5))
print("squared error in use  region seen  not seen")
for row, (degree, model) in enumerate(((2, "right"), (1, "wrong"))):
    errors = []
    for column, limit in enumerate((np.inf, 0.5)):  # training goes so far
        train = np.exp(-0.7 * grid) * (grid <= limit)
        use = np.exp(0.7 * grid) * (grid > limit if column else 1)
        train, use = train / train.sum(), use / use.sum()
        x = generator.choice(grid, 200, p=train)
        y = x**2 + 0.15 * generator.standard_normal(200)

        panel = panels[row, column]
        panel.axvspan(grid[use > 0][0], 2, color="C4", alpha=0.15)
        panel.plot(x[:50], y[:50], "k.", markersize=4, alpha=0.5)
        fits = [(np.polyfit(x, y, degree), "C3-")]
        if row == 1 and column == 0:
            root = np.exp(0.7 * x)  # of the weights, as polyfit wants it
            fits.append((np.polyfit(x, y, degree, w=root), "C4--"))
        for fit, look in fits:
            panel.plot(grid, np.polyval(fit, grid), look, linewidth=2)
            errors.append(use @ (np.polyval(fit, grid) - grid**2) ** 2)
        if row == 0:
            panel.set_title(("region seen", "region not seen")[column])
    panels[row, 0].set_ylabel(f"model {model}")
    print(f"model {model}: {errors[0]:17.2f} {errors[-1]:9.2f}")
    if row == 1:
        print(f"  weighted: {errors[1]:18.2f}")

train = np.exp(-0.7 * grid) * (grid <= 0.5)
x = generator.choice(grid, 200_000, p=train / train.sum())
y = x**2 + 0.15 * generator.standard_normal(len(x))
gap = (np.polyval(np.polyfit(x, y, 2), grid) - grid**2) ** 2
use = np.exp(0.7 * grid) * (grid > 0.5)
error = use @ gap / use.sum()
assert error < 1e-3  # in 20 draws 4e-5 in the mean
print(f"right, 200,000 points: {error:16.3f}")

unseen = grid[grid > 0.5]
panels[0, 1].plot(unseen, unseen - 0.25, "k:")
panels[0, 1].text(0.6, 0.1, "another truth")
panels[0, 0].text(-0.75, 2.1, "parabola", color="C3")
panels[1, 0].text(-0.7, 1.9, "line", color="C3")
panels[1, 0].text(0.5, -0.6, "weighted line", color="C4")
panels[1, 1].text(-0.4, -0.9, "line", color="C3")
panels[0, 0].set(ylim=(-1.6, 4.2))
for panel in panels[1]:
    panel.set_xlabel("$x$")
plt.show()
