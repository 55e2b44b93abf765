"""Guards of the recipes: what one copies into a network of one's own works there.

Each is taken from the source of its snippet and run on networks that the snippet does
not have: convolutional, dense, recurrent, and a Transformer, which has no batch norm
and must come out as it went in.
"""

import copy
import math
from contextlib import contextmanager
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from tests.conftest import recipe

PAGE = "batch-norm/train-and-eval"


@pytest.fixture(autouse=True)
def _double():
    kept = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(kept)


def traces(model, given):
    """Return what a look at ``model`` and the tensors ``given`` could change."""
    weights = list(model.parameters())
    tensors = [*model.state_dict().values(), *(p.grad for p in weights)]
    tensors = [*tensors, *given, torch.get_rng_state()]
    parts = [(m.training, len(m._forward_hooks)) for m in model.modules()]
    kept = [None if value is None else value.detach().clone() for value in tensors]
    return kept, parts, [p.requires_grad for p in weights]


@contextmanager
def left_alone(model, *given):
    """Assert that what is done within leaves ``model`` and ``given`` as they were."""
    before = traces(model, given)
    yield
    after = traces(model, given)
    assert after[1:] == before[1:]
    for old, new in zip(before[0], after[0], strict=True):
        assert (old is None) == (new is None)
        assert old is None or torch.equal(old, new)


class Recurrent(nn.Module):
    """A recurrent network whose one norm is called in each step of time."""

    def __init__(self, affine):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6, affine=affine))
        self.back = nn.Linear(6, 6)

    def forward(self, x):
        """Return the last state."""
        h = torch.zeros(len(x), 6)
        for step in x.unbind(1):
            h = torch.tanh(self.inner(step) + self.back(h))
        return h


def dense(affine):
    norms = [nn.BatchNorm1d(7, affine=affine), nn.BatchNorm1d(4, affine=affine)]
    return nn.Sequential(
        nn.Sequential(nn.Linear(6, 7), norms[0], nn.ReLU()),
        nn.Sequential(nn.Linear(7, 4, bias=False), norms[1]),
    )


def convolutional(affine):
    norms = [nn.BatchNorm2d(4, affine=affine), nn.BatchNorm2d(6, affine=affine)]
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), norms[0], nn.ReLU()),
        nn.Sequential(nn.ConvTranspose2d(4, 6, 2, groups=2), norms[1], nn.Flatten()),
        nn.Linear(6 * 81, 3),
    )


def volumes(affine):
    conv = nn.Conv3d(2, 4, 2, groups=2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm3d(4, affine=affine), nn.Flatten())


SHAPES = {
    dense: (6,),
    convolutional: (3, 8, 8),
    Recurrent: (4, 5),
    volumes: (2, 3, 3, 3),
}
NETWORKS = [(make, affine) for make in SHAPES for affine in (True, False)]


def norms_of(model):
    return [m for m in model.modules() if isinstance(m, _BatchNorm)]


def network(make, affine):
    """Return a network with statistics and parameters that are no special ones."""
    model = make(affine)
    for norm in norms_of(model):
        for tensor in (norm.running_mean, norm.running_var, *norm.parameters()):
            tensor.data = 0.5 + torch.rand_like(tensor)
    return model, 1 + 2 * torch.randn(23, *SHAPES[make])


def transformer():
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.1, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


def close(a, b):
    torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


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


PROBE = "phenomenon/saturation/probe"


class Written(nn.Module):
    """A network that calls its nonlinearities as functions and as methods."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(5, 5)

    def forward(self, x):
        """Return what three functions make of a layer."""
        return nn.functional.relu(self.layer(x).tanh().sigmoid() - 0.5)


@pytest.mark.parametrize(
    ("make", "shape", "kinds"),
    [
        (lambda: dense(True), (6,), ["relu"]),
        (lambda: convolutional(True), (3, 8, 8), ["relu"]),
        (lambda: Recurrent(True), (4, 5), ["tanh"] * 4),
        (transformer, (4, 8), ["relu"] * 2),
        (Written, (5,), ["tanh", "sigmoid", "relu"]),
        (lambda: nn.Sequential(nn.ReLU(True), nn.GELU()), (4,), ["relu", "gelu"]),
        (lambda: nn.Sequential(nn.PReLU(), nn.Softplus()), (4,), ["prelu", "softplus"]),
        (lambda: nn.Sequential(nn.Mish(), nn.Hardswish()), (4,), ["mish", "hardswish"]),
    ],
)
def test_the_probe_sees_every_nonlinearity_and_leaves_the_network(make, shape, kinds):
    slopes, model = recipe(PROBE, "slopes"), make()
    x = torch.randn(9, *shape)
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, x):
            found = slopes(model, x)
        assert [kind for kind, *_ in found] == kinds


def dead_channels(slopes):
    """Assert: slopes, flat shares and dead units are those of a known input."""
    x = torch.randn(50, 3, 4, 4)
    x[:, 1] = -1
    ((_, rms, share, dead),) = slopes(nn.ReLU(), x)
    positive = (x > 0).double().mean().item()
    assert rms == pytest.approx(positive**0.5)
    assert share == pytest.approx(1 - positive)
    assert dead.tolist() == [False, True, False]
    ((_, rms, share, dead),) = slopes(nn.Sigmoid(), x[:, :, 0, 0])
    slope = torch.sigmoid(x[:, :, 0, 0]) * torch.sigmoid(-x[:, :, 0, 0])
    assert rms == pytest.approx(slope.square().mean().sqrt().item())
    assert share == 0
    assert len(dead) == 3


def test_the_probe_counts_what_is_flat():
    dead_channels(recipe(PROBE, "slopes"))


def leaky(slopes):
    """Assert: torch's leaky ReLU, of slope 0.01, is not flat in any precision."""
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        x = torch.randn(50, 3).to(dtype)
        x[:, 1] = -1
        for act in (nn.LeakyReLU(), nn.functional.leaky_relu):
            ((_, _, share, dead),) = slopes(act, x)
            assert share == 0
            assert not dead.any()
        ((_, _, _, dead),) = slopes(nn.LeakyReLU(0.009), x)
        assert dead.tolist() == [False, True, False]


