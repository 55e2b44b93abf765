"""Guards of what one copies from evidence."""

import pytest
import torch
from torch import nn

from tests.conftest import recipe


class Bowl(nn.Module):
    """A weight w with the loss 4 w^2: a step multiplies w by 1 - 8 lr."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(3))


def finds(largest_rate, lr):
    """Check the rate that is found in a bowl where it is known: below 1/4."""
    torch.manual_seed(11)
    before = torch.get_rng_state()
    found = largest_rate(Bowl, lambda bowl: 4 * bowl.w.square().sum(), lr)
    assert found == pytest.approx(1 / 5)
    assert torch.equal(torch.get_rng_state(), before)


RATE = "debate/evidence/largest_rate"


@pytest.mark.parametrize("lr", [1 / 5, 1 / 20, 1 / 2560])
def test_the_largest_rate_of_a_bowl_is_found(lr):
    finds(recipe(RATE, "largest_rate"), lr)


def test_where_no_rate_trains_there_is_none():
    nothing = lambda bowl: 0 * bowl.w.sum() + 1  # noqa: E731
    assert recipe(RATE, "largest_rate")(Bowl, nothing, 1.0, steps=20) is None


@pytest.mark.parametrize("kind", ["dense", "convolutional", "recurrent", "transformer"])
def test_a_largest_rate_is_found_for_every_network(kind):
    flat = lambda y: y.flatten(1)[:, :3]  # noqa: E731
    make = {
        "dense": lambda: nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU()),
        "convolutional": lambda: nn.Sequential(nn.Conv1d(4, 4, 3), nn.BatchNorm1d(4)),
        "recurrent": lambda: nn.GRU(5, 6, batch_first=True),
        "transformer": lambda: nn.TransformerEncoderLayer(6, 2, 8, batch_first=True),
    }[kind]
    shape = {"dense": (16, 5), "transformer": (4, 4, 6)}.get(kind, (4, 4, 5))
    x = torch.randn(shape)

    def loss_of(model):
        y = model(x)
        return flat(y[0] if kind == "recurrent" else y).square().mean()

    found = recipe(RATE, "largest_rate")(make, loss_of, 1e-2, steps=200, seeds=2)
    assert found >= 1e-2


@pytest.mark.parametrize(
    "change",
    [
        ("best = lr", "best = lr * 2"),
        ("with torch.random.fork_rng():", "if True:"),
    ],
)
def test_a_largest_rate_that_is_wrong_is_found(change):
    wrong = recipe(RATE, "largest_rate", change)
    with pytest.raises(AssertionError):
        finds(wrong, 1 / 20)
