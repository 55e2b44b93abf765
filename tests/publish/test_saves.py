"""Guards of ``mkdocs serve``: what is saved is shown, and nothing else is built."""

from pathlib import Path

import pytest
from mkdocs.commands.serve import serve

from book.publish import saves
from tests.conftest import free_port, unchanged

GLOSSARY = "# Glossary\n\nLoss\n:   A number.\n"
OTHER = "# Other\n\nThe loss falls.\n\n**Exercise 1.** Why?\n"
INDEX = '# Figures\n\n--8<-- "reference/figures.md"\n'


class Saves:
    """In the place of MkDocs' server: it builds when it is told that one has saved."""

    def __init__(self, builder, root, **_):
        self.builder, self.root = builder, Path(root)

    def watch(self, path):
        """Watch nothing: the test says when something is saved."""

    def shutdown(self):
        """End nothing."""

    def page(self, name="part/chapter"):
        """Return the page that is served now."""
        path = self.root / name / "index.html"
        return path.read_text() if path.exists() else ""

    def built(self):
        """Build; return the pages that were written, by their folders."""
        before = {p: p.stat().st_mtime_ns for p in self.root.rglob("index.html")}
        self.builder()
        after = {p: p.stat().st_mtime_ns for p in self.root.rglob("index.html")}
        changed = [p for p in after if after[p] != before.get(p)]
        return sorted(p.parent.relative_to(self.root).as_posix() for p in changed)


@pytest.fixture
def serving(book, monkeypatch):
    """Return a function that serves the small book while it calls another."""

    def run(do):
        served = []

        def serve_once(server, **_):
            do(server)
            served.append(server)

        monkeypatch.setenv("CI", "false")  # there a warning ends a build
        monkeypatch.setattr(Saves, "serve", serve_once, raising=False)
        monkeypatch.setattr("mkdocs.commands.serve.LiveReloadServer", Saves)
        with unchanged():
            serve(str(book.root / "mkdocs.yml"), dev_addr=f"127.0.0.1:{free_port()}")
        assert served

    return run


def test_what_is_saved_is_shown_and_what_is_broken_is_not(
    book, serving, monkeypatch, caplog
):
    def saved(server):
        assert "<code>sum 3" in server.page()

        book.replace(book.page, "It rises.", "It climbs.")
        server.builder()
        assert "It climbs." in server.page()
        assert not [r for r in caplog.records if r.levelname == "WARNING"]

        book.replace(book.snippet, "sum {", "total {")
        server.builder()
        assert "<code>total 3" in server.page()
        (warning,) = [r.message for r in caplog.records if r.levelname == "WARNING"]
        assert warning.startswith("snippets/part/chapter/sums.txt is not what")
        assert "-sum 3\n+total 3\n" in warning

        book.replace(book.snippet, "torch.ones", "torch.nothing")
        server.builder()
        assert "<code>total 3" in server.page()
        errors = [r.message for r in caplog.records if r.levelname == "ERROR"]
        assert "snippets/part/chapter/sums.py: line 6: AttributeError" in errors[0]
        assert "The site is still the one from before" in errors[-1]
        assert "Traceback" not in caplog.text

        book.replace(book.snippet, "torch.nothing", "torch.ones")
        server.builder()
        assert "<code>total 3" in server.page()

        # An error of ours is none of the author's.
        monkeypatch.setattr("mkdocs.commands.build._build_page", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            server.builder()

    serving(saved)


def test_only_what_a_save_has_changed_is_built_again(book, serving, monkeypatch):
    glossary = book.write("docs/reference/glossary.md", GLOSSARY)
    other = book.write("docs/part/other.md", OTHER)
    book.write("docs/reference/figures.md", INDEX)
    config = book.root / "mkdocs.yml"
    more = "part/other.md, reference/glossary.md, reference/figures.md]"
    book.replace(config, "part/chapter.md]", f"part/chapter.md, {more}")
    template = book.write("theme/main.html", "one")
    monkeypatch.setattr(saves, "THEME", template.parent)
    everything = [".", "part/chapter", "part/other"]
    everything += ["reference/figures", "reference/glossary"]

    def saved(server):
        index = (server.root / "search/search_index.json").read_bytes()
        assert server.built() == []

        book.replace(other, "falls", "rises")
        assert server.built() == ["part/other"]
        assert "rises" in server.page("part/other")
        assert 'class="md-search' in server.page("part/other")

        book.replace(book.snippet, "sum {", "total {")
        assert server.built() == ["part/chapter"]
        book.replace(book.snippet, '"step"', '"time"')
        assert server.built() == ["part/chapter"]
        assert ">time<" in server.page()

        # The index of figures has the captions of other pages.
        book.replace(book.page, "It rises.", "It climbs.")
        assert server.built() == ["part/chapter", "reference/figures"]
        assert "It climbs." in server.page("reference/figures")

        book.replace(glossary, "A number.", "A sum.")
        assert server.built() == ["reference/glossary"]
        book.replace(glossary, "Loss\n", "Rises\n")
        assert server.built() == everything
        assert "term-rises" in server.page("part/other")

        book.replace(template, "one", "two")
        assert server.built() == everything
        book.replace(config, "site_name: Internal", "site_name: An internal")
        assert server.built() == everything
        book.replace(config, "[index.md, part/chapter.md, part/other.md", "[index.md")
        assert server.built() == everything

        # The search knows the pages as they were.
        assert (server.root / "search/search_index.json").read_bytes() == index

    serving(saved)


def test_a_page_that_could_not_be_built_is_built_with_the_next_save(
    book, serving, caplog
):
    def saved(server):
        book.replace(book.page, "It rises.", "It climbs. $\\nothing{x}$")
        assert server.built() == []
        assert "'part/chapter.md': MathJax cannot read" in caplog.text
        assert "The site is still the one from before" in caplog.text
        assert "It rises." in server.page()
        book.replace(book.page, "\\nothing{x}", "x")
        assert "part/chapter" in server.built()
        assert "It climbs." in server.page()

    serving(saved)
