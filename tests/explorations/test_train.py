"""Guards of "train it here": its core follows torch, and the page stays responsive.

The rates are those at which a run is not chaotic: two float64 programs that add in a
different order begin 1e-16 apart, and where nearby runs separate quickly (a rate of
0.5 in six layers, say) they are a whole loss apart after 200 steps, whoever is right.
"""

import itertools
import json
from contextlib import contextmanager

import pytest
import torch
from torch import nn

from book import ROOT
from book.run import pool
from book.write import outputs
from tests.explorations.conftest import WORKER, first_by_default

NAME = "phenomenon/training-dynamics/small_digits.py"
NORMS = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
RATES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]  # of the slider
GRID = [
    (norm, activation, depth, lr)
    for norm, activation in itertools.product(NORMS, ACTIVATIONS)
    for depth, lr in ((2, 0.1), (4, 0.1), (6, 0.03))
]

# The losses of 200 steps, from given weights and with given batches. The many numbers
# come as text: to hand them over one by one takes longer than the steps.
FOLLOW = """async (text) => {
  const given = JSON.parse(text)
  const { assets, norm, activation, sizes, weights, batches, lr, x, y } = given
  const { Mlp, rows } = await import(assets + "explore/mlp.js")
  const model = new Mlp({ sizes, norm, activation })
  model.parameters().forEach((parameter, k) => parameter.set(weights[k]))
  const inputs = Float64Array.from(x)
  return batches.map((batch) => model.step(
    rows(inputs, sizes[0], batch), batch.map((k) => y[k]), batch.length, lr))
}"""

# The data of the page, and a run with them.
RUN = """
  const { decode, Trainer } = await import("/assets/explore/trainer.js")
  const place = "/downloads/phenomenon/training-dynamics/small_digits.json"
  const data = decode(await (await fetch(place)).json())
  const run = new Trainer(data, settings)
"""

# The weights with which a run of the page begins, and its batches.
BEGIN = f"""async ({{ settings, steps }}) => {{
  {RUN}
  const weights = run.model.parameters().map((p) => [...p])
  const batches = Array.from({{ length: steps }}, () => [...run.batches.next().value])
  return JSON.stringify({{ weights, batches }})
}}"""

# The record at its end; there is one after each advance.
ADVANCE = f"""async ({{ settings, steps }}) => {{
  {RUN}
  run.record()
  for (const more of steps) {{
    run.advance(more)
    run.record()
  }}
  return run.record()
}}"""

# No pause between two requests.
HURRY = "{ const later = setTimeout; window.setTimeout = (act) => later(act) }"


def double(numbers):
    return torch.tensor(numbers, dtype=torch.float64)


@pytest.fixture(scope="module")
def digits():
    """Return the images and labels that the page has."""
    source = (ROOT / "snippets" / NAME).read_bytes()
    result = pool.run({NAME: source}, outputs.store(ROOT))[NAME]
    data = json.loads(result.data)
    assert len(result.data) < 50_000
    x = double([int(c, 16) for c in data["pixels"]]) / 15
    return x.view(-1, data["side"] ** 2), torch.tensor([*map(int, data["labels"])])


def network(norm, activation, depth, width=32):
    model, n_in = nn.Sequential(), 100
    for _ in range(depth):
        linear = nn.Linear(n_in, width)
        gain = 2 if activation == "relu" else 1
        nn.init.normal_(linear.weight, std=(gain / n_in) ** 0.5)
        block = [linear, NORMS[norm](width), ACTIVATIONS[activation]()]
        model.append(nn.Sequential(*block))
        n_in = width
    return model.append(nn.Linear(n_in, 10)).double()


def train(model, batches, lr, digits):
    """Return the loss of each batch, before its step."""
    x, y = digits
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return double(losses)


