"""Means over a standard normal variable, in float64: MASS @ f(Z).

Piece by piece with Gauss-Legendre nodes, and 0 between two pieces, so that a kink there
does no harm. Gauss-Hermite would lose half of its digits where tanh is steep.
"""

import math

import numpy as np
import torch

node, mass = np.polynomial.legendre.leggauss(12)
EDGES = np.linspace(-9, 9, 25)
HALF = (EDGES[1] - EDGES[0]) / 2
Z = torch.tensor((EDGES[:-1, None] + HALF * (1 + node)).ravel())
MASS = HALF * torch.tensor(np.tile(mass, len(EDGES) - 1))
MASS = MASS * torch.exp(-(Z**2) / 2) / math.sqrt(2 * math.pi)
