"""Guards of what one copies from gradient-flow."""

import copy

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import Recurrent, close, convolutional, dense


def attentive():
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


FLOWS = {
    "convolutional": (lambda: convolutional(True), (23, 3, 8, 8), 3),
    "dense": (lambda: dense(True), (23, 6), 2),
    "in place": (
        lambda: nn.Sequential(nn.Linear(6, 5), nn.ReLU(inplace=True), nn.Linear(5, 3)),
        (23, 6),
        2,
    ),
    "recurrent": (lambda: Recurrent(True), (23, 4, 5), 8),
    "transformer": (attentive, (5, 4, 8), 4),
}


@pytest.mark.parametrize("kind", FLOWS)
def test_flow_sees_what_autograd_sees_and_leaves_the_network_alone(kind):
    flow = recipe("depth/gradient-flow/flow", "flow")
    make, shape, calls = FLOWS[kind]
    model, x = make(), torch.randn(shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    state = copy.deepcopy(model.state_dict())
    rows = flow(model, lambda net: net(x).square().mean())
    assert len(rows) == calls
    close(model.state_dict(), state)
    assert all(bool((p.grad == 7).all()) for p in model.parameters())
    assert all(not m._forward_hooks and m.training for m in model.modules())

    other, signals, slopes = copy.deepcopy(model), {}, {}
    other.zero_grad()
    for name, layer in other.named_modules():
        if name in {row[0] for row in rows}:

            def keep(layer, _, z, name=name):
                signals.setdefault(name, []).append(z.detach().clone())
                mine = slopes.setdefault(name, [])
                z.register_hook(lambda delta: mine.insert(0, delta.clone()))

            layer.register_forward_hook(keep)
    other(x).square().mean().backward()
    for name, z, spread, delta, gradient in rows:
        signal, slope = signals[name].pop(0), slopes[name].pop(0)
        close(z, signal.pow(2).mean().sqrt().item())
        close(spread, signal.var(0, correction=0).mean().sqrt().item())
        close(delta, slope.pow(2).mean().sqrt().item())
        weight = other.get_submodule(name).weight.grad
        close(gradient, weight.pow(2).mean().sqrt().item())


def test_flow_shows_a_frozen_layer_and_one_that_is_not_used():
    flow = recipe("depth/gradient-flow/flow", "flow")
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    model.requires_grad_(False).unused = nn.Identity()
    x = torch.randn(9, 4)
    rows = flow(model, lambda net: net(x).square().mean())
    assert [row[0] for row in rows] == ["0", "2"]
    assert all(size > 0 for row in rows for size in row[1:])
    assert not any(p.requires_grad for p in model.parameters())