def deviation(tab, digits, norm, activation, depth, lr, assets="/assets/", steps=200):
    """Return how far the core's losses are from torch's, at most."""
    x, y = digits
    torch.manual_seed(1)
    model = network(norm, activation, depth)
    with torch.no_grad():
        for parameter in model.parameters():  # gamma and beta are no constants
            parameter += 0.01 * torch.randn_like(parameter)
    epochs = [torch.randperm(len(x)).split(40) for _ in range(steps // 10)]
    batches = [batch.tolist() for epoch in epochs for batch in epoch]
    given = {
        "assets": assets,
        "norm": norm,
        "activation": activation,
        "sizes": [100, *[32] * depth, 10],
        "weights": [p.detach().flatten().tolist() for p in model.parameters()],
        "batches": batches,
        "lr": lr,
        "x": x.flatten().tolist(),
        "y": y.tolist(),
    }
    got = double(tab.evaluate(FOLLOW, json.dumps(given)))
    want = train(model, batches, lr, digits)
    return (got - want).abs().max().item()


@pytest.fixture(scope="module")
def tab(stage):
    """Return a tab in which the core can be imported."""
    context = stage.launched().new_context()
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    tab.goto(f"{stage.address}{stage.write('train', 'light', None)}")
    yield tab
    context.close()


@pytest.mark.parametrize(("norm", "activation", "depth", "lr"), GRID)
def test_it_follows_torch(tab, digits, norm, activation, depth, lr):
    assert deviation(tab, digits, norm, activation, depth, lr) < 1e-9


@pytest.mark.parametrize(
    ("old", "new", "norm", "activation"),
    first_by_default(
        [  # the statistics detached, whole and in part; the other variance; a slope
            (" - sum - xHat[at] * inner", "", "batch", "relu"),
            (" - xHat[at] * inner", "", "layer", "tanh"),
            ("variance / size", "variance / (size - 1)", "batch", "sigmoid"),
            ("EPS = 1e-5", "EPS = 1e-6", "batch", "relu"),
            ("dz[i] *= layer.gamma[unit]", "", "layer", "relu"),
            ("h * (1 - h)", "h * (1 + h)", "none", "sigmoid"),
        ]
    ),
)
def test_a_broken_core_is_noticed(stage, tab, digits, old, new, norm, activation):
    stage.write("train", "light", {"explore/mlp.js": {old: new}})
    assets = f"/altered-{stage.count}/assets/"
    grid = (norm, activation, 2, 0.1)
    assert deviation(tab, digits, *grid, assets=assets, steps=20) > 1e-9


def trained(exploration, step=200):
    """Wait until the run that is shown has come to ``step``; return the numbers."""
    reached = f"document.querySelector('output[data-key=step]').dataset.value == {step}"
    exploration.tab.wait_for_function(reached)
    return exploration.values()


def quantiles(model, digits):
    """Return the loss on all digits, and percentiles of what each unit receives."""
    h, found = digits[0], []
    percent = double([0.15, 0.5, 0.85])
    with torch.no_grad():
        for linear, norm, phi in model[:-1]:
            a = norm(linear(h))  # training mode: all digits are the batch
            found.append(a.quantile(percent, dim=0))
            h = phi(a)
        loss = nn.functional.cross_entropy(model[-1](h), digits[1]).item()
    return loss, found


def ended(tab, settings, steps):
    """Return the record at the end of a run that advances by these ``steps``."""
    return tab.evaluate(ADVANCE, {"settings": settings, "steps": steps})


def test_how_a_run_is_divided_changes_nothing(tab):
    settings = {"norm": "batch", "activation": "relu", "depth": 2, "lr": 0.1}
    whole = ended(tab, settings, [40])
    assert ended(tab, settings, [1, *[2] * 9, 1, *[5] * 4]) == whole
    assert whole["step"] == 40


@pytest.fixture(scope="module")
def page(stage):
    """Return the exploration with its worker."""
    with stage.opened("train", script=HURRY) as exploration:
        yield exploration


def test_what_is_seen_before_it_is_touched(page):
    none = trained(page)
    page.set(norm="batch")
    batch = trained(page)
    assert none["last"] > 20 * batch["last"]
    assert none["loss-none"] > none["loss-batch"]


def test_at_a_rate_of_1_batch_norm_learns_and_none_does_not(tab):
    given = {"activation": "relu", "depth": 4, "lr": 1}
    loss = {
        norm: ended(tab, {"norm": norm, **given}, [200])["loss"]
        for norm in ("none", "batch")
    }
    assert loss["none"] > 1
    assert loss["batch"] < 0.2


@pytest.mark.parametrize(
    ("norm", "activation", "depth", "lr"),
    [
        ("none", "relu", 4, 0.1),
        ("batch", "sigmoid", 2, 0.2),
        ("layer", "tanh", 4, 0.1),
    ],
)
def test_what_is_shown_is_torchs(page, digits, norm, activation, depth, lr):
    settings = {"norm": norm, "activation": activation, "depth": depth, "lr": lr}
    begin = {"settings": settings, "steps": 200}
    given = json.loads(page.tab.evaluate(BEGIN, begin))
    page.set(**{**settings, "lr": RATES.index(lr)})
    shown = trained(page)
    assert page.found == []
    model = network(norm, activation, depth)
    with torch.no_grad():
        for parameter, weights in zip(
            model.parameters(), given["weights"], strict=True
        ):
            parameter.copy_(double(weights).view_as(parameter))
    before = quantiles(model, digits)[1]
    train(model, given["batches"], lr, digits)
    loss, after = quantiles(model, digits)
    moves = [
        ((b[1] - a[1]).abs() / (a[2] - a[0])).median().item()
        for a, b in zip(before, after, strict=True)
    ]
    assert shown[f"loss-{norm}"] == pytest.approx(loss, abs=1e-9)
    assert shown["first"] == pytest.approx(moves[0], abs=1e-9)
    assert shown["last"] == pytest.approx(moves[-1], abs=1e-9)


class Halting:
    """An exploration whose worker answers when told, and whose time likewise passes."""

    def __init__(self, exploration):
        """Begin when the runs that begin by themselves have come to their end."""
        self.tab, self.values = exploration.tab, exploration.values
        assert self.settled() == 200
        self.begun = self.asked()

    def asked(self):
        """Return for how many steps the page has asked since the last time."""
        return self.tab.evaluate("worker.asked.splice(0)")

    def rested(self):
        """Let a minute pass; return how many requests wait for an answer then."""
        self.tab.clock.run_for(60_000)
        return self.tab.evaluate("worker.waiting.length")

    def answered(self):
        """Let the worker answer and a frame pass; return the step that is shown."""
        self.tab.evaluate("worker.answer()")
        self.tab.clock.run_for(16)
        return self.values()["step"]

    def settled(self):
        """Let all be answered that is asked for in a minute; return the step."""
        self.tab.evaluate("worker.willing = true; worker.answer()")
        self.rested()
        self.tab.evaluate("worker.willing = false")
        return self.values()["step"]


@contextmanager
def halting(stage, **options):
    """Yield the exploration and its Halting."""
    with stage.opened("train", paused=True, script=WORKER, **options) as exploration:
        yield exploration, Halting(exploration)


def test_start_pause_step_and_reset(stage):
    with halting(stage) as (exploration, run):
        start, keyboard = exploration.control("start"), exploration.tab.keyboard
        assert start.inner_text() == "Start"
        exploration.set(reset=True)
        assert run.settled() == 0
        exploration.set(step=True)
        assert run.settled() == 1
        assert run.asked() == [0, 1]
        start.focus()
        keyboard.press("Enter")
        assert start.inner_text() == "Pause"
        for step in (3, 5, 7):
            assert run.rested() == 1  # one request, however long the answer takes
            assert run.answered() == step
        assert run.rested() == 1
        keyboard.press("Enter")
        assert start.inner_text() == "Start"
        assert run.settled() == 9  # what had been asked for, and no more
        assert run.asked() == [2] * 4
        keyboard.press("Enter")
        assert run.answered() == 11
        keyboard.press("Enter")  # between two requests
        assert run.settled() == 11
        keyboard.press("Enter")
        assert run.settled() == 200
        assert start.inner_text() == "Start"
        assert sum(run.asked()) == 191
        exploration.set(reset=True)
        assert run.settled() == 0
        exploration.set(start=True)
        assert run.answered() == 2
        assert exploration.found == []


def test_nothing_starts_by_itself_with_reduced_motion(stage):
    with halting(stage, reduced_motion="reduce") as (exploration, run):
        exploration.set(lr=0)
        assert run.settled() == 0
        assert run.asked() == [0]
        seen = """() => {
          window.seen = new Set()
          const step = document.querySelector("output[data-key=step]")
          new MutationObserver(() => window.seen.add(step.dataset.value))
            .observe(step, { attributes: true })
        }"""
        exploration.tab.evaluate(seen)
        exploration.set(start=True)
        assert run.settled() == 200
        assert set(exploration.tab.evaluate("[...window.seen]")) == {"0", "200"}


def test_a_run_that_diverges_says_so(stage):
    # At the rates of the page ReLUs die, and the loss stays at that of a guess.
    alter = {"explore/train.js": {"2, 5]": "2, 1e30]"}}
    with stage.opened("train", alter=alter, script=HURRY) as exploration:
        exploration.set(lr=RATES.index(5))
        exploration.tab.wait_for_function(
            "document.querySelector('.explore-said').textContent.includes('diverged')"
        )
        assert exploration.control("start").inner_text() == "Start"
        assert exploration.found == []


def test_without_its_data_the_figure_stands_there(stage):
    alter = {"explore/train-worker.js": {"small_digits.json": "gone.json"}}
    with stage.opened("train", alter=alter, ready=False) as exploration:
        with exploration.tab.expect_response("**/gone.json"):
            exploration.tab.evaluate("near()")
        # Who asks has mounted, so what is waited for is that it goes.
        gone = "!document.querySelector('.explore-view, [data-mounted]')"
        exploration.tab.wait_for_function(gone)
        assert exploration.place.locator("figure .plot svg").first.is_visible()


def requests(stage, alter=None):
    """Return for how many steps the page asks its worker, request by request."""
    with halting(stage, alter=alter) as (exploration, run):
        exploration.set(depth=6, norm="batch")
        assert run.settled() == 200
        return run.begun + run.asked()


def test_the_worker_trains_and_is_asked_for_a_few_steps_at_a_time(stage):
    # So the page is never busy for long, and a pause never late.
    asked = requests(stage)
    assert sum(asked) >= 800  # of three runs that begin by themselves, and of this one
    assert max(asked) <= 5


@pytest.mark.full
def test_a_request_for_many_steps_is_noticed(stage):
    alter = {"explore/train.js": {"const STRIDE = 2": "const STRIDE = 20"}}
    assert max(requests(stage, alter)) == 20
