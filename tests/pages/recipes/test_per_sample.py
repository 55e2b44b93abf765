"""Guards of what one copies from per-sample."""

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    convolutional,
    dense,
    left_alone,
    transformer,
)

POOLS = "normalizers/per-sample/pools"


class RootMeanSquareNorm(nn.Module):
    """A norm of one's own, in single precision whatever comes, and zero at first."""

    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(d))

    def forward(self, x):
        """Return tokens of one mean square."""
        z = x.float()
        y = z * torch.rsqrt(z.square().mean(-1, keepdim=True) + 1e-6)
        return self.weight * y.to(x.dtype)


class Decoder(nn.Module):
    """Takes two inputs, one by its name, and calls one norm for both."""

    def __init__(self):
        super().__init__()
        self.norm = RootMeanSquareNorm(8)
        self.linear = nn.utils.parametrizations.weight_norm(nn.Linear(8, 8))

    def forward(self, x, memory):
        """Return what comes of both."""
        return (
            self.linear(torch.relu_(self.norm(x))) + self.norm(memory).sum(1)[:, None]
        )


def maps():
    return nn.Sequential(
        nn.ReLU(inplace=True),
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8), nn.Dropout()),
        nn.InstanceNorm2d(8, affine=True),
        nn.GroupNorm(1, 8),
        nn.LayerNorm(6),
    )


POOLED = {
    "dense": (lambda: dense(True), (9, 6), [(9, 1), (9, 1)]),
    "convolutional": (
        lambda: convolutional(False),
        (5, 3, 8, 8),
        [(5, 1, 8, 8), (5, 1, 9, 9)],
    ),
    "maps": (
        maps,
        (5, 3, 8, 8),
        [(1, 2, 6, 6), (1, 1, 6, 6), (1, 8, 6, 6), (1, 1, 1, 6)],
    ),
    "recurrent": (lambda: Recurrent(True), (9, 4, 5), [(9, 1)]),
    "transformer": (transformer, (3, 4, 8), 4 * [(1, 1, 8)]),
    "one value": (lambda: nn.Sequential(nn.GroupNorm(4, 4)), (3, 4), [(0, 0)]),
    "two values": (lambda: nn.Sequential(nn.LayerNorm(2)), (3, 2), [(1, 2)]),
}


def pooled(pools, kind):
    """Assert: the pools are those of the layers, and nothing is changed."""
    make, shape, expected = POOLED[kind]
    model, x = make(), torch.randn(shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    with left_alone(model, x):
        rows = pools(model, x)
    assert [row[3] for row in rows] == expected
    layers = dict(model.named_modules())
    for name, kind_of, seen, pool in rows:
        assert type(layers[name]).__name__ == kind_of
        assert len(seen) == len(pool)
    with left_alone(model.eval(), x):
        rows = pools(model, x)
    frozen = [isinstance(layers[row[0]], _BatchNorm) for row in rows]
    for is_batch, row, before in zip(frozen, rows, expected, strict=True):
        assert row[3] == ((1,) * len(before) if is_batch else before)


@pytest.mark.parametrize("kind", POOLED)
def test_the_pools_are_those_of_the_layers_and_the_network_is_left_alone(kind):
    pooled(recipe(POOLS, "pools"), kind)


def pooled_by_hand(pools, form):
    """Assert: a shared norm of one's own is seen at both calls, with a zero weight."""
    model, (x, memory) = Decoder().to(form), torch.randn(2, 3, 7, 8).to(form)
    with left_alone(model, x, memory), torch.no_grad():
        rows = pools(model, x[:, :5], memory=memory)
    kept = ("norm", "RootMeanSquareNorm")
    assert rows == [(*kept, (3, n, 8), (1, 1, 8)) for n in (5, 7)]


@pytest.mark.parametrize("form", [torch.float64, torch.bfloat16])
def test_the_pools_of_a_shared_norm_of_ones_own(form):
    pooled_by_hand(recipe(POOLS, "pools"), form)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy((model, inputs, options))", "(model, inputs, {})")),
        ("maps", ("copy.deepcopy((model, inputs, options))", "(model, inputs, {})")),
        ("maps", ("torch.random.fork_rng(), ", "")),
        ("maps", (".flatten()[0]", ".sum()")),
        ("recurrent", ("found[name, tuple(x.shape)] = norm", "pass")),
    ],
)
def test_pools_that_are_found_wrong_are_noticed(kind, change):
    with pytest.raises(AssertionError):
        pooled(recipe(POOLS, "pools", change), kind)


@pytest.mark.parametrize(
    "change",
    [
        ("weight.fill_(1)", "pass"),
        ("isinstance(x, nn.Parameter)", "False"),
        ("torch.enable_grad()", "torch.no_grad()"),
    ],
)
def test_pools_of_a_norm_of_ones_own_that_are_found_wrong_are_noticed(change):
    with pytest.raises((AssertionError, RuntimeError, TypeError)):
        pooled_by_hand(recipe(POOLS, "pools", change), torch.float64)
