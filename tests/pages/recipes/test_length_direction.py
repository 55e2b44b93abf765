"""Guards of what one copies from length-direction."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    NETWORKS,
    Recurrent,
    close,
    convolutional,
    dense,
    left_alone,
    network,
    norms_of,
    transformer,
    volumes,
)

LENGTHS = "debate/length-direction/lengths"


def own_lengths(model, x):
    """Return the three lengths of each call, unit by unit and another way."""
    found, handles = [], []
    for norm in norms_of(model):

        def read(norm, given):
            z = given[0].detach()
            axes = [axis for axis in range(z.dim()) if axis != 1]
            s = z.var(axes, correction=0).sqrt()
            gamma = torch.ones_like(s) if norm.weight is None else norm.weight
            found.append((s, gamma.detach().abs()))

        handles.append(norm.register_forward_pre_hook(read))
    model(x)
    for handle in handles:
        handle.remove()
    return found


def own_norms(layer):
    """Return the length of the weights of each unit, by loops."""
    w, groups = layer.weight.detach(), getattr(layer, "groups", 1)
    if not getattr(layer, "transposed", False):
        return torch.stack([row.square().sum().sqrt() for row in w])
    size, each = w.shape[1], len(w) // groups
    return torch.stack(
        [
            w[g * each : (g + 1) * each, unit].square().sum().sqrt()
            for g in range(groups)
            for unit in range(size)
        ]
    )


def lengths_are_those(lengths, make, affine, training):
    """Assert: name, norm, spread and gamma of each call, and a model left alone."""
    model, x = network(make, affine)
    model.train(training)
    with left_alone(model, x):
        rows = lengths(model, x)
    found = own_lengths(copy.deepcopy(model), x)
    assert len(rows) == len(found) > 0
    layers = dict(model.named_modules())
    for (name, *row), (s, gamma) in zip(rows, found, strict=True):
        assert all(type(value) is float for column in row for value in column)
        norms = own_norms(layers[name])
        for ours, theirs in zip(row, (norms, s, gamma), strict=True):
            close(torch.tensor(ours), theirs)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_the_three_lengths_are_found(make, affine, training):
    lengths_are_those(recipe(LENGTHS, "lengths"), make, affine, training)


def test_lengths_count_only_what_a_batch_norm_reads_directly():
    lengths = recipe(LENGTHS, "lengths")
    model, x = transformer(), torch.randn(5, 4, 8)
    with left_alone(model, x):
        assert lengths(model, x) == []
    relu = nn.ReLU(inplace=True)
    between = nn.Sequential(nn.Linear(4, 3), relu, nn.BatchNorm1d(3))
    assert lengths(between, torch.randn(9, 4)) == []
    half = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)).to(torch.bfloat16)
    ((name, *columns),) = lengths(half, torch.randn(9, 4).to(torch.bfloat16))
    assert name == "0"
    assert [len(column) for column in columns] == [3, 3, 3]

    class Shared(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.norm = nn.Linear(4, 4), nn.BatchNorm1d(4)

        def forward(self, x, y):
            return self.norm(self.inner(x)) + self.norm(self.inner(y))

    model, x, y = Shared(), torch.randn(9, 4), torch.randn(9, 4)
    with left_alone(model, x, y):
        first, second = lengths(model, x, y)
    assert first[:2] == second[:2]
    assert first[2] != second[2]


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (dense, ("copy.deepcopy(model), {}", "model, {}")),
        (convolutional, (".transpose(1, 2)", ".transpose(1, 1)")),
        (convolutional, ("z.double().transpose(0, 1)", "z.double()")),
        (volumes, ("correction=0", "correction=1")),
        (Recurrent, ("gamma.abs()", "gamma.abs() + 1")),
    ],
)
def test_lengths_that_go_wrong_are_found(make, change):
    with pytest.raises((AssertionError, RuntimeError)):
        lengths_are_those(recipe(LENGTHS, "lengths", change), make, True, True)
