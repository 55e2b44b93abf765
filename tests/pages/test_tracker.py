"""Guard of the tracker that readers copy: it leaves a network as it found it.

The function is taken from the source of the snippet and run on four kinds of network.
"""

from functools import partial

import pytest
import torch
from torch import nn

from tests.conftest import recipe

tracker = partial(recipe, "phenomenon/measuring/tracker", "track_activation_statistics")


class Recurrent(nn.Module):
    """The output of its LSTM is a tuple."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 5, num_layers=2, batch_first=True, dropout=0.5)
        self.out = nn.Linear(5, 3)

    def forward(self, x):
        """Classify by the last state."""
        return self.out(self.lstm(x)[0][:, -1])


def networks():
    """Return name, network, units to track, and data."""
    block = nn.TransformerEncoderLayer(6, 2, dim_feedforward=8, batch_first=True)
    return {
        "MLP": (
            nn.Sequential(
                nn.Linear(6, 5),
                nn.BatchNorm1d(5),
                nn.ReLU(),
                nn.Dropout(),
                nn.Linear(5, 3),
            ),
            {"0": 1, "1": 1, "4": -1},
            torch.randn(30, 6),
        ),
        "CNN": (
            nn.Sequential(
                nn.Conv2d(2, 4, 3),
                nn.BatchNorm2d(4),
                nn.ReLU(),
                nn.Dropout2d(),
                nn.Flatten(),
                nn.Linear(64, 3),
            ),
            {"0": 1, "1": 1, "5": 1},
            torch.randn(30, 2, 6, 6),
        ),
        "LSTM": (Recurrent(), {"lstm": -1, "out": -1}, torch.randn(30, 4, 6)),
        "transformer": (
            nn.TransformerEncoder(block, 2),
            {"layers.0.linear1": -1, "layers.0.self_attn": -1, "layers.1": -1},
            torch.randn(30, 4, 6),
        ),
    }


def expected(model, units, batches):
    """Return the moments of what the modules put out, all of it put together."""
    seen = {name: [] for name in units}
    for name, axis in units.items():

        def keep(module, inputs, output, name=name, axis=axis):
            h = output[0] if isinstance(output, tuple) else output
            seen[name].append(h.transpose(axis, -1).reshape(-1, h.shape[axis]))

        model.get_submodule(name).register_forward_hook(keep)
    for module in model.modules():
        if not isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.training = False
    with torch.no_grad():
        for x, _ in batches:
            model(x)
    rows = {name: torch.cat(parts) for name, parts in seen.items()}
    return {name: (h.mean(0), h.var(0, correction=0)) for name, h in rows.items()}


def faults(track, name, frozen):
    """Return what the tracker changes in a network, or gets wrong."""
    torch.manual_seed(0)
    model, units, x = networks()[name]
    copy = networks()[name][0]
    model, copy, x = model.double().train(), copy.double().train(), x.double()
    for k, module in enumerate(model.modules()):
        if frozen and k % 2:  # a mode of its own for every other module
            module.training = False
    copy.load_state_dict(model.state_dict())
    for module, twin in zip(model.modules(), copy.modules(), strict=True):
        twin.training = module.training
    modes = [module.training for module in model.modules()]
    state = {key: value.clone() for key, value in model.state_dict().items()}
    batches = [(part, None) for part in x.split(8)]  # the last one is smaller
    found = track(model, units, batches)
    wrong = []
    if [module.training for module in model.modules()] != modes:
        wrong.append("modes")
    if any(not torch.equal(v, state[k]) for k, v in model.state_dict().items()):
        wrong.append("parameters or buffers")
    if any(module._forward_hooks for module in model.modules()):
        wrong.append("hooks")
    for key, pair in expected(copy, units, batches).items():
        for got, value in zip(found[key], pair, strict=True):
            if got.shape != value.shape or not torch.allclose(
                got, value, rtol=0, atol=1e-12
            ):
                wrong.append(f"numbers of {key}")
    return wrong


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("name", ["MLP", "CNN", "LSTM", "transformer"])
def test_the_tracker_is_right_and_leaves_no_trace(name, frozen):
    track = tracker()
    assert faults(track, name, frozen) == []


BROKEN = {
    "the mode of the whole only": (
        "module.training = mode\n    return",
        "model.train(modes[0][1])\n    return",
        "modes",
    ),
    "running averages move": ("buffer.copy_(old)", "pass", "parameters or buffers"),
    "hooks stay": ("hook.remove()", "pass", "hooks"),
    "batch norm by its averages": (
        "module.training = mode\n        with",
        "pass\n        with",
        "numbers of 1",
    ),
    "dropout stays": ("model.eval()", "pass", "numbers of 5"),
    "the variance within batches": ("inside + across", "inside", "numbers of 0"),
    "the last axis counts the units": (
        "h.movedim(units[name], -1)",
        "h",
        "numbers of 0",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_tracker_is_noticed(name):
    old, new, wrong = BROKEN[name]
    assert wrong in faults(tracker((old, new)), "CNN", True)


def test_an_error_in_the_network_leaves_no_trace():
    track = tracker()
    model = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Dropout())
    with pytest.raises(RuntimeError):
        track(model, {"0": 1}, [(torch.randn(4, 7), None)])
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks for module in model.modules())
