"""Guards of what one copies from training-dynamics."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    close,
    convolutional,
    dense,
    left_alone,
    transformer,
)

DRIFT = "phenomenon/training-dynamics/drift"


class Named(nn.Module):
    """Two inputs, one layer called twice, and a nonlinearity given by name."""

    def __init__(self):
        super().__init__()
        self.shared, self.drop = nn.Linear(5, 5), nn.Dropout()

    def forward(self, x, z):
        """Return what three nonlinearities make of both."""
        h = torch.tanh(self.shared(x)) + nn.functional.silu(input=self.shared(z))
        return nn.functional.relu_(self.drop(h))


@pytest.mark.parametrize(
    ("make", "shapes", "calls"),
    [
        (lambda: dense(True), [(6,)], 1),
        (lambda: convolutional(True), [(3, 8, 8)], 1),
        (lambda: Recurrent(True), [(4, 5)], 4),
        (transformer, [(4, 8)], 2),
        (Named, [(5,), (5,)], 3),
        (lambda: nn.Linear(4, 4), [(4,)], 0),
    ],
)
def test_the_record_sees_every_call_and_leaves_the_network(make, shapes, calls):
    record, shift = recipe(DRIFT, "record"), recipe(DRIFT, "shift")
    model, xs = make(), [torch.randn(9, *shape) for shape in shapes]
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    found = []
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, *xs):
            found.append(record(model, *xs))
        assert len(found[-1]) == calls
        assert shift(found[0], found[-1]) == [0] * calls  # in both modes the same
    torch.set_default_dtype(torch.bfloat16)  # the recurrent one makes its first state
    half = record(model.bfloat16(), *[x.bfloat16() for x in xs])
    assert [m.dtype for m, _ in half] == [torch.float64] * calls


KINDS = "Sigmoid Tanh ReLU LeakyReLU PReLU ELU SELU CELU GELU SiLU Mish GLU Softplus"


@pytest.mark.parametrize(
    "kind", [*KINDS.split(), "Hardtanh", "ReLU6", "Hardswish", "Hardsigmoid"]
)
def test_the_record_sees_each_kind_once(kind):
    record = recipe(DRIFT, "record")
    for x in torch.randn(9, 6), torch.randn(9, 6, 4, 4):
        ((mean, _),) = record(getattr(nn, kind)(), x)
        close(mean, x.double().mean((0, 2, 3)[: x.dim() - 1]))


def moves(record, shift):
    """Assert: moments are those of what the nonlinearity receives, shifts by hand."""
    norm = nn.BatchNorm2d(3)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    x = 2 + 3 * torch.randn(20, 3, 4, 4)
    net = nn.Sequential(nn.Dropout(), norm, nn.ReLU(inplace=True)).eval()
    ((mean, std),) = record(net, x)
    z = copy.deepcopy(norm).train()(x).detach()
    close([mean, std], [z.mean((0, 2, 3)), z.std((0, 2, 3), correction=0)])
    close(mean, norm.bias.detach())  # the unit is the channel
    ((mean, std),) = record(nn.ReLU(), x[:, 0])  # a sequence: each number
    z = x[:, 0].flatten(1)
    close([mean, std], [z.mean(0), z.std(0, correction=0)])
    start = torch.tensor([0.0, 1, 2, 5, 5]), torch.tensor([1.0, 2, 4, 0, 0])
    now = torch.tensor([3.0, 1, 2, 9, 9]), torch.tensor([5.0, 4, 8, 1, 1])
    close(shift([start], [now]), [1.0])  # of 5, 1, 1; the last two did not vary
    now = torch.tensor([9.0, 1, -14, 9, 9]), torch.tensor([1.0, 2, 16, 1, 1])
    close(shift([start], [now]), [5.0])  # of 9, 0, 5
    still = torch.zeros(2), torch.zeros(2)
    assert torch.tensor(shift([still], [still])).isnan().all()


def test_a_record_is_of_what_the_nonlinearity_receives():
    moves(recipe(DRIFT, "record"), recipe(DRIFT, "shift"))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("record", ("layer.train()", "layer.eval()")),
        ("record", ("(net).eval()", "(net).train()")),
        ("record", ("z.std(0, correction=0)", "z.std(0)")),
        ("record", ("z.flatten(1)", "z.flatten(1, -1).mean(1, True)")),
        ("record", ("transpose(1, -1)", "transpose(0, -1)")),
        ("record", ("z.dim() > 3", "z.dim() > 4")),
        ("record", ("z.dim() > 3", "z.dim() > 2")),
        ("shift", ("s2 - s)", "s2)")),
        ("shift", (" / s)[live]", " / s2)[live]")),
        ("shift", ("[live].median", ".median")),
        ("shift", ("1e-6 * s.max()", "0.3 * s.max()")),
    ],
)
def test_a_record_that_goes_wrong_is_found(name, change):
    functions = {key: recipe(DRIFT, key) for key in ("record", "shift")}
    functions[name] = recipe(DRIFT, name, change)
    with pytest.raises((AssertionError, RuntimeError)):
        moves(**functions)
