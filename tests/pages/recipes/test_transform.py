"""Guards of what one copies from transform."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    NETWORKS,
    Recurrent,
    network,
    norms_of,
    transformer,
)


def met(meet, make, affine, capsys):
    """Assert: what is printed is so, and the network is as it was."""
    model, x = network(make, affine)
    modes = {m: k % 2 == 0 for k, m in enumerate(model.modules())}
    for m, mode in modes.items():
        m.training = mode
    before = copy.deepcopy(model.state_dict())
    meet(model, x)
    rows = [
        line.replace(",", "").split() for line in capsys.readouterr().out.split("\n")
    ]
    rows = [row for row in rows if row]
    assert {row[0][:-1] for row in rows} == {
        name for name, m in model.named_modules() if m in norms_of(model)
    }
    assert {m: m.training for m in model.modules()} == modes
    assert all(m.momentum == 0.1 and not m._forward_pre_hooks for m in norms_of(model))
    for k, v in model.state_dict().items():
        assert torch.equal(v, before[k])
    calls = []  # a recurrent network calls its norm once for each step of time
    other, frozen = copy.deepcopy(model).train(), copy.deepcopy(model).eval()
    for name, norm in other.named_modules():
        if isinstance(norm, _BatchNorm):
            norm.register_forward_hook(
                lambda m, given, y, name=name: calls.append((name, m, given[0], y))
            )
    other(x)
    for row, (name, norm, h, y) in zip(rows, calls, strict=True):
        gap = frozen.get_submodule(name)(h) - y
        if norm.weight is not None:
            gap /= norm.weight.view(-1, *[1] * (h.dim() - 2))
        units = gap.transpose(0, 1).flatten(1)
        gap = units.square().mean(1).sqrt()
        told = [name + ":", "m", str(units.shape[1]), "flat", "0", "of", str(len(gap))]
        told += ["gap", f"{gap.median():.1f}", "at", "worst", f"{gap.max():.1f}"]
        assert row == told


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_what_norms_meet_is_told_and_nothing_is_changed(make, affine, capsys):
    met(recipe("batch-norm/transform/meet", "meet"), make, affine, capsys)


def test_a_flat_unit_and_a_norm_without_a_store_are_told(capsys):
    meet = recipe("batch-norm/transform/meet", "meet")
    norms = nn.BatchNorm1d(3), nn.BatchNorm1d(3, track_running_stats=False)
    meet(nn.Sequential(*norms), torch.randn(9, 3) * torch.tensor([1.0, 2.0, 0.01]))
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("0: m 9, flat 1 of 3, gap ")
    assert second == "1: m 9, flat 0 of 3"


def test_a_transformer_meets_no_batch_norm(capsys):
    model = transformer()
    recipe("batch-norm/transform/meet", "meet")(model, torch.randn(3, 5, 8))
    assert capsys.readouterr().out == ""
    assert all(m.training for m in model.modules())


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy(model)", "model"),
        ("norm.momentum = 0.0", "norm.momentum = 0.1"),
        ("gap = batch_norm(h, mean, var, eps=norm.eps)", "gap = h - mean"),
        ("correction=0) < 99 *", "correction=0) < 1e9 *"),
    ],
)
def test_a_meeting_that_goes_wrong_is_found(change, capsys):
    meet = recipe("batch-norm/transform/meet", "meet", change)
    with pytest.raises(AssertionError):
        met(meet, Recurrent, True, capsys)
