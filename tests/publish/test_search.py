"""Guards of what is added to the index of the search."""

import json

import pytest

from book.publish import search

PAGE = """<h1 id="a" data-search-also="batch normalization">A</h1>
<h2 id="b">B</h2><h3 data-search-also="update_bn" id="c">C</h3>"""


def test_headings_say_what_else_they_are_called():
    assert search.also(PAGE, "part/a/") == {
        "part/a/": "batch normalization",
        "part/a/#c": "update_bn",
    }
    assert search.also("<h1 id='a'>A</h1>", "part/a/") == {}


def test_words_are_known_by_their_american_spelling():
    text = "Normalisation, an optimiser initialises; a noise, an exercise, otherwise."
    assert search.american(text) == ["initializes", "normalization", "optimizer"]


def index(path, *entries):
    docs = [{"location": a, "title": t, "text": x} for a, t, x in entries]
    path.write_text(json.dumps({"config": {}, "docs": docs}), encoding="utf-8")
    return path


def test_the_index_has_the_other_names_and_spellings(tmp_path):
    path = index(
        tmp_path / "index.json", ("a/", "A", "<p>x</p>"), ("a/#b", "Normaliser", "")
    )
    search.amend(path, {"a/": "BN, é"})
    docs = json.loads(path.read_text(encoding="utf-8"))["docs"]
    assert docs == [
        {"location": "a/", "title": "A (BN, é)", "text": "<p>x</p>"},
        {"location": "a/#b", "title": "Normaliser", "text": "<p>(normalizer)</p>"},
    ]


def test_a_name_for_what_is_not_in_the_index_is_an_error(tmp_path):
    path = index(tmp_path / "index.json", ("a/", "A", ""))
    with pytest.raises(LookupError, match="does not know a/#b"):
        search.amend(path, {"a/#b": "BN"})


def test_the_worker_is_mended_once_and_another_version_is_named(tmp_path):
    path = tmp_path / "assets/javascripts/workers/search.0.min.js"
    path.parent.mkdir(parents=True)
    path.write_text(f"x;{search.JOINED}}}y")
    for _ in range(2):
        search.mend_worker(tmp_path)
        assert path.read_text() == f"x;{search.APART}}}y"
    path.write_text("x")
    with pytest.raises(LookupError, match="another version"):
        search.mend_worker(tmp_path)
