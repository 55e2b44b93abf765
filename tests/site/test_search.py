"""Guards of the search: who types what he would ask finds the page that answers."""

import json
import tomllib

import pytest

from book import ROOT
from book.publish import search

QUERIES = tomllib.loads((ROOT / "tests/site/queries.toml").read_text("utf-8"))
BEST, WITHIN = 0.75, 0.95  # of the queries: first, and among the first three

# Ask Material's own worker, as its page does; the locations of each answer, best first.
ASK = """async ([script, index, queries]) => {
  const worker = new Worker(script);
  const ask = (type, data) => new Promise(done => {
    worker.onmessage = ({ data }) => done(data.data);
    worker.postMessage({ type, data });
  });
  await ask(0, { ...index, options: { suggest: false } });
  const found = [];
  for (const query of queries) {
    const { items } = await ask(2, query);
    found.push(items.map(item => item.map(entry => entry.location)));
  }
  worker.terminate();
  return found;
}"""


@pytest.fixture
def index(site):
    return json.loads((site / "search/search_index.json").read_text("utf-8"))


@pytest.fixture
def ask(site, chromium, address):
    """Return a function that asks the search of the site, with an index."""
    (script,) = site.glob("assets/javascripts/workers/search.*.js")
    tab = chromium.new_page()
    tab.goto(address)

    def answers(index, queries=QUERIES):
        place = f"{address}{script.relative_to(site).as_posix()}"
        return tab.evaluate(ASK, [place, index, list(queries)])

    return answers


def places(found):
    """Return for each query at which place a right page comes: 1, 2, ..., or 0."""
    ranks = {}
    for (query, right), answer in zip(QUERIES.items(), found, strict=True):
        good = [
            any(each.startswith(tuple(right)) for each in item[:3]) for item in answer
        ]
        ranks[query] = good.index(True) + 1 if any(good) else 0
    return ranks


def good(ranks):
    """Tell whether enough queries find a right page first, and among three."""
    first = sum(rank == 1 for rank in ranks.values())
    three = sum(0 < rank < 4 for rank in ranks.values())
    return first >= BEST * len(ranks) and three >= WITHIN * len(ranks)


def test_who_types_what_he_would_ask_finds_the_answer(ask, index):
    found = ask(index)
    assert [q for q, answer in zip(QUERIES, found, strict=True) if not answer] == []
    ranks = places(found)
    assert good(ranks), ranks


def test_without_its_other_names_the_search_is_found_wanting(ask, index):
    for entry in index["docs"]:
        entry["title"] = entry["title"].partition(" (")[0]
        if entry["location"].startswith("practice/questions/"):
            entry["title"] = ""
    assert not good(places(ask(index)))


def test_a_number_is_no_reason_to_find_nothing(ask, index):
    # The search is built on lunr, which mixes words up that hold many digits: in the
    # text by which it tells sets of words apart, letters and numbers run together.
    queries = [f"{number} size" for number in range(60)]
    found = ask(index, queries)
    assert [q for q, answer in zip(queries, found, strict=True) if not answer] == []


def test_american_spellings_are_in_the_index(index):
    texts = " ".join(entry["text"] for entry in index["docs"])
    assert search.american(texts)
    assert "(normalization" in texts