def test_the_probe_does_not_call_a_leaky_relu_dead():
    leaky(recipe(PROBE, "slopes"))


def test_a_probe_that_calls_a_leaky_relu_dead_is_found():
    change = ("slope.abs() < slope.new_tensor(flat)", "slope.double().abs() < flat")
    with pytest.raises(AssertionError):
        leaky(recipe(PROBE, "slopes", change))


def test_the_probe_takes_the_dimension_of_the_units():
    x = torch.randn(9, 5, 7)  # as after a Conv1d
    x[:, 2] = -1
    slopes = recipe(PROBE, "slopes")
    ((*_, dead),) = slopes(nn.ReLU(), x, unit=1)
    assert dead.tolist() == [False, False, True, False, False]
    ((*_, dead),) = slopes(nn.ReLU(), x)
    assert len(dead) == 7


@pytest.mark.parametrize(
    "change",
    [
        ("z.dim() > 3", "z.dim() > 9"),
        ("gone.mean(1) == 1", "gone.mean(1) > 0"),
        ("slope.double().square().mean().sqrt()", "slope.mean()"),
        ("slope.abs() < slope", "slope.abs() > slope"),
    ],
)
def test_a_probe_that_counts_wrong_is_found(change):
    with pytest.raises(AssertionError):
        dead_channels(recipe(PROBE, "slopes", change))


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


COMPANY = "batch-norm/batch-size/company"


def kept(company, make, shape):
    """Return what company finds; assert that it leaves all as it was."""
    model, x = make(), torch.randn(40, *shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    for part in list(model.modules())[::2]:
        part.training = False
    with left_alone(model, x):
        return [company(model, x, B) for B in (2, 5)]


@pytest.mark.parametrize(("make", "affine"), NETWORKS)
def test_company_counts_in_every_batch_norm(make, affine):
    company = recipe(COMPANY, "company")
    two, five = kept(company, lambda: make(affine), SHAPES[make])
    assert 0.01 < five < two


@pytest.mark.parametrize("make", [transformer, lambda: nn.Dropout(0.5)])
def test_company_is_nothing_without_batch_norm(make):
    company = recipe(COMPANY, "company")
    assert max(kept(company, make, (4, 8))) < 1e-6


def noise_of_a_layer(company):
    """Assert: the noise of one layer is that of the formula, of a frozen one none."""
    x = torch.randn(3200, 30)
    norm = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(30)).eval()
    for B in (50, 200):
        assert company(norm, x, B) == pytest.approx((1.5 / B) ** 0.5, rel=0.06)
    assert company(nn.LayerNorm(30), x, 50) < 1e-6


def test_company_is_what_the_formula_says_of_one_layer():
    noise_of_a_layer(recipe(COMPANY, "company"))


def test_company_wants_enough_examples():
    company = recipe(COMPANY, "company")
    with pytest.raises(AssertionError, match="the same"):
        company(nn.BatchNorm1d(3), torch.randn(15, 3), 2)


@pytest.mark.parametrize(
    "change",
    [
        ("norm.train()", "norm.eval()"),
        ("y[order.argsort()]", "y"),
        ("runs.var(0).mean()", "runs.var(0).mean() / 2"),
        (".eval()", ".train()"),
    ],
)
def test_a_company_that_is_counted_wrong_is_found(change):
    with pytest.raises(AssertionError):
        noise_of_a_layer(recipe(COMPANY, "company", change))


GROWTH = "batch-norm/gradient-explosion/grad_by_depth"


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: dense(True), (6,)),
        (lambda: convolutional(True), (3, 8, 8)),
        (lambda: Recurrent(True), (4, 5)),
        (transformer, (4, 8)),
    ],
)
def test_grad_by_depth_sees_every_weight_and_leaves_the_network(make, shape):
    grad_by_depth = recipe(GROWTH, "grad_by_depth")
    x, model = torch.randn(9, *shape), make()
    frozen = next(model.parameters()).requires_grad_(False)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 7.0)
    with left_alone(model, x):
        rows = grad_by_depth(model, lambda net: net(x).square().mean())

    frozen.requires_grad_()
    model.zero_grad()
    model(x).square().mean().backward()  # dropout draws the same numbers
    weights = {k: w for k, w in model.named_parameters() if w.dim() > 1}
    assert [name for name, *_ in rows] == list(weights)
    for name, size, relative in rows:
        exact = weights[name].grad.norm().item()
        assert size == pytest.approx(exact, rel=1e-9, abs=1e-12)
        length = weights[name].norm().item()
        assert relative == pytest.approx(exact / length, rel=1e-9, abs=1e-12)


def test_grad_by_depth_passes_over_what_the_loss_does_not_use():
    grad_by_depth = recipe(GROWTH, "grad_by_depth")
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    model.register_module("unused", nn.Linear(3, 3))
    rows = grad_by_depth(model, lambda net: net[:3](torch.ones(5, 4)).sum())
    assert [row[0] for row in rows] == ["0.weight", "2.weight"]


def test_grad_by_depth_that_leaves_gradients_is_found():
    change = ("copy.deepcopy(model)", "model")
    grad_by_depth = recipe(GROWTH, "grad_by_depth", change)
    model = nn.Sequential(nn.Linear(4, 2))
    grad_by_depth(model, lambda net: net(torch.ones(5, 4)).sum())
    assert model[0].weight.grad is not None


