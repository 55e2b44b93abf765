"""Guards of the covariate shift exploration: its numbers are those of a real fit."""

import numpy as np
import pytest
import torch

from tests.explorations.conftest import largest

node, mass = np.polynomial.hermite_e.hermegauss(80)
Z, MASS = torch.tensor(node), torch.tensor(mass / mass.sum())
GRID = [(m, p) for m in (-3.0, -0.55, 0.0, 1.0, 2.2) for p in (0.0, 0.35, 1.0)]


def fitted(mu, power):
    """Fit a line to y = x^2 by weighted least squares; return what is shown."""
    w = torch.exp(mu * Z - mu**2 / 2) ** power
    phi = torch.stack([torch.ones_like(Z), Z], dim=1)
    found = {}
    for name, weight in (("", torch.ones_like(Z)), ("weighted-", w)):
        weight = MASS * weight
        gram = phi.T @ (weight[:, None] * phi)
        line = torch.linalg.solve(gram, phi.T @ (weight * Z**2))
        x = Z + mu
        error = line[0] + line[1] * x - x**2
        found[f"{name}mse"] = (MASS * error**2).sum().item()
        found[f"{name}bias"] = (MASS * error).sum().item()
    mean, square = (MASS * w).sum(), (MASS * w**2).sum()
    found["ess"] = (mean**2 / square).item()
    found["variance"] = (square / mean**2 - 1).item()
    return found


def wrong(exploration, grid=GRID):
    """Return the largest deviation from the fit, relative where it is above 1."""
    worst = 0
    settings = [{"mu": mu, "power": power} for mu, power in grid]
    for setting, shown in exploration.sweep_values(settings):
        true = fitted(**setting)
        assert shown.keys() == true.keys()
        for key, value in true.items():
            worst = largest(worst, abs(shown[key] - value) / max(1, abs(value)))
    return worst


def test_the_numbers_are_those_of_a_fit(stage):
    with stage.opened("covariate-shift") as exploration:
        assert wrong(exploration) < 1e-9


def test_what_is_seen_before_it_is_touched(stage):
    with stage.opened("covariate-shift") as exploration:
        shown = exploration.values()
        assert shown["mse"] == 7
        assert shown["weighted-mse"] == 2
        assert shown["ess"] == pytest.approx(np.exp(-1), abs=1e-15)


def test_a_wrong_formula_is_noticed(stage):
    alter = {"explore/covariate-shift.js": {"2 + 4 * d ** 2": "2 - 4 * d ** 2"}}
    with stage.opened("covariate-shift", alter=alter) as exploration:
        assert wrong(exploration) > 1e-6
