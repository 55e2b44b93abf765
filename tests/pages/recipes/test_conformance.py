"""Guards of what one copies from conformance."""

import copy
import math
from functools import partial

import pytest
import torch
from torch import nn

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    NETWORKS,
    Recurrent,
    Two,
    close,
    convolutional,
    dense,
    left_alone,
    network,
    norms_of,
    transformer,
)


def test_the_pasted_function_stands_in_for_every_batch_norm_of_a_network():
    ours = recipe("batch-norm/conformance/batch_norm", "batch_norm")

    def forward(norm, x):
        affine = norm.weight, norm.bias
        return ours(x, norm.running_mean, norm.running_var, *affine, norm.training)

    for make, affine in NETWORKS:
        model, x = network(make, affine)
        other = copy.deepcopy(model)
        for norm in norms_of(other):
            norm.forward = partial(forward, norm)
        for each in (model, other):
            each(x).square().sum().backward()
        close(
            [p.grad for p in other.parameters()], [p.grad for p in model.parameters()]
        )
        kept = [[b for b in each.buffers() if b.dim()] for each in (other, model)]
        close(*kept)
        close(other.eval()(x), model.eval()(x))


def test_the_scan_pools_what_its_layer_pools(capsys):
    scan = recipe("batch-norm/conformance/scan", "scan")
    norm = nn.BatchNorm2d(3).float()
    x = torch.randn(4, 3, 5, 5, dtype=torch.float32)
    x[:, 1] += 50 - x[:, 1].mean()
    x[:, 2] = 7.5
    norm.register_forward_pre_hook(scan("norm", norm))
    norm(x)
    name, constant, ratio = capsys.readouterr().out.split()[:3]
    exact = 50 / x[:, 1].double().std(correction=0)
    assert (name, constant, ratio) == ("norm", "1", f"{exact:.0f}")


CONFORMANCE = "batch-norm/conformance"


class OwnNorm(nn.Module):
    """A batch norm whose buffers have names of their own, and any number of axes."""

    def __init__(
        self, units, eps=1e-5, rate=0.1, bessel=True, detach=False, inside=False
    ):
        super().__init__()
        self.inside = inside
        self.eps, self.rate, self.bessel, self.detach = eps, rate, bessel, detach
        self.gamma = nn.Parameter(torch.ones(1, units))
        self.beta = nn.Parameter(torch.zeros(units))
        self.register_buffer("moving_variance", torch.ones(units))
        self.register_buffer("moving_mean", torch.zeros(units))

    def forward(self, x):
        """Normalise, and store in training."""
        dims = [d for d in range(x.dim()) if d != 1]
        view = [-1] + [1] * (x.dim() - 2)
        mean, var = self.moving_mean.view(view), self.moving_variance.view(view)
        if self.training:
            mean = x.mean(dims, keepdim=True)
            var = (x - mean).square().mean(dims, keepdim=True)
            if self.detach:
                mean, var = mean.detach(), var.detach()
            m = x.numel() // x.shape[1]
            stored = var.detach().flatten() * (m / (m - 1) if self.bessel else 1)
            self.moving_mean.lerp_(mean.detach().flatten(), self.rate)
            self.moving_variance.lerp_(stored, self.rate)
        y = (x - mean) / (var + self.eps).sqrt()
        gamma, beta = self.gamma.view(view), self.beta.view(view)
        return gamma * (y + beta) if self.inside else gamma * y + beta


SIZES = {nn.BatchNorm1d: (9, 4), nn.BatchNorm2d: (3, 4, 2, 2), nn.BatchNorm3d: (2, 4)}


def tells(differences):
    """Assert: equal layers are equal, each fault shows where it should, all stays."""
    for kind, size in SIZES.items():
        shape = size if kind is not nn.BatchNorm3d else (*size, 2, 2, 2)
        theirs = kind(4)
        for fault, seen in (
            ({}, ""),
            ({"eps": 1e-3}, "output grad affine gain"),
            ({"inside": True}, "output grad affine"),
            ({"rate": 0.9}, "gain centre"),
            ({"bessel": False}, "gain"),
            ({"detach": True}, "grad"),
        ):
            mine = OwnNorm(4, **fault)
            with left_alone(mine), left_alone(theirs):
                found = differences(mine, theirs, shape)
            assert list(found) == ["output", "grad", "affine", "gain", "centre"]
            assert {k for k, gap in found.items() if gap > 1e-6} == {*seen.split()}
        affine, x = kind(4), torch.randn(50, *shape[1:])
        for tensor in affine.weight, affine.bias:
            tensor.data = 0.5 + torch.rand(4)
        affine.weight.data[1] = 0  # as in many a trained network
        affine(3 * x + 1)
        other = copy.deepcopy(affine)
        ported = differences(other, affine, shape, steps=0)
        assert ported == {"gain": 0, "centre": 0}
        other.eps = 1e-3
        assert differences(other, affine, shape, steps=0)["gain"] > 1e-6
        bare = differences(*(kind(4, affine=False) for _ in range(2)), shape)
        assert bare == {"output": 0, "grad": 0, "gain": 0, "centre": 0}