DIRECTIONS = "depth/isometry/directions"
PLACES = {
    "dense": (lambda: dense(True), (9, 6), ["", "0.0"]),
    "convolutional": (lambda: convolutional(True), (5, 3, 8, 8), ["", "0.0"]),
    "in place": (
        lambda: nn.Sequential(nn.Linear(6, 5), nn.ReLU(inplace=True), nn.Dropout()),
        (9, 6),
        ["", "0"],
    ),
    "recurrent": (lambda: Recurrent(True), (9, 4, 5), ["", "inner.0"]),
    "transformer": (transformer, (3, 4, 8), ["", "layers.0.linear1"]),
    "one example": (lambda: nn.Linear(4, 7), (1, 4), [""]),
}


def counts(directions, kind):
    """Assert: the numbers are those of the Jacobian, and nothing is changed."""
    make, shape, layers = PLACES[kind]
    model, x = make(), torch.randn(shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    for layer, mode in [(layer, mode) for layer in layers for mode in (True, False)]:
        model.train(mode)
        rng = torch.get_rng_state()
        with left_alone(model, x):
            row = directions(model, x, layer)

        other, found = copy.deepcopy(model), {}
        other.get_submodule(layer).register_forward_hook(
            lambda m, _, z, found=found: found.update(z=z.clone())
        )
        leaf = x.clone().requires_grad_()
        other(leaf + 0)
        torch.set_rng_state(rng)
        rows = [
            torch.autograd.grad(value, leaf, retain_graph=True)[0][0].flatten()
            for value in found["z"][0].flatten()
        ]
        s = torch.linalg.svdvals(torch.stack(rows))
        squares = s.square()
        effective = squares.sum() ** 2 / squares.square().sum()
        rms = squares.mean().sqrt()
        close(row, [v.item() for v in (effective, rms, s[0], s.median())])


@pytest.mark.parametrize("kind", PLACES)
def test_directions_are_counted_and_the_network_is_left_alone(kind):
    counts(recipe(DIRECTIONS, "directions"), kind)


def test_directions_of_equal_stretch_are_all_counted():
    directions, layer = recipe(DIRECTIONS, "directions"), nn.Linear(6, 6)
    nn.init.orthogonal_(layer.weight, gain=3)
    close(directions(layer, torch.randn(2, 6)), [6.0, 3.0, 3.0, 3.0])
    layer.weight.data[4:] = 0
    assert directions(layer.float(), torch.randn(2, 6).float())[0] == pytest.approx(4)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy(model)", "model")),
        ("in place", ("z[0].clone()", "z[0]")),
        ("in place", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("dense", ("model(torch.cat([first[None], x[1:]]))", "model(first[None])")),
        ("convolutional", ("squares.square().sum()", "squares.sum()")),
    ],
)
def test_a_count_that_goes_wrong_is_found(kind, change):
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        counts(recipe(DIRECTIONS, "directions", change), kind)


COSINES = "depth/mean-field/cosines"


@pytest.mark.parametrize(
    ("make", "shape", "calls"),
    [
        (lambda: dense(True), (6,), 1),
        (lambda: convolutional(True), (3, 8, 8), 1),
        (lambda: Recurrent(True), (4, 5), 4),
        (transformer, (4, 8), 2),
        (Written, (5,), 3),
        (lambda: nn.Sequential(nn.ReLU(True), nn.Linear(4, 4), nn.GELU()), (4,), 2),
        (lambda: nn.Linear(4, 4), (4,), 0),
    ],
)
def test_the_cosines_see_every_call_and_leave_the_network(make, shape, calls):
    cosines, model = recipe(COSINES, "cosines"), make()
    x = torch.randn(9, *shape)
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, x):
            rows = cosines(model, x)
        assert len(rows) == calls
        assert all(row[1] == pytest.approx(1) for row in rows[:1])
        assert all(abs(mean) <= 1 and abs(order) <= 1 for mean, order, _ in rows)


def compares(cosines):
    """Assert: cosines and what is kept of them are those of a loop over pairs."""
    x = torch.randn(7, 3, 4)
    rows = cosines(nn.Sequential(nn.Tanh(), nn.Flatten(0, 1), nn.ReLU()), x)
    assert len(rows) == 1  # behind Flatten the first dimension counts no examples
    rows = cosines(nn.Sequential(nn.Tanh(), nn.ReLU()), x)
    pairs = [(a, b) for a in range(7) for b in range(a)]
    found = []
    for z in (x, x.tanh()):
        flat = z.flatten(1)
        found.append(
            [nn.functional.cosine_similarity(*flat[list(p)], 0) for p in pairs]
        )
    below, above = (torch.stack(row) for row in found)
    a, b = below - below.mean(), above - above.mean()
    order = a.mul(b).sum() / (a.square().sum() * b.square().sum()).sqrt()
    close(rows[0], (below.mean().item(), 1.0, x.square().mean().item()))
    size = x.tanh().square().mean().item()
    close(rows[1], (above.mean().item(), order.item(), size))


def test_the_cosines_are_those_of_a_loop_over_pairs():
    compares(recipe(COSINES, "cosines"))


@pytest.mark.parametrize(
    "change",
    [
        ("len(z), -1)", "len(z), 0)"),
        ("dim=1", "dim=0"),
        ("z.square().mean()", "z.square().sum(1).mean()"),
        ("[found[0], c]", "[found[-1], c]"),
        ("len(z) == len(inputs[0])", "len(z) > 0"),
        (".flatten(1)", ".flatten(2).mean(2)"),
    ],
)
def test_cosines_that_go_wrong_are_found(change):
    with pytest.raises((AssertionError, RuntimeError)):
        compares(recipe(COSINES, "cosines", change))


def backward_agrees(bn_backward, shape):
    """Check a backward pass against autograd through the layer of torch."""
    x, dy = torch.randn(2, *shape)
    x = x.requires_grad_()
    gamma, beta = torch.randn(2, shape[1]).requires_grad_()
    y = nn.functional.batch_norm(x, None, None, gamma, beta, True, eps=1e-3)
    exact = torch.autograd.grad(y, (x, gamma), dy)
    with torch.no_grad():
        dx, dgamma, dbeta = bn_backward(x, gamma, dy, eps=1e-3)
    close((dx, dgamma, dbeta), (*exact, dy.transpose(0, 1).flatten(1).sum(1)))


