"""What would nobody notice? ``make bite`` alters programs, and tells.

Each program is altered, one small change at a time (``tests/alter.py`` says which),
and run. What raises, prints other than before or does not end was noticed. What does
none of it is listed: its program looks away there, or the change changes nothing that
is claimed. Then it is marked in ``tests/equivalent.toml``, with the reason:

    [[equivalent]]
    program = "depth/isometry/moments.py"
    before = "t = r = 1.0"
    after = "t = r = 2.0"  # or a list of several
    nth = 2  # which, of several with the same lines
    reason = "..."

A mark that fits no alteration any more is an error. What changes a figure, or the data
of an exploration, and nothing else is counted apart: a reader sees it, no check does.

Programs that a page names as the check of what it proves have to notice everything, the
others all but 2 in 100. By default a sample of the whole book is taken, which the
commit chooses; it says what it finds, and fails nothing, as another would find other
things. Verdicts are kept in ``.cache/bite``, by the altered source.
"""

import argparse
import random
import re
import resource
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path, PurePosixPath

from book import ROOT
from book.model import Book
from book.render import blocks
from book.run import pool
from book.run.cache import Store, key
from book.write import outputs
from tests.alter import alterations

MARKS = Path(__file__).with_name("equivalent.toml")
SAMPLE = 200  # alterations
MOST = {True: 0, False: 2}  # in 100 unnoticed: in checks of what is proved, in others
KEPT = 20  # verdicts are kept after so many runs: what is stopped has to go on
MEMORY = 2**33  # bytes a process: an altered number may ask for more than there is
PROVED = ("proved", "derived")  # kinds of evidence: see book/render/blocks.py
VERDICTS = ("error", "late", "output", "figure", "unnoticed", "equivalent")


def checks(book):
    """Return the programs that a page names as the check of what it proves.

    That is a row of its evidence which begins with Proved or Derived, but not what the
    row says is only measured.
    """
    found = set()
    for page, text in book.texts.items():
        for row in re.findall(r"^\| .* \| (.*) \|$", text, re.MULTILINE):
            if blocks.EVIDENCE.get(re.match(r"\w*", row)[0]) not in PROVED:
                continue
            for clause in row.split(";"):
                if "measured" in clause and "checked" not in clause:
                    continue
                names = re.findall(r"`(\w+\.py)`", clause)
                found |= {f"{page.removesuffix('.md')}/{name}" for name in names}
    return found & set(book.sources)


def marked(path, sources):
    """Return the places (see ``_place``) that ``path`` marks, and what is wrong."""
    marks, wrong = set(), []
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    entries = tomllib.loads(text).get("equivalent", [])
    programs = {entry.get("program") for entry in entries} & set(sources)
    known = {_place(a) for p in programs for a in alterations(p, sources[p])}
    for entry in entries:
        after, nth = entry.get("after", ""), entry.get("nth", 1)
        for one in [after] if isinstance(after, str) else after:
            lines = entry.get("program"), entry.get("before"), one
            if (*lines, nth) not in known:
                wrong.append(f"{path.name}: no alteration is this any more: {entry}")
            elif not entry.get("reason") or (*lines, nth) in marks:
                wrong.append(f"{path.name}: no reason, or marked twice: {entry}")
            elif "nth" not in entry and (*lines, 2) in known:
                wrong.append(f"{path.name}: there are several, say nth: {entry}")
            marks.add((*lines, nth))
    return marks, wrong


def _place(alteration):
    return alteration.program, alteration.before, alteration.after, alteration.nth


def results(sources, store, limit, workers=None):
    """Run ``sources`` (name to bytes); return the Result of each, failed ones too.

    The store keeps them all, with digests in the place of figures.
    """
    keys = {name: key(source) for name, source in sources.items()}
    found = {name: store.get(key) for name, key in keys.items()}
    new = [name for name in sources if found[name] is None]
    for k in range(0, len(new), KEPT):
        some = {name: sources[name] for name in new[k : k + KEPT]}
        with tempfile.TemporaryDirectory() as folder:
            passing = Store(Path(folder, "runs"))
            ran = pool.run(some, passing, limit=limit, workers=workers)
        for name, result in ran.items():
            found[name] = digested(result, sources[name])
            store.put(keys[name], found[name])
    return found


def digested(result, source):
    """Return ``result`` with digests of what ``source`` (bytes) draws and writes."""
    prefix = f"f{sha256(source).hexdigest()[:8]}"  # of ids: see book/run/figure.py
    drawn = result.svg.replace(prefix, "f") + "\0" + result.data
    return replace(result, svg=sha256(drawn.encode()).hexdigest(), data="")


def verdict(plain, altered):
    """Return which of VERDICTS an altered Result is, beside that of the program."""
    if altered.error:
        return "late" if ": still running after" in altered.error else "error"
    if altered.stdout != plain.stdout:
        return "output"
    return "figure" if altered.svg != plain.svg else "unnoticed"