def test_a_convention_that_differs_is_told():
    tells(recipe(f"{CONFORMANCE}/differences", "differences"))


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy(layer)", "layer"),
        ("y.square().flatten() * weights", "y.flatten()"),
        ("range(steps)", "range(steps % 2)"),
        ("torch.Generator().manual_seed(0)", "None"),
        ("layer.eval()", "layer"),
        ("torch.where(gain == 0, 1, gain)", "gain"),
        ("nn.init.uniform_(p, 0.5, 1.5, generator=draw)", "pass"),
        ("p.data = q.data", "p.data.fill_(2)"),
    ],
)
def test_differences_that_go_wrong_are_found(change):
    with pytest.raises((AssertionError, KeyError, ZeroDivisionError, ValueError)):
        tells(recipe(f"{CONFORMANCE}/differences", "differences", change))


HEALTHY = {
    "dense": (lambda: dense(True), [(23, 6)], 2),
    "convolutional": (lambda: convolutional(True), [(23, 3, 8, 8)], 2),
    "recurrent": (lambda: Recurrent(True), [(23, 4, 5)], 4),
    "transformer": (lambda: transformer(), [(5, 4, 8)], 4),
    "two inputs": (Two, [(9, 6), (9, 6)], 0),
}


def sees_health(norm_health, kind, training):
    """Assert: a row for each call, right numbers, and the network as it was."""
    make, shapes, calls = HEALTHY[kind]
    model, inputs = make().train(training), [torch.randn(shape) for shape in shapes]
    with left_alone(model, *inputs):
        rows = norm_health(model, *inputs)
    assert len(rows) == calls
    names = {name for name, _ in model.named_modules()}
    for name, stored, largest, ratio, dtype in rows:
        assert name in names
        assert stored is True
        assert 0 < largest < 99
        assert 0 < ratio < 99 or kind == "recurrent"
        assert dtype == torch.float64


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", HEALTHY)
def test_the_health_of_norms_is_told_and_the_network_left_alone(kind, training):
    sees_health(recipe(f"{CONFORMANCE}/norm_health", "norm_health"), kind, training)


def pools_right(norm_health):
    """Assert: the mean and deviation are those of the values that the norm pools."""
    x = 3 + torch.arange(6.0).view(1, 6, 1, 1) + torch.randn(5, 6, 4, 4)
    flat = x.flatten(2)
    for norm, pool in (
        (nn.BatchNorm2d(6), flat.transpose(0, 1).flatten(1)),
        (nn.InstanceNorm2d(6), flat),
        (nn.GroupNorm(2, 6), flat.reshape(5, 2, -1)),
        (nn.LayerNorm(4), x),
        (nn.LayerNorm([6, 4, 4]), x.flatten(1)),
        (nn.RMSNorm([4, 4]), flat),
    ):
        ((_, _, largest, ratio, _),) = norm_health(norm, x)
        var, mean = torch.var_mean(pool, -1, correction=0)
        exact = mean.abs() / (var + (norm.eps or 1e-7)).sqrt()
        close([largest, ratio], [x.abs().max().item(), exact.max().item()])


def test_the_health_is_that_of_what_is_pooled():
    norm_health = recipe(f"{CONFORMANCE}/norm_health", "norm_health")
    pools_right(norm_health)
    norm = nn.BatchNorm1d(3)
    norm.running_mean[1] = torch.nan
    for kept, given, used in (
        (torch.float32, torch.float16, torch.float32),
        (torch.bfloat16, torch.bfloat16, torch.bfloat16),
    ):
        x = torch.randn(8, 3).to(given)
        x[2, 2] = torch.inf
        ((name, stored, largest, _, dtype),) = norm_health(norm.to(kept), x)
        assert (name, stored, largest, dtype) == ("", False, math.inf, used)
    for store in torch.float16, torch.float32:  # there are no parameters
        norm = nn.BatchNorm1d(3, affine=False).to(store)
        assert norm_health(norm, torch.randn(8, 3).half())[0][-1] == store


@pytest.mark.parametrize(
    ("check", "change"),
    [
        (pools_right, ("elif isinstance(norm, _BatchNorm)", "elif False")),
        (pools_right, ("range(-len(norm.normalized_shape), 0)", "range(-1, 0)")),
        (pools_right, ("correction=0", "correction=1")),
        (pools_right, ("(norm.num_groups, -1)", "(-1, norm.num_groups)")),
        (
            partial(sees_health, kind="dense", training=True),
            ("copy.deepcopy((model, inputs, options))", "model, inputs, options"),
        ),
        (
            partial(sees_health, kind="transformer", training=True),
            ("torch.random.fork_rng()", "torch.enable_grad()"),
        ),
    ],
)
def test_a_health_that_is_told_wrong_is_found(check, change):
    norm_health = recipe(f"{CONFORMANCE}/norm_health", "norm_health", change)
    with pytest.raises((AssertionError, IndexError)):
        check(norm_health)