# A batch of vectors, sequences, images and volumes; of one example; of two values.
BATCHES = [(9, 4), (3, 4, 5), (3, 4, 5, 2), (2, 4, 3, 2, 2), (1, 4, 6), (2, 4)]


@pytest.mark.parametrize("shape", BATCHES)
def test_the_backward_pass_is_that_of_torch(shape):
    backward_agrees(recipe("batch-norm/backward/bn_backward", "bn_backward"), shape)


@pytest.mark.parametrize(
    "change",
    [
        ("range(2, x.dim())", "range(3, x.dim())"),
        ("correction=0", "correction=1"),
        ("+ x_hat * dgamma", "- x_hat * dgamma"),
        ("x.numel() / x.shape[1]", "x.shape[0]"),
    ],
)
def test_a_backward_pass_that_is_wrong_is_found(change):
    wrong = recipe("batch-norm/backward/bn_backward", "bn_backward", change)
    with pytest.raises((AssertionError, RuntimeError)):
        backward_agrees(wrong, (3, 4, 5, 2))


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


TURNING = "batch-norm/scale-invariance/turning"
MAKERS = {
    "sgd": lambda w: torch.optim.SGD(w, 0.1, momentum=0.9, weight_decay=0.01),
    "adamw": lambda w: torch.optim.AdamW(w, 0.01),
}
BEFORE_NORM = ("0.0.weight", "1.0.weight", "inner.0.weight")
TURNED = {
    "dense": (lambda: dense(True), (6,)),
    "convolutional": (lambda: convolutional(True), (3, 8, 8)),
    "recurrent": (lambda: Recurrent(True), (4, 5)),
    "transformer": (transformer, (4, 8)),
}


def turns(turning, kind, optimizer):
    """Assert: rows are those of a step that is really taken, and nothing is changed."""
    make, shape = TURNED[kind]
    model, x = make(), torch.randn(23, *shape)
    optimizer = MAKERS[optimizer](model.parameters())

    def loss_of(net):
        return net(x).sin().sum(-1).square().mean()

    loss_of(model).backward()
    optimizer.step()  # so that there is a momentum
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    state = copy.deepcopy(optimizer.state_dict())
    with left_alone(model, x):
        rows = turning(model, optimizer, loss_of)
    close(optimizer.state_dict(), state)
    assert all(type(value) is float for row in rows for value in row[1:])

    weights = {k: w for k, w in model.named_parameters() if w.dim() > 1}
    assert [row[0] for row in rows] == list(weights)
    torch.manual_seed(0)
    start, changes = loss_of(copy.deepcopy(model)).item(), []
    for name in weights:
        other = copy.deepcopy(model)
        other.get_parameter(name).data.mul_(2)
        torch.manual_seed(0)
        changes.append(abs(loss_of(other).item() - start) / start)
    before = {k: w.detach().clone() for k, w in weights.items()}
    optimizer.zero_grad()
    torch.manual_seed(0)
    loss_of(model).backward()
    optimizer.step()
    lr = optimizer.param_groups[0]["lr"]
    power = 2 if isinstance(optimizer, torch.optim.SGD) else 1
    for (name, change, norm, rate, turn), exact in zip(rows, changes, strict=True):
        old, new = before[name].flatten(), weights[name].detach().flatten()
        close([change, norm], [exact, old.norm().item()])
        assert rate == pytest.approx(lr / norm**power)
        sine = new / new.norm() - (new @ old) / (new.norm() * old.norm() ** 2) * old
        angle = torch.atan2(sine.norm(), new @ old / (new.norm() * old.norm()))
        assert turn == pytest.approx(angle.rad2deg().item(), rel=1e-6, abs=1e-6)
    return {name: change for name, change, *_ in rows}


@pytest.mark.parametrize("kind", TURNED)
@pytest.mark.parametrize("optimizer", MAKERS)
def test_turning_is_that_of_the_next_step_and_takes_none(kind, optimizer):
    changes = turns(recipe(TURNING, "turning"), kind, optimizer)
    for name, change in changes.items():
        if name in BEFORE_NORM:
            assert change < 1e-3
        elif kind != "transformer":
            assert change > 1e-2


def test_turning_refuses_a_loss_of_another_model():
    model, x = dense(True), torch.randn(23, 6)
    optimizer = MAKERS["sgd"](model.parameters())
    with pytest.raises(ValueError, match="must use the model"):
        recipe(TURNING, "turning")(model, optimizer, lambda _: model(x).sum())


def of_two_inputs(net, x, other):
    return net(x * other).float().square().mean()


def test_turning_takes_shared_frozen_and_half_precision_weights():
    turning = recipe(TURNING, "turning")
    layer = nn.Linear(6, 6)
    model = nn.Sequential(layer, nn.Tanh(), layer, nn.LayerNorm(6), nn.Linear(6, 2))
    model[4].requires_grad_(False)
    for dtype in (torch.float32, torch.bfloat16):
        model.to(dtype)
        optimizer = torch.optim.SGD(layer.parameters(), 0.1)
        x, other = torch.randn(2, 9, 6).to(dtype)
        with left_alone(model, x, other):
            loss_of = partial(of_two_inputs, x=x, other=other)
            rows = turning(model, optimizer, loss_of)
        (first, _, norm, rate, turn), (last, *_, none, still) = rows
        assert (first, last) == ("0.weight", "4.weight")
        assert rate == pytest.approx(0.1 / norm**2)
        assert turn > 0.01
        assert none == still == 0


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy((model, optimizer))", "model, optimizer"),
        ("change[w] = abs", "change[w] = -abs"),
        ("loss().item() / start.item() - 1", "loss().item() - start.item()"),
        ("w.data.div_(2)", "pass"),
        ("torch.random.fork_rng()", "torch.enable_grad()"),
        ("norm**power", "norm"),
        ("torch.asin(chord / 2)", "torch.asin(chord)"),
        ("torch.manual_seed(0)  # the same dropout each time", "pass"),
    ],
)
def test_a_turning_that_goes_wrong_is_found(change):
    turning = recipe(TURNING, "turning", change)
    with pytest.raises((AssertionError, RuntimeError)):
        turns(turning, "transformer", "sgd")


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


