"""Guards of the audit: a page that misses every goal is found, a good one passes."""

import pytest

from tests import audit

pytestmark = pytest.mark.xdist_group("audit")

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

SHIFTS = GOOD.replace(
    "</body>",
    "<script>const grow = () => document.body.style.paddingTop = '300px';"
    "requestAnimationFrame(() => setTimeout(grow, 300))</script></body>",
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    site = tmp_path_factory.mktemp("audited")
    (site / "good").mkdir()
    (site / "good/index.html").write_text(GOOD)
    (site / "index.html").write_text(BAD)
    (site / "shifts").mkdir()
    (site / "shifts/index.html").write_text(SHIFTS)
    (site / "x.txt").write_text("x")
    (site / "heavy.png").write_bytes(bytes(300_000))
    return audit.audit(site, times=1)


def test_a_good_page_meets_every_goal_that_no_busy_machine_spoils(rows):
    assert audit.over("good/", rows["good/"], steady=True) == []


def test_what_depends_on_the_machine_is_left_out_if_asked(rows):
    found = audit.over("", rows[""], steady=True)
    assert not [text for text in found if text.startswith(("./: perf", "./: form"))]
    assert len(found) == len(audit.over("", rows[""])) - 2


def test_the_machine_is_measured_too(rows):
    assert all(row["machine"] > 0 for row in rows.values())


def test_a_page_that_moves_is_named(rows):
    (found,) = audit.over("shifts/", rows["shifts/"], steady=True)
    assert found.startswith("shifts/: shift 0.")


@pytest.mark.parametrize("goal", sorted({*audit.LEAST, *audit.MOST} - {"shift"}))
def test_each_goal_that_is_missed_is_named(rows, goal):
    found = audit.over("", rows[""])
    assert any(text.startswith(f"./: {goal} ") for text in found), found


def test_a_value_at_its_goal_is_good():
    row = {**audit.LEAST, **audit.MOST, "why": {}}
    assert audit.over("x/", row) == []
    for name in row.keys() - {"why"}:
        worse = row[name] - 1 if name in audit.LEAST else row[name] + 0.001
        assert len(audit.over("x/", {**row, name: worse})) == 1


def test_the_table_has_a_row_a_page():
    row = {**audit.LEAST, **audit.MOST}
    assert len(audit.table({"": row, "x/": row}).splitlines()) == 3


def test_nothing_is_left_to_typeset_on_the_page_that_is_compared():
    page = audit.untypeset(GOOD.encode()).decode()
    assert "<math" not in page
    assert "<code>x</code>" in page
