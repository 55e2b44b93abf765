"""Guards of what one copies from measuring."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    Recurrent,
    close,
    convolutional,
    dense,
    left_alone,
    transformer,
)

MEASURING = "phenomenon/measuring"


STATES = {
    "dense": (lambda: dense(True), (6,), ["0.0", "0.1", "1.0", "1.1"]),
    "convolutional": (
        lambda: convolutional(True),
        (3, 8, 8),
        ["0.0", "0.1", "1.0", "1.1", "2"],
    ),
    "recurrent": (
        lambda: Recurrent(True),
        (4, 5),
        ["inner.0", "inner.1", "back"] * 4,
    ),
    "LSTM": (lambda: nn.LSTM(5, 3, batch_first=True), (4, 5), [""]),
    "transformer": (
        transformer,
        (4, 8),
        [
            f"layers.{k}.{name}"
            for k in (0, 1)
            for name in ("self_attn", "norm1", "linear1", "linear2", "norm2")
        ],
    ),
}


def two_states(kind):
    """Return a network before and after one step of an optimiser, its loss and data."""
    make, shape, names = STATES[kind]
    before, x = make(), 1 + torch.randn(40, *shape)

    def loss_of(net):
        out = net(x)
        out = out[0] if isinstance(out, tuple) else out
        return (out - 1).square().mean()

    after = copy.deepcopy(before)
    optimizer = torch.optim.Adam(after.parameters(), lr=0.1)
    loss_of(after).backward()
    optimizer.step()
    return before, after, loss_of, x, names


def steady(model):
    """Return a copy without dropout, whose batch norms are in their modes."""
    other = copy.deepcopy(model)
    for m in other.modules():
        m.training = m.training and isinstance(m, _BatchNorm)
    return other


def shifts_moments(moment_shift, kind, mode):
    """Assert: the moment shift is that of what the layers put out, column by column."""
    before, after, loss_of, x, names = two_states(kind)
    found = []
    for model in (before, after):
        model.train(mode)
        found.append(seen := [])
        other = steady(model)
        for name, layer in other.named_modules():
            if name in names:

                def keep(layer, _, z, seen=seen):
                    z = z[0] if isinstance(z, tuple) else z
                    pictures = isinstance(layer, nn.modules.conv._ConvNd | _BatchNorm)
                    z = z.transpose(1 if pictures else -1, -1)
                    seen.append(z.reshape(-1, z.shape[-1]).detach())

                layer.register_forward_hook(keep)
        loss_of(other)
    with left_alone(before, x), left_alone(after, x):
        rows = moment_shift(before, after, loss_of)
    assert [name for name, _ in rows] == names
    for (_, shift), z, new in zip(rows, *found, strict=True):
        mean, std = z.mean(0), z.var(0, correction=0).sqrt()
        moved = (new.mean(0) - mean).square()
        moved = moved + (new.var(0, correction=0).sqrt() - std).square()
        if std.any():
            close(shift, (moved.sqrt() / std).median().item())
        else:
            assert shift != shift  # the first input of "back" is zero


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("kind", STATES)
def test_the_moment_shift_is_that_of_every_layer_and_nothing_is_changed(kind, mode):
    shifts_moments(recipe(f"{MEASURING}/moment_shift", "moment_shift"), kind, mode)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("map(copy.deepcopy, (before, after))", "(before, after)")),
        ("dense", ("&= isinstance(layer, norms)", "= False")),
        ("transformer", ("layer.training &= isinstance(layer, norms)", "pass")),
        ("convolutional", ("1 if isinstance(layer, channels) else -1", "-1")),
        ("transformer", ("1 if isinstance(layer, channels) else -1", "1")),
        ("dense", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("dense", ("correction=0", "correction=1")),
        ("dense", ("shift[live].median()", "shift[live].mean()")),
    ],
)
def test_a_moment_shift_that_goes_wrong_is_found(kind, change):
    with pytest.raises((AssertionError, RuntimeError)):
        shifts_moments(
            recipe(f"{MEASURING}/moment_shift", "moment_shift", change), kind, True
        )


def test_the_moment_shift_leaves_out_units_that_stand_still():
    moment_shift = recipe(f"{MEASURING}/moment_shift", "moment_shift")
    before, after = (nn.Linear(1, 3).to(torch.bfloat16) for _ in range(2))
    with torch.no_grad():
        for layer, weight in ((before, [1.0, 2.0, 0.0]), (after, [2.0, 4.0, 1.0])):
            layer.weight.copy_(torch.tensor(weight)[:, None])
            layer.bias.zero_()
    x = torch.tensor([[-1.0], [1.0]]).to(torch.bfloat16)
    assert moment_shift(before, after, lambda net: net(x)) == [("", 1.0)]


def shifts_gradients(gradient_shift, kind, mode):
    """Assert: each gradient is compared with that behind the steps of those below."""
    before, after, loss_of, x, names = two_states(kind)
    before.train(mode), after.train(mode)
    names = list(dict.fromkeys(names))
    if kind == "transformer":  # which is not called: its weights are read
        attention = [k for k, name in enumerate(names) if name.endswith("attn")]
        for k in reversed(attention):
            names.insert(k + 1, f"{names[k]}.out_proj")
    with left_alone(before, x), left_alone(after, x):
        rows = gradient_shift(before, after, loss_of)
    assert [name for name, *_ in rows] == names
    for k, (name, rho, cos) in enumerate(rows):
        net, gradients = steady(before), []
        for below in ([], names[:k]):
            for other in below:
                source = after.get_submodule(other).named_parameters(recurse=False)
                for key, value in source:
                    net.get_submodule(other).get_parameter(key).data = value.data
            net.zero_grad()
            loss_of(net).backward()
            own = net.get_submodule(name).parameters(recurse=False)
            gradients.append(torch.cat([p.grad.flatten() for p in own]))
        old, new = gradients
        close(rho, ((new - old).norm() / old.norm()).item())
        close(cos, (new @ old / new.norm() / old.norm()).item())


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("kind", STATES)
def test_the_gradient_shift_is_that_of_the_layers_below(kind, mode):
    shifts_gradients(
        recipe(f"{MEASURING}/gradient_shift", "gradient_shift"), kind, mode
    )


def test_the_gradient_shift_goes_by_calls_and_shared_weights_step_once():
    gradient_shift = recipe(f"{MEASURING}/gradient_shift", "gradient_shift")

    class Backwards(nn.Module):
        def __init__(self):
            super().__init__()
            self.head, self.body = nn.Linear(4, 4), nn.Linear(4, 4)
            self.spare, self.still = nn.Linear(4, 4), nn.Linear(4, 4)
            self.twin = self.body
            self.still.requires_grad_(False)

        def forward(self, a, b):
            return self.head(self.still(self.twin(self.body(a + b).tanh())))

    before = Backwards()
    after, x = Backwards(), torch.randn(9, 4)
    rows = gradient_shift(before, after, lambda net: net(x, x).square().mean())
    assert [name for name, *_ in rows if name != "spare"] == ["body", "head"]
    found = {name: rho for name, rho, _ in rows}
    assert found["body"] == 0
    assert found["head"] > 0
    assert found["spare"] != found["spare"]  # no gradient to divide by


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy(before), {}", "before, {}")),
        ("dense", ("p.copy_(stepped)", "pass")),
        ("transformer", ("layer.training &= ", "layer.was = ")),
        ("dense", ("layer.training &= ", "layer.training = 0 * ")),
        ("transformer", (" | calls", "")),
        ("dense", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("dense", ("/ G[name].norm()", "/ G_new.norm()")),
    ],
)
def test_a_gradient_shift_that_goes_wrong_is_found(kind, change):
    change = recipe(f"{MEASURING}/gradient_shift", "gradient_shift", change)
    with pytest.raises((AssertionError, RuntimeError, KeyError, TypeError)):
        shifts_gradients(change, kind, True)
