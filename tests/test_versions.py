"""Guards of ``make versions``: another torch is asked for; what differs is named."""

import re

from book import ROOT
from book.run.cache import Store
from book.write import outputs
from tests import versions


def test_only_torch_is_not_pinned():
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    free = versions.unpinned(pins)
    changed = set(pins.splitlines()) ^ set(free.splitlines())
    assert changed == {"torch", *re.findall(r"^torch==.*", pins, re.MULTILINE)}


def test_what_prints_otherwise_is_named(book):
    store = outputs.store(book.root)
    assert versions.compare(book.root, store) == []
    book.output.write_text("sum 4\n")
    (found,) = versions.compare(book.root, store)
    assert found == "part/chapter/sums.py: prints other than its .txt"
    book.replace(book.snippet, "torch.ones", "torch.nothing")
    (found,) = versions.compare(book.root, Store(book.root / "runs"))
    assert found.startswith("part/chapter/sums.py: line 6: AttributeError")
