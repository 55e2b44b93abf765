"""Guards of what one copies from mitigations."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import close

SKIP = "practice/mitigations/skip"


class Gated(nn.Module):
    """A recurrent branch: all states of a sequence, not the last alone."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(5, 5, batch_first=True)

    def forward(self, x):
        """Return the states."""
        return self.gru(x)[0]


def attention():
    return nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True)


BRANCHES = {
    "dense": (lambda: nn.Sequential(nn.Linear(6, 6), nn.BatchNorm1d(6)), (9, 6)),
    "convolutional": (lambda: nn.Conv2d(3, 3, 3, padding=1), (4, 3, 8, 8)),
    "recurrent": (Gated, (4, 7, 5)),
    "transformer": (attention, (4, 7, 8)),
}


def skips(Skip, kind):
    """Assert: the identity at first, then the sum; the branch learns later."""
    make, shape = BRANCHES[kind]
    model, x = Skip(make()), torch.randn(shape)
    y = model(x)
    assert torch.equal(y, x)
    y.square().sum().backward()
    size = [p.grad.abs().max() for p in model.parameters()]
    assert model.scale.grad.abs() > 0
    assert sum(s > 0 for s in size) == 1
    torch.optim.SGD(model.parameters(), lr=0.01).step()
    model.zero_grad()
    y = model(x)
    close(y, x + model.scale * model.branch(x))
    y.square().sum().backward()
    assert sum(p.grad.abs().max() > 0 for p in model.parameters()) > 1
    assert torch.equal(Skip(nn.Identity(), 1.0)(x), 2 * x)


@pytest.mark.parametrize("kind", BRANCHES)
def test_a_skip_starts_as_the_identity(kind):
    skips(recipe(SKIP, "Skip"), kind)


def test_a_skip_takes_masks_and_half_precision():
    Skip, x = recipe(SKIP, "Skip"), torch.randn(4, 7, 8)
    mask = torch.zeros(4, 7, dtype=torch.bool)
    model = Skip(attention(), 1.0)
    branch = model.branch(x, src_key_padding_mask=mask)
    close(model(x, src_key_padding_mask=mask), x + branch)
    half = Skip(nn.Linear(8, 8)).to(torch.bfloat16)
    assert half(x.to(torch.bfloat16)).dtype == torch.bfloat16


@pytest.mark.parametrize(
    "change",
    [
        ("x + self.scale *", "self.scale *"),
        ("self.scale * self.branch", "self.branch"),
        ("nn.Parameter(torch.tensor(scale))", "torch.tensor(scale)"),
    ],
)
def test_a_skip_that_goes_wrong_is_found(change):
    with pytest.raises((AssertionError, AttributeError)):
        skips(recipe(SKIP, "Skip", change), "convolutional")
