"""Guards of what one copies from train-and-eval."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tests.conftest import recipe
from tests.pages.recipes.networks import (
    NETWORKS,
    Recurrent,
    close,
    convolutional,
    left_alone,
    network,
    norms_of,
    transformer,
    volumes,
)

PAGE = "batch-norm/train-and-eval"


def freezes(Frozen, make, affine):
    """Assert: statistics stand still, gradients are those of evaluation mode."""
    model, x = network(make, affine)
    exact = copy.deepcopy(model).eval()
    buffers = [b.clone() for b in model.buffers()]
    frozen = Frozen(model)
    for _ in range(2):
        frozen.train()
        y = frozen(x)
    close(list(model.buffers()), buffers)
    close(y, exact(x))
    y.square().sum().backward()
    exact(x).square().sum().backward()
    pairs = zip(model.parameters(), exact.parameters(), strict=True)
    for ours, theirs in pairs:
        close(ours.grad, theirs.grad)
    others = [m for m in model.modules() if not isinstance(m, _BatchNorm)]
    assert all(m.training for m in others)
    assert not any(m.training for m in frozen.eval().modules())


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_frozen_networks_stay_frozen(make, affine):
    freezes(recipe(f"{PAGE}/keep_frozen", "Frozen"), make, affine)


def test_frozen_does_nothing_to_a_transformer():
    Frozen, model = recipe(f"{PAGE}/keep_frozen", "Frozen"), transformer()
    frozen = Frozen(copy.deepcopy(model)).train()
    assert all(m.training for m in frozen.modules())
    x, mask = torch.randn(3, 5, 8), torch.zeros(3, 5, dtype=torch.bool)
    outputs = []
    for each in (model.train(), frozen):
        torch.manual_seed(1)
        outputs.append(each(x, src_key_padding_mask=mask))
    assert torch.equal(*outputs)


def test_a_norm_that_cannot_be_frozen_is_refused():
    Frozen = recipe(f"{PAGE}/keep_frozen", "Frozen")
    with pytest.raises(ValueError, match="without stored statistics"):
        Frozen(nn.BatchNorm2d(3, track_running_stats=False))
    with pytest.raises(ValueError, match="without stored statistics"):
        Frozen(nn.BatchNorm2d(3))  # never trained


def refills(Frozen, make, affine):
    """Assert: re-estimation of a frozen network does what it does to any other."""
    model, x = network(make, affine)
    exact, batches = copy.deepcopy(model), x.split(9)
    frozen = Frozen(model).train()
    for each in exact, frozen:
        torch.optim.swa_utils.update_bn(batches, each)
    close(list(model.buffers()), list(exact.buffers()))
    assert not any(m.training for m in norms_of(frozen))
    assert all(m.momentum == 0.1 for m in norms_of(frozen))


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_a_frozen_network_can_be_re_estimated(make, affine):
    refills(recipe(f"{PAGE}/keep_frozen", "Frozen"), make, affine)


def estimates(precise, make, affine):
    """Assert: the statistics are those of all that the norm layers were given."""
    model, x = network(make, affine)
    others = {k: v.clone() for k, v in model.named_parameters()}
    seen = {norm: [] for norm in norms_of(model)}
    for norm, inputs in seen.items():
        norm.register_forward_hook(
            lambda m, given, _, inputs=inputs: inputs.append(given[0].detach())
        )
    modes = {m: k % 2 == 0 for k, m in enumerate(model.modules())}
    for m, mode in modes.items():
        m.training = mode
    precise(model, [(batch, None) for batch in x.split(9)])  # 9, 9 and 5
    for norm, inputs in seen.items():
        rows = torch.cat([h.transpose(0, 1).flatten(1) for h in inputs], 1)
        close(norm.running_mean, rows.mean(1))
        close(norm.running_var, rows.var(1))
        assert norm.momentum == 0.1
        assert not norm._forward_pre_hooks
    assert {m: m.training for m in model.modules()} == modes
    close(dict(model.named_parameters()), others)
    if make is not Recurrent:  # the first norm: of the whole data set
        first = model[:1] if make is volumes else model[0][:1]
        rows = first(x).transpose(0, 1).flatten(1)
        close(norms_of(model)[0].running_var, rows.var(1))


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_precise_statistics_are_those_of_all_the_data(make, affine):
    estimates(recipe(f"{PAGE}/reestimate", "precise"), make, affine)


def test_precise_statistics_are_taken_without_dropout():
    precise = recipe(f"{PAGE}/reestimate", "precise")
    model, x = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(4)), torch.randn(20, 4)
    precise(model, x.split(10))
    close(model[1].running_var, x.var(0))
    assert model[0].training


def test_precise_does_nothing_where_there_is_nothing_to_estimate():
    precise, model = recipe(f"{PAGE}/reestimate", "precise"), transformer()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    precise(model, [torch.randn(3, 5, 8)])
    assert all(m.training for m in model.modules())
    for k, v in model.state_dict().items():
        assert torch.equal(v, before[k])
    free = nn.BatchNorm1d(4, track_running_stats=False)
    precise(free, [torch.randn(3, 4)])
    assert free.running_mean is None


def folds(fold, make, affine):
    """Assert: the outputs in evaluation are what they were."""
    model, x = network(make, affine)
    model.eval()
    target = model(x)
    for part in model.modules():
        if isinstance(part, nn.Sequential) and isinstance(part[1], _BatchNorm):
            weight = part[0].weight.clone()
            folded = fold(part[0], part[1])
            assert torch.equal(part[0].weight, weight)
            part[0], part[1] = folded, nn.Identity()
    assert norms_of(model) == []
    torch.testing.assert_close(model(x), target, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_a_folded_network_computes_the_same(make, affine):
    folds(recipe(f"{PAGE}/fold", "fold"), make, affine)


def test_what_cannot_be_folded_is_refused():
    fold = recipe(f"{PAGE}/fold", "fold")
    free = nn.BatchNorm1d(4, track_running_stats=False).eval()
    for norm in (nn.BatchNorm1d(4), free):
        with pytest.raises(ValueError, match="stored statistics"):
            fold(nn.Linear(4, 4), norm)
    layer = transformer().layers[0].eval()
    with pytest.raises(AttributeError):
        fold(layer.linear2, layer.norm2)


ONE = "import nn\n", "import nn\nfrom torch.nn import BatchNorm1d as _BatchNorm\n"


OTHER = "from torch.nn.modules.batchnorm import _BatchNorm", "import torch"


@pytest.mark.parametrize(
    ("check", "snippet", "name", "change"),
    [
        (freezes, "keep_frozen", "Frozen", [OTHER, ONE]),
        (freezes, "keep_frozen", "Frozen", [("and self.empty(module)", "")]),
        (refills, "keep_frozen", "Frozen", [("mode and self.empty(module)", "False")]),
        (estimates, "reestimate", "precise", [OTHER, ONE]),
        (estimates, "reestimate", "precise", [("+ delta**2 *", "+ 0 *")]),
        (estimates, "reestimate", "precise", [("m.training = mode", "m.eval()")]),
        (estimates, "reestimate", "precise", [("hook.remove()", "hook")]),
        (
            folds,
            "fold",
            "fold",
            [("is None else scale * norm.weight", "is None else scale")],
        ),
        (folds, "fold", "fold", [("norm.eps", "0.0")]),
        (folds, "fold", "fold", [(".chunk(layer.groups)", ".chunk(1)")]),
    ],
)
def test_a_recipe_that_goes_wrong_is_found(check, snippet, name, change):
    with pytest.raises((AssertionError, RuntimeError)):
        check(recipe(f"{PAGE}/{snippet}", name, *change), convolutional, True)


def squared(net, batch):
    return net(batch[0]).square().mean()


def gaps(mode_gap, make, affine):
    """Assert: three losses as torch has them, and the network is as it was."""
    model, x = network(make, affine)
    batches = [(part, None) for part in x.split(9)]
    model.train()(x)  # so that batches have been counted
    modes = {m: k % 2 == 0 for k, m in enumerate(model.modules())}
    for m, mode in modes.items():
        m.training = mode
    with left_alone(model, x):
        found = mode_gap(model, batches, squared)
    assert all(m.momentum == 0.1 for m in norms_of(model))
    other, exact = copy.deepcopy(model), []
    for mode in (False, True):
        copied = copy.deepcopy(other).train(mode)
        exact.append(sum(squared(copied, b).item() for b in batches) / 3)
    torch.optim.swa_utils.update_bn(batches, other)
    exact.append(sum(squared(other.eval(), b).item() for b in batches) / 3)
    close(found, (exact[1], exact[0], exact[2]))


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_the_gap_between_modes_is_that_of_torch(make, affine):
    gaps(recipe(f"{PAGE}/mode_gap", "mode_gap"), make, affine)


def test_without_stored_statistics_there_is_no_gap_and_dropout_is_off():
    mode_gap, x = recipe(f"{PAGE}/mode_gap", "mode_gap"), torch.randn(6, 5, 8)
    free = nn.BatchNorm1d(5, track_running_stats=False)
    for model in (transformer(), nn.Sequential(free, nn.Dropout())):
        model.train()
        batch, stored, fresh = mode_gap(model, [(x, None)], squared)
        assert batch == stored == fresh
        assert all(m.training for m in model.modules())


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy(model).eval()", "model.eval()"),
        ("copy.deepcopy(model).eval()", "copy.deepcopy(model).train()"),
        ("norm.momentum = None", "norm.momentum = 0.1"),
        ("        norm.reset_running_stats()\n", ""),
        ("isinstance(m, _BatchNorm)", "isinstance(m, nn.BatchNorm1d)"),
        ("    model.eval()\n    return", "    return"),
    ],
)
def test_a_gap_that_goes_wrong_is_found(change):
    with pytest.raises(AssertionError):
        gaps(recipe(f"{PAGE}/mode_gap", "mode_gap", change), convolutional, True)
