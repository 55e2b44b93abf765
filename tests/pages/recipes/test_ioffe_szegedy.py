"""Guards of what one copies from ioffe-szegedy."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import Recurrent, Two, close, traces, transformer

ONCE = "debate/ioffe-szegedy/normalise_once"


class Unlike(nn.Module):
    """Has a layer whose weight is computed, one without a bias and a constant unit."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 8, bias=False)
        self.normed = nn.utils.parametrizations.weight_norm(nn.Linear(8, 8))
        self.constant = nn.Linear(8, 8)
        nn.init.zeros_(self.constant.weight)

    def forward(self, x):
        """Return the sum of the branches."""
        h = torch.tanh(self.inner(x))
        return self.normed(h) + self.constant(h)


def plain():
    """Return dense layers, in the last of which nothing is to be changed."""
    layers = [nn.Linear(6, 7), nn.Sigmoid(), nn.Linear(7, 4), nn.Sigmoid()]
    return nn.Sequential(nn.Sequential(*layers), nn.Dropout(), nn.Linear(4, 3))


def images():
    layers = [nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 6, 2, groups=2)]
    return nn.Sequential(*layers, nn.BatchNorm2d(6), nn.Flatten(), nn.Linear(294, 3))


STARTED = {
    "dense": (plain, [(23, 6)], ("2",), ["0.0", "0.2"]),
    "convolutional": (images, [(9, 3, 8, 8)], ("5",), ["0", "2"]),
    "recurrent": (lambda: Recurrent(True), [(9, 4, 5)], (), ["inner.0", "back"]),
    "two inputs": (Two, [(9, 6), (9, 6)], (), ["layer"]),
    "unlike": (Unlike, [(9, 8)], (), ["inner", "constant"]),
    "transformer": (
        lambda: transformer(),
        [(5, 4, 8)],
        ("layers.1.linear2",),
        ["layers.0.linear1", "layers.0.linear2", "layers.1.linear1"],
    ),
}


def starts(normalise_once, kind, training):
    """Assert: mean 0 and deviation 1 at the first call; nothing else is altered."""
    make, shapes, keep, layers = STARTED[kind]
    model, given = make().train(training), [torch.randn(shape) for shape in shapes]
    model(*given).square().sum().backward()
    before, state = traces(model, given), copy.deepcopy(model.state_dict())
    torch.manual_seed(5)
    before[0][-1] = torch.get_rng_state()
    gains = normalise_once(model, *given, keep=keep)
    moving = set(layers) - {"back", "constant"}  # no unit of these varies
    changed = {f"{name}.{part}" for name in moving for part in ("weight", "bias")}
    now = model.state_dict()
    for name, value in state.items():
        assert name in changed or torch.equal(value, now[name])
    left, parts, grads = traces(model, given)
    assert (parts, grads) == before[1:]
    rest = len(now)
    for old, new in zip(before[0][rest:], left[rest:], strict=True):
        assert (old is None) == (new is None)
        assert old is None or torch.equal(old, new)
    assert [name for name, _ in gains] == layers
    assert all(type(gain) is float for _, gain in gains)
    first = {}
    for name, m in model.named_modules():
        if name in moving:

            def look(m, _, z, name=name):
                z = z.transpose(1, z.dim() - 1) if type(m) is not nn.Linear else z
                first.setdefault(name, z.detach().reshape(-1, z.shape[-1]))

            m.register_forward_hook(look)
    torch.manual_seed(5)
    model(*given)
    for name, z in first.items():
        layer = model.get_submodule(name)
        close(z.std(0, correction=0), torch.ones(z.shape[1]))
        if layer.bias is not None:
            close(z.mean(0), torch.zeros(z.shape[1]))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", STARTED)
def test_a_start_is_normalised_and_nothing_else_is_altered(kind, training):
    starts(recipe(ONCE, "normalise_once"), kind, training)


def test_the_gains_are_spreads_over_layers_that_are_normalised():
    normalise_once = recipe(ONCE, "normalise_once")
    model, x = plain(), torch.randn(50, 6)
    layers = model[0]
    z = layers[0](x)
    std, mean = torch.std_mean(z, 0, correction=0)
    h = torch.sigmoid((z - mean) / std)
    found = dict(normalise_once(copy.deepcopy(model), x, keep=["2"]))
    close(found["0.0"], std.median().item())
    close(found["0.2"], layers[2](h).std(0, correction=0).median().item())


def test_a_start_takes_half_precision():
    model = nn.Sequential(nn.Linear(8, 5), nn.Sigmoid(), nn.Linear(5, 4))
    model, x = model.to(torch.bfloat16), torch.randn(400, 8).to(torch.bfloat16)
    recipe(ONCE, "normalise_once")(model, x)
    z = model(x)
    assert z.dtype == model[0].weight.dtype == torch.bfloat16
    assert (z.float().std(0) - 1).abs().max() < 0.05
    assert z.float().mean(0).abs().max() < 0.05


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy(model)", "model")),
        ("dense", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("dense", (" and name not in keep", "")),
        ("dense", (" - mean) / std", " + mean) / std")),
        ("dense", ("(layer.bias - mean) / std", "layer.bias - mean")),
        ("dense", ("correction=0", "correction=1")),
        ("recurrent", ("if layer.weight in seen:", "if False:")),
        ("unlike", ("std > 1e-4 * mean.abs()", "std > -1")),
        ("unlike", ("torch.where(live, mean, 0.0)", "mean")),
        ("unlike", (" and type(layer.weight) is nn.Parameter", "")),
        ("convolutional", ("1 - layer.weight.dim()", "-1")),
    ],
)
def test_a_start_that_goes_wrong_is_found(kind, change):
    normalise_once = recipe(ONCE, "normalise_once", change)
    with pytest.raises((AssertionError, RuntimeError)):
        starts(normalise_once, kind, training=True)