SHIFT = "phenomenon/covariate-shift/shift"


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: dense(True), (6,)),
        (lambda: convolutional(True), (3, 8, 8)),
        (lambda: Recurrent(True), (4, 5)),
        (transformer, (4, 8)),
        (lambda: nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 3)), (4,)),
        (lambda: nn.Sequential(nn.Dropout(), nn.Linear(4, 3)).bfloat16(), (4,)),
        (lambda: nn.Bilinear(4, 4, 3), (4,)),
    ],
)
def test_shift_tells_data_apart_and_leaves_the_network(make, shape):
    shift, model = recipe(SHIFT, "shift"), make()
    kind = next(model.parameters()).dtype
    x, same, moved = (torch.randn(200, *shape).to(kind) for _ in range(3))
    moved = moved + 1
    held, same, moved = (
        [(part, part) if isinstance(model, nn.Bilinear) else (part,) for part in parts]
        for parts in (x.split(64), same.split(64), moved.split(90))
    )
    for mode in (True, False):
        model.train(mode)
        with left_alone(model, *(t for batch in held + moved for t in batch)):
            auc, share, w, foreign = shift(model, held, moved)
        assert 0.6 < auc <= 1
        assert 0 < share <= 1
        assert w.shape == (200,)
        assert foreign.sort()[0].equal(torch.arange(200))
        with left_alone(model):
            again = shift(model, held, same)
        assert 0.4 < again[0] < 0.6 < 0.05 + auc
        assert shift(model, held, same)[0] == again[0]


def normal(shift):
    """Assert: AUC, share, weights and order of normal inputs are the exact ones."""
    mu, n, m = torch.tensor([0.6, 0.0, -0.8]), 40_000, 20_000
    x, use = torch.randn(n, 3), torch.randn(m, 3) + mu
    auc, share, w, foreign = shift(nn.Identity(), [(x,)], [(use,)])
    assert auc == pytest.approx(0.5 + 0.5 * math.erf(1 / 2), abs=0.01)
    assert share == pytest.approx(math.exp(-1), rel=0.1)
    assert share == pytest.approx((w.sum() ** 2 / w.square().sum()).item() / n)
    gap = (w.log() - (x @ mu - 0.5)).abs()
    assert gap.mean() < 0.05  # and so the logarithm of the ratio is this one
    order = use[foreign] @ mu
    assert order[:1000].mean() > 2 > -0.5 > order[-1000:].mean()
    flat = torch.ones(30, 2)
    auc, share, w, _ = shift(nn.Identity(), [(flat,)], [(flat[:20],)])
    assert auc == 0.5
    assert share == pytest.approx(1)
    close(w, torch.ones(30))


def test_shift_finds_the_ratio_of_two_normal_densities():
    normal(recipe(SHIFT, "shift"))


def test_shift_judges_no_input_that_it_has_fitted():
    shift = recipe(SHIFT, "shift")  # 80 coefficients, 100 inputs, nothing to find
    data = [[(torch.randn(50, 80),)] for _ in range(2)]
    assert shift(nn.Identity(), *data)[0] < 0.7


@pytest.mark.parametrize(
    "change",
    [
        ("* n / m", ""),
        ("torch.bucketize(new, old) + ", "2 * "),
        ("(2 * n)", "(2 * m)"),
        ("w.mean() ** 2", "w.mean()"),
        ("descending=True", "descending=False"),
        ("range(300)", "range(1)"),
        ("ridge[0, 0] = 0", "ridge *= 1e4"),
    ],
)
def test_a_shift_that_goes_wrong_is_found(change):
    with pytest.raises(AssertionError):
        normal(recipe(SHIFT, "shift", change))


def test_a_shift_that_judges_what_it_has_fitted_is_found():
    shift = recipe(SHIFT, "shift", ("score[~fit] = x[~fit]", "score[fit] = x[fit]"))
    data = [[(torch.randn(50, 80),)] for _ in range(2)]
    assert shift(nn.Identity(), *data)[0] > 0.7


LATE = "phenomenon/definition/late_steps"


class First(nn.Module):
    """The first of what a module returns."""

    def forward(self, pair):
        """Return the outputs, without the states."""
        return pair[0]


def shared():
    one = nn.Linear(5, 5)
    return nn.Sequential(one, nn.Tanh(), one)


STEPPED = {
    "dense": (lambda: dense(True), (6,)),
    "convolutional": (lambda: convolutional(True), (3, 8, 8)),
    "recurrent": (lambda: Recurrent(True), (4, 5)),
    "transformer": (transformer, (4, 8)),
    "shared": (shared, (5,)),
    "lstm": (lambda: nn.Sequential(nn.LSTM(5, 4), First()), (3, 5)),
}


