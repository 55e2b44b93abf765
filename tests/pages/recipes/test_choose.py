"""Guards of what one copies from choose."""

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    NETWORKS,
    close,
    convolutional,
    left_alone,
    network,
    norms_of,
    transformer,
)

SWAP = "practice/choose/swap"


def swaps(group_norms, make, affine):
    """Assert: no batch norm is left, an example is treated as alone, all else is so."""
    model, x = network(make, affine)
    norms_of(model)[0].eval()
    modes = {name: m.training for name, m in model.named_modules()}
    with left_alone(model, x):
        new = group_norms(model)
    assert norms_of(new) == []
    assert {name: m.training for name, m in new.named_modules()} == modes
    assert new.training == model.training
    together, alone = new(x), torch.cat([new(each[None]) for each in x])
    close(together, alone)
    for name, old in model.named_modules():
        if isinstance(old, _BatchNorm):
            each, c = new.get_submodule(name), old.num_features
            most = 1 if isinstance(old, nn.BatchNorm1d) else 32
            fit = [g for g in range(1, c) if c % g == 0 and g <= most]
            assert (each.num_groups, each.num_channels) == (fit[-1], c)
            close(list(each.parameters()), list(old.parameters()))
            assert {p.data_ptr() for p in each.parameters()}.isdisjoint(
                p.data_ptr() for p in old.parameters()
            )
    y = torch.randn_like(together)
    (new(x) * y).sum().backward()
    assert all(p.grad is not None for p in new.parameters())


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_group_norms_treat_an_example_as_alone(make, affine):
    swaps(recipe(SWAP, "group_norms"), make, affine)


def test_group_norms_leave_a_transformer_as_it_is():
    group_norms, model = recipe(SWAP, "group_norms"), transformer().eval()
    x = torch.randn(3, 5, 8)
    with left_alone(model, x):
        new = group_norms(model)
    assert str(new) == str(model)
    assert torch.equal(new(x), model(x))


def test_group_norms_take_shared_frozen_half_and_single_norms():
    group_norms = recipe(SWAP, "group_norms")
    norm = nn.BatchNorm2d(64).to(torch.bfloat16)
    norm.weight.requires_grad_(False)
    new = group_norms(nn.Sequential(norm, nn.ReLU(), norm))
    assert new[0] is new[2]
    assert new[0].weight.dtype == torch.bfloat16
    assert [p.requires_grad for p in new.parameters()] == [False, True]
    groups = {c: group_norms(nn.BatchNorm2d(c)).num_groups for c in (64, 32, 48, 7, 1)}
    assert groups == {64: 32, 32: 16, 48: 24, 7: 1, 1: 1}
    assert group_norms(nn.BatchNorm2d(64), groups=1).num_groups == 1


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy(model)", "model"),
        ("isinstance(m, _BatchNorm)", "isinstance(m, nn.BatchNorm1d)"),
        ("c // g > 1", "c // g > 0"),
        ("old.data.clone()", "old.data + 1"),
        ("new.train(m.training)", "new"),
    ],
)
def test_a_swap_that_goes_wrong_is_found(change):
    with pytest.raises(AssertionError):
        swaps(recipe(SWAP, "group_norms", change), convolutional, True)
