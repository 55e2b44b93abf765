"""Guards of the rooms of ``book/``: what a room imports, its docstring says."""

import ast
import re
import shutil

from book import ROOT

DOOR = ("__init__", "__main__")  # they open every room
MODEL = ("model", "law")  # files at the door that are a room


def room_of(module):
    """Return in which room a module of the book, "book.run.pool", stands."""
    first = module.split(".")[1]
    return "model" if first in MODEL else first


def imports(path):
    """Yield the modules of the book that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (n for n in names if n.startswith("book.") and n != "book.ROOT")


def arrows(book):
    """Return the rooms below ``book`` (a path): to those that each may import.

    And what goes against that: (file, module) of each import that no docstring allows.
    """
    allowed, wrong = {}, []
    for file in [book / "model.py", *book.glob("*/__init__.py")]:
        line = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
        said = re.search(r"Imports: (.*)\.", line)[1]
        room = file.stem if file.parent == book else file.parent.name
        allowed[room] = set() if "nothing" in said else set(said.split(", "))
    for path in sorted(book.rglob("*.py")):
        place = path.relative_to(book).with_suffix("").parts
        if place[0] in DOOR:
            continue
        room = room_of(".".join(("book", *place)))
        for module in imports(path):
            if room_of(module) not in allowed[room] | {room}:
                wrong.append((path.relative_to(book).as_posix(), module))
    return allowed, wrong


def test_each_room_imports_what_its_docstring_says():
    allowed, wrong = arrows(ROOT / "book")
    assert wrong == []
    assert {"setup", "model", "run", "write", "render", "publish"} == set(allowed)


def test_no_room_leads_back_to_itself():
    allowed, _ = arrows(ROOT / "book")
    while allowed:
        free = [room for room, others in allowed.items() if not others & set(allowed)]
        assert free, f"a circle: {allowed}"
        for room in free:
            del allowed[room]


def test_an_arrow_upwards_is_noticed(tmp_path):
    book = shutil.copytree(ROOT / "book", tmp_path / "book")
    file = book / "run" / "pool.py"
    file.write_text(
        file.read_text() + "\n\ndef late():\n    import book.write.outputs\n"
    )
    assert arrows(book)[1] == [("run/pool.py", "book.write.outputs")]
    file = book / "law.py"
    file.write_text(file.read_text() + "from book.run import cache\n")
    assert arrows(book)[1] == [
        ("law.py", "book.run.cache"),
        ("run/pool.py", "book.write.outputs"),
    ]