def steps(late_steps, kind, method, lr):
    """Assert: the numbers are those of a loop over layers, and nothing is changed."""
    make, shape = STEPPED[kind]
    new, x = make(), torch.randn(9, *shape)
    optimizer = method(new.parameters(), lr=lr)
    new(x).square().mean().backward()
    old = copy.deepcopy(new)
    optimizer.step()
    parts = {id(p): p for p in new.parameters()}
    with left_alone(old, x), left_alone(new):
        change, rows = late_steps(old, new, lambda net: net(x).square().mean())

    def loss(taken, rest, layers):
        trial = copy.deepcopy(rest)
        for layer in layers:
            own = taken.get_submodule(layer)._parameters
            for name, weight in own.items():
                if weight is not None:
                    trial.get_submodule(layer)._parameters[name].data = weight.data
        torch.manual_seed(0)
        return trial(x).square().mean().item()

    owners = [
        (name, [id(p) for p in module.parameters(recurse=False)])
        for name, module in new.named_modules()  # a shared module once
    ]
    layers = [name for name, own in owners if own]
    assert [name for name, *_ in rows] == layers
    assert {i for _, own in owners for i in own} == set(parts)
    kept = torch.get_rng_state()
    close(change, loss(new, old, layers) - loss(old, new, layers))
    for name, alone, late in rows:
        close(alone, loss(new, old, [name]) - loss(new, old, []))
        close(late, loss(old, new, []) - loss(old, new, [name]))
    torch.set_rng_state(kept)


@pytest.mark.parametrize("kind", STEPPED)
@pytest.mark.parametrize(
    ("method", "lr"), [(torch.optim.SGD, 0.5), (torch.optim.Adam, 0.1)]
)
def test_late_steps_are_those_of_a_loop_over_layers(kind, method, lr):
    steps(recipe(LATE, "late_steps"), kind, method, lr)


def test_late_steps_of_layers_that_do_not_meet_are_the_same():
    late_steps, old = (
        recipe(LATE, "late_steps"),
        nn.Sequential(nn.Linear(5, 5), nn.Linear(5, 5)),
    )
    new = copy.deepcopy(old)
    with torch.no_grad():
        for weight in new.parameters():
            weight.add_(1)
    change, rows = late_steps(
        old, new, lambda net: sum(p.sum() for p in net.parameters())
    )
    close(change, 60.0)
    for _, alone, late in rows:
        close([alone, late], [30.0, 30.0])


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("trial = copy.deepcopy(old)", "trial = old")),
        ("transformer", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("transformer", ("            torch.manual_seed(0)  #", "            #")),
        ("convolutional", ("if owner[name] in layers", "if name in layers")),
        ("dense", ("loss([k]) - start", "loss([k])")),
        ("dense", ("everyone.keys() - {k}", "everyone.keys()")),
        ("dense", ("return end - start", "return start - end")),
        ("dense", ('name.rpartition(".")[0]', 'name.partition(".")[0]')),
    ],
)
def test_late_steps_that_go_wrong_are_found(kind, change):
    with pytest.raises((AssertionError, RuntimeError)):
        steps(recipe(LATE, "late_steps", change), kind, torch.optim.SGD, 0.5)


POOLS = "normalizers/per-sample/pools"


class RootMeanSquareNorm(nn.Module):
    """A norm of one's own, in single precision whatever comes, and zero at first."""

    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(d))

    def forward(self, x):
        """Return tokens of one mean square."""
        z = x.float()
        y = z * torch.rsqrt(z.square().mean(-1, keepdim=True) + 1e-6)
        return self.weight * y.to(x.dtype)


class Decoder(nn.Module):
    """Takes two inputs, one by its name, and calls one norm for both."""

    def __init__(self):
        super().__init__()
        self.norm = RootMeanSquareNorm(8)
        self.linear = nn.utils.parametrizations.weight_norm(nn.Linear(8, 8))

    def forward(self, x, memory):
        """Return what comes of both."""
        return (
            self.linear(torch.relu_(self.norm(x))) + self.norm(memory).sum(1)[:, None]
        )


def maps():
    return nn.Sequential(
        nn.ReLU(inplace=True),
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8), nn.Dropout()),
        nn.InstanceNorm2d(8, affine=True),
        nn.GroupNorm(1, 8),
        nn.LayerNorm(6),
    )


POOLED = {
    "dense": (lambda: dense(True), (9, 6), [(9, 1), (9, 1)]),
    "convolutional": (
        lambda: convolutional(False),
        (5, 3, 8, 8),
        [(5, 1, 8, 8), (5, 1, 9, 9)],
    ),
    "maps": (
        maps,
        (5, 3, 8, 8),
        [(1, 2, 6, 6), (1, 1, 6, 6), (1, 8, 6, 6), (1, 1, 1, 6)],
    ),
    "recurrent": (lambda: Recurrent(True), (9, 4, 5), [(9, 1)]),
    "transformer": (transformer, (3, 4, 8), 4 * [(1, 1, 8)]),
    "one value": (lambda: nn.Sequential(nn.GroupNorm(4, 4)), (3, 4), [(0, 0)]),
    "two values": (lambda: nn.Sequential(nn.LayerNorm(2)), (3, 2), [(1, 2)]),
}


def pooled(pools, kind):
    """Assert: the pools are those of the layers, and nothing is changed."""
    make, shape, expected = POOLED[kind]
    model, x = make(), torch.randn(shape)
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    with left_alone(model, x):
        rows = pools(model, x)
    assert [row[3] for row in rows] == expected
    layers = dict(model.named_modules())
    for name, kind_of, seen, pool in rows:
        assert type(layers[name]).__name__ == kind_of
        assert len(seen) == len(pool)
    with left_alone(model.eval(), x):
        rows = pools(model, x)
    frozen = [isinstance(layers[row[0]], _BatchNorm) for row in rows]
    for is_batch, row, before in zip(frozen, rows, expected, strict=True):
        assert row[3] == ((1,) * len(before) if is_batch else before)


@pytest.mark.parametrize("kind", POOLED)
def test_the_pools_are_those_of_the_layers_and_the_network_is_left_alone(kind):
    pooled(recipe(POOLS, "pools"), kind)


def pooled_by_hand(pools, form):
    """Assert: a shared norm of one's own is seen at both calls, with a zero weight."""
    model, (x, memory) = Decoder().to(form), torch.randn(2, 3, 7, 8).to(form)
    with left_alone(model, x, memory), torch.no_grad():
        rows = pools(model, x[:, :5], memory=memory)
    kept = ("norm", "RootMeanSquareNorm")
    assert rows == [(*kept, (3, n, 8), (1, 1, 8)) for n in (5, 7)]


