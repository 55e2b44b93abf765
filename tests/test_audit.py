"""Guards of the audit: a page that misses every goal is found, a good one passes.

The real tools see such pages in the full run only; what they said of them is recorded.
"""

import pytest

from tests import audit

GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="A page that is good.">
<link rel="icon" href="data:,"></head>
<body><main><h1>A page</h1><p>Words.
<span class="arithmatex" data-tex="x"><math><mi>x</mi></math></span></p></main>
</body></html>
"""
# Each goal is missed: a script that is busy, a request elsewhere, weight and
# requests, a late formula, faint words, a wide block.
BAD = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="https://elsewhere.invalid/x.css"></head>
<body><main><h1>A page</h1><p style="color: #bbb">Words.
<span class="arithmatex" data-tex="x"></span></p><p>More</p>
<div style="width: 900px">wide</div><img src="heavy.png"><foo></foo></main>
<script>
  for (let k = 0; k < 25; k++) fetch("x.txt?" + k);
  const start = Date.now();
  while (Date.now() - start < 1500);
  setTimeout(() => {
    document.querySelector(".arithmatex:not(:has(code))")
      ?.insertAdjacentHTML("beforeend", "<math><mi>x</mi></math>");
  }, 24000 / 4);
  console.error("bad");
</script></body></html>
"""

# What the tools said of BAD.
ROW = {
    **{"accessibility": 46, "best-practices": 96, "seo": 73, "behind": 37},
    **{"kB": 306.276, "requests": 28, "formulas": 2.834238230815232, "shift": 0},
    **{"axe": 10, "nu": 4, "wrong": 13},
    "why": {
        "accessibility": ["color-contrast", "document-title", "html-has-lang"],
        "best-practices": ["color-contrast", "document-title", "html-has-lang"],
        "seo": ["color-contrast", "document-title", "html-has-lang"],
        "axe": ["light, 360 px: color-contrast: p:nth-child(2)"] * 10,
        "nu": ["line 3: Element “head” is missing a required instance of a title"],
        "wrong": ["asks another host: https://elsewhere.invalid/x.css", "bad"],
    },
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    site = tmp_path_factory.mktemp("audited")
    (site / "good").mkdir()
    (site / "good/index.html").write_text(GOOD)
    (site / "404.html").write_text(GOOD)
    (site / "index.html").write_text(BAD)
    (site / "x.txt").write_text("x")
    (site / "heavy.png").write_bytes(bytes(300_000))
    return audit.audit(site, times=1)


@pytest.mark.full
@pytest.mark.xdist_group("audit")
def test_a_good_page_meets_every_goal_that_no_busy_machine_spoils(rows):
    names = {*audit.LEAST, *audit.MOST} - {"behind", "formulas"}
    assert audit.over("good/", rows["good/"], names) == []
    assert rows["good/"]["machine"] > 0


@pytest.mark.full
@pytest.mark.xdist_group("audit")
@pytest.mark.parametrize("goal", sorted({*audit.LEAST, *audit.MOST} - {"shift"}))
def test_each_goal_that_is_missed_is_named_by_the_tools(rows, goal):
    found = audit.over("", rows[""])
    assert any(text.startswith(f"./: {goal} ") for text in found), found


@pytest.mark.parametrize("goal", sorted({*audit.LEAST, *audit.MOST} - {"shift"}))
def test_each_goal_that_is_missed_is_named(goal):
    (found,) = audit.over("", ROW, [goal])
    assert found.startswith(f"./: {goal} ")
    assert found in audit.over("", ROW)


def test_what_is_not_asked_for_is_not_judged_and_what_is_must_be_measured():
    assert audit.over("", {**ROW, "behind": 99}, audit.SEEN) == audit.over(
        "", ROW, audit.SEEN
    )
    with pytest.raises(KeyError):
        audit.over("", {"why": {}}, audit.SEEN)


def test_a_value_at_its_goal_is_good():
    row = {**audit.LEAST, **audit.MOST, "why": {}}
    assert audit.over("x/", row) == []
    for name in row.keys() - {"why"}:
        worse = row[name] - 1 if name in audit.LEAST else row[name] + 0.001
        assert len(audit.over("x/", {**row, name: worse})) == 1


@pytest.mark.parametrize(
    ("page", "empty", "behind", "asked"),
    [
        ([100], [100], 0, 2),
        ([80], [81], 1, 2),  # a slow machine is slow for both
        ([90, 99, 60], [100, 100, 100], 10, 6),
        ([90, 99, 80], [100, 100, 80], 1, 6),  # it was slow in the first minute
    ],
)
def test_speed_is_compared_with_the_empty_page_in_the_same_minute(
    page, empty, behind, asked
):
    said = []

    def ask(address):
        speeds = empty if address.endswith(audit.EMPTY) else page
        said.append(address)
        speed = speeds[(len(said) - 1) // 2]
        return {
            **audit.LEAST,
            "performance": speed,
            "shift": 0,
            "machine": 9,
            "why": [],
        }

    row = audit.scores(ask, "host/", "x/", times=3)
    assert (row["behind"], len(said)) == (behind, asked)
    assert said[:2] == ["host/x/", "host/404.html"]
    assert row["accessibility"] == 100


def test_the_share_of_code_is_that_of_what_one_reads(chromium):
    def high(name, pixels, inner=""):
        return f'<div class="{name}" style="height: {pixels}px">{inner}</div>'

    text = high("text", 150)
    folded = high("program", 50, high("highlight", 40))  # an output above its line
    style = "<style>* { margin: 0 } h1, h2 { height: 50px }</style>"
    read = f"<h1></h1>{text}{folded}{high('highlight', 100)}{high('card', 50)}{text}"
    read += f"<details><summary style='height: 20px'></summary>{folded}</details>"
    end, after = '<h2 id="what-this-does-not-show"></h2>', high("highlight", 500)
    tab = chromium.new_page()
    tab.set_content(f"{style}<article>{read}{end}{after}</article>")
    assert tab.evaluate(audit.SHARE) == pytest.approx(100 * 200 / 570)
    tab.set_content(f"{style}<article>{read}{after}</article>")  # no chapter
    assert tab.evaluate(audit.SHARE) is None
    tab.close()


@pytest.mark.parametrize("share", [None, 30.4])
def test_the_table_has_a_row_a_page(share):
    row = {**audit.LEAST, **audit.MOST, audit.CODE: share}
    assert len(audit.table({"": row, "x/": row}).splitlines()) == 3


def test_nothing_is_left_to_typeset_on_the_page_that_is_compared():
    page = audit.untypeset(GOOD.encode()).decode()
    assert "<math" not in page
    assert "<code>x</code>" in page
