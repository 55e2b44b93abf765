"""Guards of book/run: fresh processes, and a cache that is always right."""

import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from book.model import Book
from book.run import cache, child, pool
from book.run.cache import Store, key, packages
from book.run.variants import PERTURBED, PLAIN, processor, trains, variants_of
from book.write import outputs
from tests.conftest import ROOT

NAME = "part/chapter/name.py"


@pytest.fixture(scope="module", autouse=True)
def _server():
    pool.warm_up()  # with all that any snippet of these tests needs


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache" / "runs")


def run(text, store, **options):
    """Run one snippet; return its Result."""
    source = textwrap.dedent(text).encode()
    return pool.run({NAME: source}, store, **options)[NAME]


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
    results = pool.run(runs, store, workers=1)
    assert {r.stdout for r in results.values()} == {"torch.float32 [] None\n"}


def test_what_it_writes_for_an_exploration_is_kept_and_nothing_else(store):
    text = """
        from pathlib import Path
        Path("name.json").write_text("[1]")
        Path("other.json").write_text("[2]")
        """
    days = {time.strftime("%Y-%m-%d")}
    result = run(text, store)
    days.add(time.strftime("%Y-%m-%d"))  # midnight may have come
    assert result.data == "[1]"
    assert result.date in days
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
        ("import warnings\nwarnings.warn('old')", "it writes to stderr:\n"),
        (
            "import sys\nsys.stdout.buffer.write(b'\\xff')",
            "bytes that are not text",
        ),
        ("print('a\\x1b[1mb')", "control characters"),
        ("print('x\\n' * 1000)", "it prints 1001 lines: a page shows 1000 at most"),
        (
            "file = open('x', 'wb')\nwhile True:\n    file.write(bytes(2**20))",
            "line 3: OSError: [Errno 27] File too large",
        ),
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
    result = run(text, store)
    assert result.error.startswith(f"{NAME}: ")
    assert message in result.error
    assert not list(store.folder.glob("*"))


STOPPED = f"{NAME}: still running after {{}} s of computing: stopped"


def test_a_snippet_that_never_ends_is_stopped(store):
    result = run("while True:\n    pass", store, limit=1)
    assert result.error == STOPPED.format(1)


def test_a_snippet_that_swallows_the_time_limit_is_stopped_too(store):
    text = """
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """
    assert run(text, store, limit=1).error == STOPPED.format(1)


def test_a_snippet_that_waits_for_nothing_is_stopped_too(store):
    result = run("import time\ntime.sleep(10**6)", store, limit=0.1)
    assert result.error == STOPPED.format(0.1)


def test_a_snippet_that_waits_for_nothing_outlives_no_build(store):
    # Whoever runs it may be killed, and can stop nothing then.
    text = """
        import signal
        print(*signal.getitimer(signal.ITIMER_REAL))
        """
    left, again = map(float, run(text, store, limit=60).stdout.split())
    assert 0 < left <= child.PATIENCE * 60
    assert again == 0


def test_a_busy_machine_stops_no_snippet(store):
    # It takes more than its limit on the clock, as if others had the core meanwhile.
    text = "import time\ntime.sleep(1.2)\nprint('done')"
    result = run(text, store, limit=1)
    assert (result.error, result.stdout) == ("", "done\n")
    assert result.seconds < 1  # what a card shows is time of a core, too


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
    stores = [Store(tmp_path / str(k) / "runs") for k in (1, 2)]
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


@pytest.fixture
def environment():
    """Return what hashes the environment anew at each call."""
    cache.environment.cache_clear()
    yield cache.environment.__wrapped__
    cache.environment.cache_clear()