@pytest.mark.parametrize("form", [torch.float64, torch.bfloat16])
def test_the_pools_of_a_shared_norm_of_ones_own(form):
    pooled_by_hand(recipe(POOLS, "pools"), form)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy((model, inputs, options))", "(model, inputs, {})")),
        ("maps", ("copy.deepcopy((model, inputs, options))", "(model, inputs, {})")),
        ("maps", ("torch.random.fork_rng(), ", "")),
        ("maps", (".flatten()[0]", ".sum()")),
        ("recurrent", ("found[name, tuple(x.shape)] = norm", "pass")),
    ],
)
def test_pools_that_are_found_wrong_are_noticed(kind, change):
    with pytest.raises(AssertionError):
        pooled(recipe(POOLS, "pools", change), kind)


@pytest.mark.parametrize(
    "change",
    [
        ("weight.fill_(1)", "pass"),
        ("isinstance(x, nn.Parameter)", "False"),
        ("torch.enable_grad()", "torch.no_grad()"),
    ],
)
def test_pools_of_a_norm_of_ones_own_that_are_found_wrong_are_noticed(change):
    with pytest.raises((AssertionError, RuntimeError, TypeError)):
        pooled_by_hand(recipe(POOLS, "pools", change), torch.float64)


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


STEP_SHIFT = "practice/when-it-matters/step_shift"


