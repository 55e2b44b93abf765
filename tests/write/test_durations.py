"""Guards of the times that pages show: rough, committed, the same in each build."""

import pytest

from book import ROOT, model
from book.run.cache import Result
from book.write import durations, outputs
from tests.conftest import Book

NAME = "part/chapter/sums.py"


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(0.0, 1), (0.9, 1), (1.3, 1), (1.6, 2), (3.4, 5), (14, 10), (15, 20), (500, 100)],
)
def test_a_time_has_one_digit(seconds, step):
    assert durations.nearest(seconds) == step


def test_a_committed_time_stays_unless_the_program_prints_something_new():
    known = {"same": 5, "altered": 2, "gone": 1}
    measured = {"same": 50.0, "altered": 6.5, "new": 0.2}
    assert durations.renewed(known, measured, {"altered"}) == {
        "same": 5,
        "altered": 5,
        "new": 1,
    }


def test_every_program_has_a_time():
    assert durations.read(ROOT).keys() == model.Book.read(ROOT).snippets.keys()


def test_accept_writes_the_times(book):
    report = outputs.build(book.root)
    path = book.root / durations.FILE
    assert outputs.accept(report.book, report.results) == [path]
    assert durations.read(book.root) == {NAME: 1}
    assert outputs.accept(report.book, report.results) == []
    # Of a program that fails nothing is known but what is written already.
    assert outputs.accept(report.book, {NAME: Result(error="failed")}) == []
    run = book.build()
    assert run.returncode == 0, run.stderr
    assert "under 1 s" in (book.site / "part/chapter/index.html").read_text()


def test_two_builds_of_one_commit_are_the_same_to_the_byte(tmp_path, runs, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    found = []
    for k, cache in enumerate((runs, None)):  # one that has run, one that has not
        book = Book(tmp_path / f"{k}" / "book", cache)
        book.write(durations.FILE, f'"{NAME}" = 2\n')
        index = '# All snippets\n\n--8<-- "reference/snippets.md"\n'
        book.write("docs/reference/snippets.md", index)
        config = book.root / "mkdocs.yml"
        book.replace(config, "chapter.md]", "chapter.md, reference/snippets.md]")
        run = book.build()
        assert run.returncode == 0, run.stderr
        paths = [path for path in book.site.rglob("*") if path.is_file()]
        found.append({p.relative_to(book.site): p.read_bytes() for p in paths})
    page = found[0][next(p for p in found[0] if p.parent.name == "chapter")].decode()
    assert "takes about 2 s on one core. Last verified on" in page
    assert "2023-11-14" in page
    assert {p for p in found[0] if found[0][p] != found[1].get(p)} == set()
    assert found[0].keys() == found[1].keys()