def test_the_key_tells_apart_all_that_a_result_depends_on(environment, monkeypatch):
    keys = {key(b"1"), key(b"2")}
    variants = variants_of(b"optim.")
    keys |= {key(b"1", variant) for variant in variants}
    assert len(keys) == 1 + len(variants)
    before = environment()
    assert environment() == before
    model, kernels = processor()
    for owner, name, value in (
        (sys, "version", "4.0"),
        (cache, "IMPORTED", ("torch",)),  # other packages
        (cache, "processor", lambda: (model, (*kernels, "avx1024"))),
        (cache, "processor", lambda: ("another", kernels)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, value)
            assert environment() != before


def test_the_key_changes_with_all_that_runs_in_a_snippets_process(
    environment, monkeypatch, tmp_path
):
    copy = shutil.copytree(Path(cache.__file__).parent, tmp_path / "run")
    monkeypatch.setattr(cache, "__file__", str(copy / "cache.py"))
    before = environment()
    names = ["child", "figure", "pool", "preload", "preload_mnist", "svg", "variables"]
    for name in (f"{name}.py" for name in names):
        (copy / name).write_text("# other\n" + (copy / name).read_text())
        after = environment()
        assert after != before, name
        before = after


def test_what_only_takes_from_swa_utils_makes_no_optimiser():
    assert trains(b"torch.optim.SGD(model.parameters(), lr=0.1)")
    assert not trains(b"from torch.optim.swa_utils import update_bn")


def test_packages_are_what_a_snippet_may_import_and_what_that_needs():
    names = {package.split()[0] for package in packages()}
    assert {"torch", "sympy", "mlxtend", "scikit-learn", "onnx"} <= names
    assert not {"mkdocs", "pytest", "playwright"} & names
    stems = sys.stdlib_module_names | {n.replace("-", "_") for n in names}
    for path, snippet in Book.read(ROOT).snippets.items():
        modules = {module.split(".")[0] for _, module in snippet.imports}
        assert modules <= stems, path


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


# It ends itself, as if it had been killed, when it comes to the function that it is
# given.
KILLED = """
import os, runpy, signal, sys
from pkgutil import resolve_name

owner, name = sys.argv[1].rsplit(".", 1)
kill = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
setattr(resolve_name(owner), name, kill)
sys.argv = ["book", "run"]
runpy.run_module("book", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    "moment",
    [
        "multiprocessing.process:BaseProcess.start",  # nothing has run
        "book.run.pool.wait",  # a snippet runs
        "book.run.cache:Store.put",  # it has run
        "os.replace",  # a result is written, and not in its place
        "book.write.outputs._write",  # it is there, and no output
    ],
)
def test_a_build_killed_at_any_moment_leaves_the_next_one_right(book, moment):
    book.replace(book.snippet, "import torch", "import time\n\nimport torch")
    book.write("killed.py", KILLED)
    run = book.run("killed", moment)
    assert run.returncode == -signal.SIGKILL, run.stderr
    report = outputs.build(book.root)
    assert (report.errors, report.differences) == ([], [])
    assert not list((book.root / ".cache/jobs").iterdir())
    assert not list((book.root / ".cache").rglob(".new-*"))


def test_what_a_snippet_starts_runs_and_ends_with_it(store, tmp_path):
    text = f"""
        import os, subprocess, torch
        child = subprocess.Popen(["sleep", "1000"])
        with open({str(tmp_path / "child")!r}, "w") as file:
            print(child.pid, file=file)
        data = torch.utils.data.TensorDataset(torch.arange(6.0))
        loader = torch.utils.data.DataLoader(data, batch_size=3, num_workers=2)
        print([batch.sum().item() for (batch,) in loader])
        """
    result = run(text, store)
    assert (result.error, result.stdout) == ("", "[3.0, 12.0]\n")
    child = int((tmp_path / "child").read_text())
    # Nobody waits for it any more: it is gone, or dead and not yet taken away.
    with suppress(psutil.NoSuchProcess):
        assert psutil.Process(child).wait(60) is None


def test_the_authors_environment_does_not_reach_a_snippet(book):
    book.write("elsewhere/onnx.py", "raise SystemExit('shadowed')\n")
    text = """
        import os
        import sys

        import onnx
        import torch

        assert onnx.__version__
        print("sum 3", sys.flags.optimize, sys.flags.dev_mode, sys.warnoptions)
        print(os.environ.get("TORCH_SHOW"), torch.get_num_threads())
        print([path for path in sys.path if "elsewhere" in path])
        assert torch.ones(3).sum() == 4, "assertions count"
        """
    book.snippet.write_text('"""Is it promised?"""\n' + textwrap.dedent(text))
    book.output.write_text("sum 3 0 False []\nNone 1\n[]\n")
    page = book.page.read_text()
    book.page.write_text(page[: page.index("<figure")])
    theirs = {
        "PYTHONPATH": str(book.root / "elsewhere"),
        "PYTHONOPTIMIZE": "1",
        "PYTHONWARNINGS": "default",
        "PYTHONDEVMODE": "1",
        "PYTHONHASHSEED": "7",
        "MPLBACKEND": "no_such_backend",
        "OMP_NUM_THREADS": "2",
        "TORCH_SHOW": "1",
    }
    run = book.run("book", "run", **theirs)
    assert "line 13: AssertionError: assertions count" in run.stderr
    book.replace(book.snippet, "== 4", "== 3")
    run = book.run("book", "run", **theirs)
    assert (run.returncode, run.stderr) == (0, "")


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
    perturbed = run(text, store, variant=PERTURBED)
    assert plain.perturbed == 0
    assert perturbed.perturbed == 3
    plain, perturbed = plain.stdout.splitlines(), perturbed.stdout.splitlines()
    assert plain[0] == perturbed[0]
    assert plain[1] != perturbed[1]  # a snippet that prints too many digits is seen
    assert plain[2] == perturbed[2]  # the snippet's own random numbers are not used


def test_variants_really_change_kernels_and_threads(store):
    text = """
        import sys, torch
        capability = torch.backends.cpu.get_cpu_capability()
        threads = torch.get_num_threads()
        print(capability, threads, "book.run.child" in sys.modules)  # optim.
        """
    source = textwrap.dedent(text).encode()
    seen = {}
    for way in variants_of(source):
        result = pool.run({NAME: source}, store, variant=way)[NAME]
        seen[way] = result.stdout.split()
    best = seen[PLAIN][0]
    for way, found in seen.items():
        name = way.capability.upper() or best
        assert found == [name, str(way.threads), str(not way.alone)], way