class Two(nn.Module):
    """A network of two inputs that calls one layer twice."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 6)

    def forward(self, x, y):
        """Return what the layer makes of the one, and of that and the other."""
        return self.layer(torch.tanh(self.layer(x)) + y)


MOVED = {
    "dense": (lambda: dense(True), [(23, 6)], 4),
    "convolutional": (lambda: convolutional(True), [(23, 3, 8, 8)], 5),
    "recurrent": (lambda: Recurrent(True), [(23, 4, 5)], 12),
    "transformer": (lambda: transformer(), [(5, 4, 8)], 4),
    "two inputs": (Two, [(9, 6), (9, 6)], 2),
}


def rows_of(model, inputs):
    """Return what each call gave, one column for each unit, by hooks of our own."""
    found, handles = [], []
    for name, m in model.named_modules():
        weight = getattr(m, "weight", None)
        if weight is not None and not isinstance(m, nn.LayerNorm):

            def keep(m, _, z, name=name):
                z = z.transpose(1, z.dim() - 1) if type(m) is not nn.Linear else z
                found.append((name, z.detach().reshape(-1, z.shape[-1])))

            handles.append(m.register_forward_hook(keep))
    model(*inputs)
    for handle in handles:
        handle.remove()
    return found


def moves_in_a_step(step_shift, kind, training):
    """Assert: the shifts are those of two looks of our own, and nothing else moves."""
    make, shapes, calls = MOVED[kind]
    model, inputs = make().train(training), [torch.randn(shape) for shape in shapes]
    with left_alone(model, *inputs):
        rows = step_shift(model, lambda: None, *inputs)
    assert len(rows) == calls
    assert all(shift == 0 or spread == 0 for _, shift, spread in rows)

    def step():
        for weight in model.parameters():
            weight.data = weight.data * 1.1 + 0.1

    torch.manual_seed(0)
    before = rows_of(copy.deepcopy(model), inputs)
    rows = step_shift(model, step, *inputs)
    torch.manual_seed(0)
    after = rows_of(copy.deepcopy(model), inputs)
    for row, (name, z), (_, new) in zip(rows, before, after, strict=True):
        s = z.std(0, correction=0)
        gap = (new.mean(0) - z.mean(0)).square()
        gap = (gap + (new.std(0, correction=0) - s).square()).sqrt() / s
        assert row[0] == name
        if s.max() > 0:
            close(row[1:], (gap.mean().item(), s.mean().item()))
        else:  # a recurrent network begins with zeros: no unit varies
            assert row[1] != row[1]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", MOVED)
def test_the_shift_of_a_step_is_that_of_two_looks(kind, training):
    moves_in_a_step(recipe(STEP_SHIFT, "step_shift"), kind, training)


def test_the_shift_leaves_out_dead_units_and_takes_half_precision():
    step_shift = recipe(STEP_SHIFT, "step_shift")
    model = nn.Linear(4, 3).to(torch.bfloat16)
    model.weight.data[1] = 0
    x = torch.randn(50, 4).to(torch.bfloat16)
    ((name, shift, spread),) = step_shift(model, lambda: model.bias.data.add_(1), x)
    assert name == ""
    assert 0 < shift < 99
    assert spread > 0


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("dense", ("copy.deepcopy(model)", "model")),
        ("transformer", ("torch.manual_seed(0)  # the", "pass  # the")),
        ("transformer", ("torch.random.fork_rng()", "torch.enable_grad()")),
        ("convolutional", ("-1 if isinstance(m, nn.Linear) else 1", "-1")),
        ("transformer", ("-1 if isinstance(m, nn.Linear) else 1", "1")),
        ("dense", ("(t - s) ** 2", "0")),
        ("dense", (".sqrt() / s", ".sqrt()")),
    ],
)
def test_a_step_shift_that_goes_wrong_is_found(kind, change):
    step_shift = recipe(STEP_SHIFT, "step_shift", change)
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        moves_in_a_step(step_shift, kind, training=True)


CONFORMANCE = "batch-norm/conformance"


class OwnNorm(nn.Module):
    """A batch norm whose buffers have names of their own, and any number of axes."""

    def __init__(self, units, eps=1e-5, rate=0.1, bessel=True, detach=False):
        super().__init__()
        self.eps, self.rate, self.bessel, self.detach = eps, rate, bessel, detach
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
        return (x - mean) / (var + self.eps).sqrt()


SIZES = {nn.BatchNorm1d: (9, 4), nn.BatchNorm2d: (3, 4, 2, 2), nn.BatchNorm3d: (2, 4)}


def tells(differences):
    """Assert: equal layers are equal, each fault shows where it should, all stays."""
    for kind, size in SIZES.items():
        shape = size if kind is not nn.BatchNorm3d else (*size, 2, 2, 2)
        theirs = kind(4)
        for fault, seen in (
            ({}, ""),
            ({"eps": 1e-3}, "output grad gain"),
            ({"rate": 0.9}, "gain centre"),
            ({"bessel": False}, "gain"),
            ({"detach": True}, "grad"),
        ):
            mine = OwnNorm(4, **fault)
            with left_alone(mine), left_alone(theirs):
                found = differences(mine, theirs, shape)
            assert list(found) == ["output", "grad", "gain", "centre"]
            assert {k for k, gap in found.items() if gap > 1e-6} == {*seen.split()}
        affine, x = kind(4), torch.randn(50, *shape[1:])
        for tensor in affine.weight, affine.bias:
            tensor.data = 0.5 + torch.rand(4)
        affine(3 * x + 1)
        other = copy.deepcopy(affine)
        ported = differences(other, affine, shape, steps=0)
        assert ported == {"gain": 0, "centre": 0}
        other.eps = 1e-3
        assert differences(other, affine, shape, steps=0)["gain"] > 1e-6


def test_a_convention_that_differs_is_told():
    tells(recipe(f"{CONFORMANCE}/differences", "differences"))
LOOK = "debate/smoothness/look_ahead"


def walks(look_ahead, kind, optimizer):
    """Assert: rows are those of a walk along the step that is really taken then."""
    make, shape = TURNED[kind]
    model, x = make(), torch.randn(23, *shape)
    unused = nn.Parameter(torch.ones(3))
    model.register_parameter("unused", unused)
    optimizer = MAKERS[optimizer](model.parameters())
    torch.optim.lr_scheduler.StepLR(optimizer, 5)

    def loss_of(net):
        return net(x).sin().sum(-1).square().mean()

    loss_of(model).backward()
    optimizer.step()  # so that there is a momentum
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    state = copy.deepcopy(optimizer.state_dict())
    with left_alone(model, x):
        rows = look_ahead(model, optimizer, loss_of)
    close(optimizer.state_dict(), state)
    assert [row[0] for row in rows] == [0.01, 0.1, 1, 2, 4]
    assert all(type(value) is float for row in rows for value in row[1:])

    begin = copy.deepcopy(model)
    optimizer.zero_grad()
    torch.manual_seed(0)
    loss_of(model).backward()
    unused.grad = None
    optimizer.step()

    def seen(size):
        net = copy.deepcopy(begin)
        ends = zip(net.parameters(), model.parameters(), strict=True)
        moved = torch.zeros(())
        for weight, end in ends:
            step = size * (end.detach() - weight.detach())
            weight.data.add_(step)
            moved += step.square().sum()
        torch.manual_seed(0)
        loss = loss_of(net)
        weights = [w for name, w in net.named_parameters() if name != "unused"]
        grads = torch.autograd.grad(loss, weights)
        return loss.item(), torch.cat([g.flatten() for g in grads]), moved.sqrt()

    loss, grad, _ = seen(0)
    for size, change, K in rows:
        away, other, moved = seen(size)
        assert change == pytest.approx(away - loss, rel=1e-6, abs=1e-10)
        assert K == pytest.approx(((other - grad).norm() / moved).item(), rel=1e-6)


@pytest.mark.parametrize("kind", TURNED)
@pytest.mark.parametrize("optimizer", MAKERS)
def test_a_look_ahead_is_a_walk_along_the_next_step(kind, optimizer):
    walks(recipe(LOOK, "look_ahead"), kind, optimizer)


def test_a_look_ahead_refuses_a_loss_of_another_model():
    model, x = dense(True), torch.randn(23, 6)
    optimizer = MAKERS["sgd"](model.parameters())
    with pytest.raises(ValueError, match="must use the model"):
        recipe(LOOK, "look_ahead")(model, optimizer, lambda _: model(x).sum())


def test_a_look_ahead_takes_shared_frozen_and_half_precision_weights():
    look_ahead = recipe(LOOK, "look_ahead")
    layer = nn.Linear(6, 6)
    model = nn.Sequential(layer, nn.Tanh(), layer, nn.LayerNorm(6), nn.Linear(6, 2))
    model[4].requires_grad_(False)
    for dtype in (torch.float32, torch.bfloat16):
        model.to(dtype)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        x, other = torch.randn(2, 9, 6).to(dtype)
        with left_alone(model, x, other):
            loss_of = partial(of_two_inputs, x=x, other=other)
            rows = look_ahead(model, optimizer, loss_of, sizes=(1, 0))
        (_, change, K), (_, none, unknown) = rows
        assert change < 0 < K
        assert none == 0
        assert unknown != unknown  # nothing has moved


@pytest.mark.parametrize(
    "change",
    [
        ("copy.deepcopy(layer)", "layer"),
        ("y.square().flatten() * weights", "y.flatten()"),
        ("range(steps)", "range(steps % 2)"),
        ("torch.Generator().manual_seed(0)", "None"),
        ("layer.eval()", "layer"),
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
        ("copy.deepcopy((model, optimizer))", "model, optimizer"),
        ("torch.random.fork_rng()", "torch.enable_grad()"),
        ("torch.manual_seed(0)  # the same dropout each time", "pass"),
        ("model.zero_grad()", "pass"),
        ("away - loss", "away"),
        ("a + size * d", "a + d"),
        ("(other - grad).norm()", "other.norm()"),
        ("/ moved", "/ size"),
    ],
)
def test_a_look_ahead_that_goes_wrong_is_found(change):
    look_ahead = recipe(LOOK, "look_ahead", change)
    with pytest.raises((AssertionError, RuntimeError)):
        walks(look_ahead, "transformer", "sgd")
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
