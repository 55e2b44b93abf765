"""Guards of book/runner.py: fresh processes, and a cache that is always right."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from book import outputs, runner, tree
from tests.conftest import ROOT

NAME = "part/chapter/name.py"


@pytest.fixture(scope="module", autouse=True)
def _server():
    runner.warm_up()  # with all that any snippet of these tests needs


@pytest.fixture
def store(tmp_path):
    return runner.Store(tmp_path / "cache" / "runs")


def run(text, store, **options):
    """Run one snippet; return its Result."""
    source = textwrap.dedent(text).encode()
    return runner.run({NAME: source}, store, **options)[NAME]


def test_a_snippet_is_main_in_an_empty_folder_on_one_thread(store):
    result = run(
        """
        import gc, os, sys, torch
        print(__name__, os.listdir("."), torch.get_num_threads(), len(sys.argv))
        print(gc.isenabled())
        print(os.path.basename(__file__), sys.modules["__main__"].__file__ == __file__)
        """,
        store,
    )
    assert result.stdout == "__main__ [] 1 1\nTrue\nname.py True\n"
    assert result.error == ""


def test_a_run_finds_nothing_of_the_run_before_it(store):
    text = """
        import torch, os
        print(torch.get_default_dtype(), os.listdir("."), os.environ.get("LEFT"))
        torch.set_default_dtype(torch.float64)
        os.environ["LEFT"] = "behind"
        open("left", "w").close()
        """
    runs = {f"{k}.py": textwrap.dedent(text).encode() + b"#" * k for k in range(4)}
    results = runner.run(runs, store, workers=1)
    assert {r.stdout for r in results.values()} == {"torch.float32 [] None\n"}


def test_what_it_writes_for_an_exploration_is_kept_and_nothing_else(store):
    text = """
        from pathlib import Path
        Path("name.json").write_text("[1]")
        Path("other.json").write_text("[2]")
        """
    result = run(text, store)
    assert result.data == "[1]"
    assert result.date == time.strftime("%Y-%m-%d")
    assert run("print(1)", store).data == ""


def test_a_snippet_cannot_import_the_book_or_what_lies_in_its_folder(store):
    result = run("import tests.conftest", store)
    assert "line 1: ModuleNotFoundError: No module named 'tests'" in result.error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n1 / 0", "line 2: ZeroDivisionError: division by zero"),
        ("def f():\n    1 / 0\n\nf()", "line 2: ZeroDivisionError"),
        ("import sys\nsys.exit(3)", "line 2: SystemExit: 3"),
        (
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
            "exit code -9",
        ),
        ("while True:\n    pass", "still running after 3 s: stopped"),
        ("import warnings\nwarnings.warn('old')", "it writes to stderr:\n"),
        (
            "import sys\nsys.stdout.buffer.write(b'\\xff')",
            "bytes that are not text",
        ),
        ("print('a\\x1b[1mb')", "control characters"),
        (
            "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
            "it draws a figure and does not show it: end with plt.show()",
        ),
        (
            "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()\n"
            "plt.plot([2])\nplt.show()",
            "line 5: RuntimeError: two figures under one name",
        ),
    ],
)
def test_a_bad_snippet_gets_an_error_that_names_it_and_is_not_cached(
    text, message, store
):
    result = run(text, store, limit=3)
    assert result.error.startswith(f"{NAME}: ")
    assert message in result.error
    assert not list(store.folder.glob("*"))


def test_a_snippet_that_swallows_the_time_limit_is_stopped_too(store):
    text = """
        import time
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
        """
    result = run(text, store, limit=1)
    assert "still running after 1 s: stopped" in result.error


def test_figures_are_the_same_to_the_byte_and_follow_the_theme(tmp_path):
    text = """
        \"\"\"Does it rise?\"\"\"
        import matplotlib.pyplot as plt
        fig, ax = plt.subplots()
        ax.plot([0, 1], color="C1", label="loss of <a>")
        ax.imshow([[0, 1]])
        ax.set_xlabel("step")
        plt.show()
        """
    stores = [runner.Store(tmp_path / str(k) / "runs") for k in (1, 2)]
    first, second = (run(text, store).svg for store in stores)
    assert first == second
    assert "var(--book-c1, #d55e00)" in first
    assert "currentColor" in first
    assert ">Does it rise?</title>" in first
    assert "Horizontal: step." in first
    assert ">step</text>" in first
    assert "<style" not in first
    assert "#000000" not in first


def test_a_sound_entry_is_not_run_again_and_a_damaged_one_is(store, tmp_path):
    mark = tmp_path / "mark"
    text = f"open({str(mark)!r}, 'a').write('x')\nprint('ran')"
    run(text, store)
    assert run(text, store).stdout == "ran\n"
    assert mark.read_text() == "x"
    (entry,) = store.folder.glob("*")
    whole = entry.read_bytes()
    for damage in (
        b"",
        whole[:-3],
        whole.replace(b"ran", b"RAN"),
        b"\xff\n{}",
    ):
        entry.write_bytes(damage)
        assert run(text, store).stdout == "ran\n"
    assert mark.read_text() == "xxxxx"


def test_the_key_tells_apart_all_that_a_result_depends_on(monkeypatch):
    keys = {runner.key(b"1"), runner.key(b"2")}
    variants = runner.variants(b"optim.")
    keys |= {runner.key(b"1", variant) for variant in variants}
    assert len(keys) == 1 + len(variants)
    before = runner.environment()
    runner.environment.cache_clear()
    monkeypatch.setattr(sys, "version", "4.0")
    assert runner.environment() != before
    runner.environment.cache_clear()
    monkeypatch.undo()
    assert runner.environment() == before
    runner.environment.cache_clear()
    monkeypatch.setattr(runner, "IMPORTED", ("torch",))
    assert runner.environment() != before  # other packages
    runner.environment.cache_clear()


def test_packages_are_what_a_snippet_may_import_and_what_that_needs():
    names = {package.split()[0] for package in runner.packages()}
    assert {"torch", "sympy", "mlxtend", "scikit-learn", "onnx"} <= names
    assert not {"mkdocs", "pytest", "playwright"} & names
    stems = sys.stdlib_module_names | {n.replace("-", "_") for n in names}
    for name, source in tree.snippets(ROOT).items():
        modules = {module.split(".")[0] for _, module in tree.imports(source)}
        assert modules <= stems, name


def test_what_no_snippet_uses_any_more_is_removed(book):
    outputs.build(book.root)
    cache = outputs.store(book.root)
    old = {p.name for p in cache.folder.glob("*")}
    book.replace(book.snippet, "three ones equal", "3 ones equal")
    book.write(".cache/outputs/part/gone/old.txt", "1\n")
    outputs.build(book.root)
    new = {p.name for p in cache.folder.glob("*")}
    assert len(old) == len(new) == 1
    assert old != new
    assert not (book.root / ".cache/outputs/part/gone/old.txt").exists()


def test_two_builds_at_once_both_end_well(cold_book):
    command = [sys.executable, "-m", "book", "run"]
    both = [
        subprocess.Popen(command, cwd=cold_book.root, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs_of = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs_of
    assert len(list((cold_book.root / ".cache/runs").glob("*"))) == 1
    assert not list((cold_book.root / ".cache/jobs").iterdir())


@pytest.mark.parametrize("moment", [0.5, 2.0, 4.0])
def test_a_build_killed_at_any_moment_leaves_the_next_one_right(book, moment):
    book.replace(book.snippet, "import torch", "import time\n\nimport torch")
    book.replace(book.snippet, "fig, ax", "time.sleep(1)\nfig, ax")
    command = [sys.executable, "-m", "book", "run"]
    process = subprocess.Popen(command, cwd=book.root, stdout=subprocess.DEVNULL)
    time.sleep(moment)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    report = outputs.build(book.root)
    assert (report.errors, report.differences) == ([], [])
    assert not list((book.root / ".cache/jobs").iterdir())
    assert not list((book.root / ".cache").rglob(".new-*"))


def test_the_perturbation_reaches_the_weights_and_changes_what_depends_on_them(
    store,
):
    text = """
        import torch
        torch.manual_seed(0)
        weight = torch.nn.Parameter(torch.randn(3, dtype=torch.float64))
        torch.optim.SGD([weight], lr=0.1)
        print(f"{weight.sum().item():.4f}")
        print(f"{weight.sum().item():.16f}")
        print(torch.rand(1).item())
        """
    plain = run(text, store)
    perturbed = run(text, store, variant=runner.PERTURBED)
    assert plain.perturbed == 0
    assert perturbed.perturbed == 3
    plain, perturbed = plain.stdout.splitlines(), perturbed.stdout.splitlines()
    assert plain[0] == perturbed[0]
    assert plain[1] != perturbed[1]  # a snippet that prints too many digits is seen
    assert plain[2] == perturbed[2]  # the snippet's own random numbers are not used


def test_variants_really_change_kernels_and_threads(store):
    text = "import sys, torch\nprint(torch.backends.cpu.get_cpu_capability())\n"
    text += "print(torch.get_num_threads(), 'book.runner' in sys.modules)  # optim."
    variants = runner.variants(text.encode())
    seen = [run(text, store, variant=v).stdout.split() for v in variants]
    best = seen[0][0]
    elsewhere = [
        [name.upper() or best, "2", str(number > 0)]
        for number, name in enumerate(runner.kernels() or [""])
    ]
    assert [best, "1", "True"] not in elsewhere
    assert seen == [[best, "1", "True"], *elsewhere, [best, "1", "True"]]
