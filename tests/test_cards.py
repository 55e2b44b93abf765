"""Guards of the line under a snippet: how to have it, and what is known of it."""

import json

from bs4 import BeautifulSoup

from book import cards, outputs, tree
from book.runner import ROOT

FACTS = {
    "seconds": 1.25,
    "date": "2026-11-26",
    "packages": {"torch": "2.13.0"},
    "versions": {"Python": "3.11.7", "torch": "2.13.0"},
}
BLOCK = (
    '<div class="language-python highlight"><span class="filename">'
    "snippets/part/chapter/sums.py</span><pre><code>x</code></pre></div>"
)
OUTPUT = (
    '\n<div class="language-text no-copy highlight">'
    '<span class="filename">Output</span><pre><code>1</code></pre></div>'
)


def test_the_card_stands_under_the_output_and_says_what_is_known():
    name = "part/chapter/sums.py"
    for block in (BLOCK, BLOCK + OUTPUT):
        text = cards.add(f"<p>a</p>{block}<p>b</p>", {name: FACTS})
        assert text.startswith(f"<p>a</p>{block}\n<div class=")
        assert text.endswith("</div><p>b</p>")
        card = BeautifulSoup(text, "html.parser").select_one(".card")
        links = [a["href"] for a in card.select("a")]
        base = "../../downloads/part/chapter/sums"
        assert links == [f"{base}.py", f"{base}.ipynb", f"{base}.py"]
        assert card.code.text == "pip install torch==2.13.0"
        assert card.time["datetime"] == "2026-11-26"
        assert "1.2 s on one core" in card.text
        assert "with Python 3.11.7, torch 2.13.0" in card.text


def test_a_block_that_is_no_snippet_or_of_which_nothing_is_known_has_no_card():
    assert cards.add(BLOCK, {}) == BLOCK
    other = BLOCK.replace("snippets/", "elsewhere/")
    assert cards.add(other, {"part/chapter/sums.py": FACTS}) == other


def test_every_snippet_of_the_book_has_a_line_that_installs_what_it_imports():
    report = outputs.build(ROOT)
    assert not report.errors
    facts = json.loads((ROOT / ".cache/outputs/snippets.json").read_text())
    sources = tree.snippets(ROOT)
    assert facts.keys() == sources.keys()
    for name, source in sources.items():
        asks = b"import torch" in source or b"from torch" in source
        assert ("torch" in facts[name]["packages"]) == asks
        assert all("+" not in v for v in facts[name]["packages"].values())


def test_the_small_book_has_a_card_whose_downloads_are_there(book):
    run = book.build()
    assert run.returncode == 0, run.stderr
    page = book.site / "part/chapter/index.html"
    (card,) = BeautifulSoup(page.read_text(), "html.parser").select(".card")
    for link in card.select("a"):
        assert (page.parent / link["href"]).resolve().exists()
    assert "pip install matplotlib==" in card.code.text