def bite(root, chosen, marks, store, workers=None):
    """Run the alterations ``chosen``, in the order of programs.

    Yields
    ------
    program, list of (Alteration, verdict)
    """
    sources, runs = Book.read(root).sources, outputs.store(root)
    for program, group in groupby(chosen, key=lambda a: a.program):
        source, some = sources[program], list(group)
        new = [a for a in some if _place(a) not in marks]
        built = runs.get(key(source))
        if built:
            plain = digested(built, source)
        else:
            plain = results({program: source}, store, pool.TIME_LIMIT)[program]
        if plain.error:
            sys.exit(f"it fails before it is altered: {plain.error}")
        name = PurePosixPath(program).name
        altered = {f"{k}/{name}": a.source for k, a in enumerate(new)}
        ran = results(altered, store, 3 * plain.seconds + 5, workers)
        said = [verdict(plain, result) for result in ran.values()]
        found = dict(zip(new, said, strict=True))
        yield program, [(a, found.get(a, "equivalent")) for a in some]


def table(rows):
    """Return the lines of a table; ``rows`` is name to Counter of VERDICTS."""
    width = max(map(len, rows), default=0)
    head = ("tried", *VERDICTS)
    lines = [" " * width + "".join(f"{name:>12}" for name in head)]
    for name, count in rows.items():
        cells = (count.total() - count["equivalent"], *(count[v] for v in VERDICTS))
        lines.append(f"{name:{width}}" + "".join(f"{cell:12}" for cell in cells))
    return lines


def report(found, proofs):
    """Return the lines of a report, and whether the goals are met.

    ``found`` is program to list of (Alteration, verdict); ``proofs`` are of ``checks``.
    """
    lines, met = [], True
    for some in found.values():
        for alteration, said in some:
            if said == "unnoticed":
                where = f"snippets/{alteration.program}:{alteration.line}"
                nth = f" (nth = {alteration.nth})" if alteration.nth > 1 else ""
                lines += [f"{where}: {alteration.operator}{nth}"]
                lines += [f"  - {alteration.before}", f"  + {alteration.after}"]
    rows = {name: Counter(said for _, said in some) for name, some in found.items()}
    kinds = {True: "checks of what is proved", False: "others"}
    totals, goals = {}, []
    for kind, name in kinds.items():
        some = [count for p, count in rows.items() if (p in proofs) == kind]
        count = sum(some, Counter())
        tried, missed = count.total() - count["equivalent"], count["unnoticed"]
        totals[f"{name} ({len(some)})"] = count
        good = 100 * missed <= MOST[kind] * tried
        met = met and good
        goals.append(
            f"goal for {name}, at most {MOST[kind]} in 100 unnoticed: "
            f"{missed} of {tried}, {'met' if good else 'missed'}"
        )
    lines += ["", *table(rows), "", *table(totals), *goals]
    return lines, met


@contextmanager
def bounded():
    """Let processes that are started here have MEMORY at most."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = MEMORY if before[1] < 0 else min(MEMORY, before[1])
    resource.setrlimit(resource.RLIMIT_DATA, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def commit(root):
    """Return the commit of HEAD, or "" outside of a repository."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def main(arguments=None, root=ROOT, path=MARKS):
    """Alter, run and report; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bite")
    parser.add_argument("program", nargs="*", help="path below snippets/")
    parser.add_argument("--all", action="store_true", help="every alteration")
    parser.add_argument("--count", type=int, default=SAMPLE, help="how many otherwise")
    parser.add_argument("--seed", default=commit(root), help="of the sample")
    parser.add_argument("--workers", type=int, help="how many at once")
    options = parser.parse_args(arguments)
    book = Book.read(root)
    sources = book.sources
    marks, wrong = marked(path, sources)
    programs = [name.removeprefix("snippets/") for name in options.program]
    wrong += [f"no such program: {name}" for name in programs if name not in sources]
    if wrong:
        sys.exit("\n".join(wrong))
    chosen = [a for p in programs or sources for a in alterations(p, sources[p])]
    if not (programs or options.all):
        count = min(options.count, len(chosen))
        drawn = random.Random(options.seed).sample(range(len(chosen)), count)
        chosen = [chosen[k] for k in sorted(drawn)]
    store = Store(Path(root) / ".cache" / "bite")
    with bounded():
        pool.warm_up()
    found = {}
    for program, some in bite(root, chosen, marks, store, options.workers):
        found[program] = some
        print(f"{program}: {len(some)} alterations", flush=True)
    lines, met = report(found, checks(book))
    print("\n".join(lines))
    return 0 if met or not (programs or options.all) else 1


if __name__ == "__main__":
    sys.exit(main())
