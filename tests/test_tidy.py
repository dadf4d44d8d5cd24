"""The house's limits: short functions, small modules, a sentence for all, nothing left lying.

The figures are of the kind that TigerBeetle's `tidy.zig` holds, and of the tidiest Python programs
that were measured; they may only go down.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

import grimp

from lagtop.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PACKAGE = sorted((ROOT / "lagtop").rglob("*.py"))
OTHERS = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "screenshots").rglob("*.py")])
ALL = [*PACKAGE, *OTHERS]

FUNCTION_MEDIAN_LINES = 10
FUNCTION_LINES = 50
MODULE_LINES = 300
APP_LINES = 200
LINE_CHARACTERS = 100

MAY_CATCH_ALL = {"lagtop/live.py": ["Exception"]}
"""The edge of the polling thread: it keeps the bug, for the main thread to raise."""

MAY_PRINT = ("cli.py", "cli", "export", "__main__.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def offences(paths: Iterable[Path], find: Callable[[Path], list[str]]) -> dict[str, list[str]]:
    """What `find` holds against each file, for the files where it finds something."""
    found = {str(path.relative_to(ROOT)): find(path) for path in paths}
    return {name: offence for name, offence in found.items() if offence}


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(parse(path)) if isinstance(node, Function))


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    """The calls of a function or method of that name."""
    nodes = (node for node in ast.walk(parse(path)) if isinstance(node, ast.Call))
    return (node for node in nodes if last_name(node.func) == name)


def comments(path: Path) -> list[str]:
    """All comments of a file."""
    source = io.StringIO(path.read_text(encoding="utf-8"))
    tokens = tokenize.generate_tokens(source.readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def last_name(node: ast.expr | None) -> str:
    """`App` of `App`, of `textual.app.App` and of `App[None]`."""
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def line_count(node: Function | ast.ClassDef) -> int:
    """The lines from `def` or `class` to the end, docstring and all."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_line_count(function: Function) -> int:
    """The lines of a body without its docstring; 0 when the docstring is all there is."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def test_the_median_function_is_short() -> None:
    sizes = [body_line_count(function) for path in PACKAGE for function in functions(path)]

    assert median(size for size in sizes if size) <= FUNCTION_MEDIAN_LINES


def test_no_function_is_long() -> None:
    def long(path: Path) -> list[str]:
        sizes = {node.name: line_count(node) for node in functions(path)}
        return [f"{name}: {size}" for name, size in sizes.items() if size > FUNCTION_LINES]

    assert offences(ALL, long) == {}


def test_no_module_is_long() -> None:
    def long(path: Path) -> list[str]:
        count = len(path.read_text(encoding="utf-8").splitlines())
        return [str(count)] if count > MODULE_LINES else []

    assert offences(ALL, long) == {}


def test_no_line_is_wide() -> None:
    silencer = re.compile(r"  # (type: ignore|noqa).*")  # it has no other place to stand

    def wide(path: Path) -> list[str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if len(silencer.sub("", line)) > LINE_CHARACTERS]

    assert offences(ALL, wide) == {}


def test_the_app_is_small() -> None:
    apps = {
        node.name: line_count(node)
        for path in PACKAGE
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef) and "App" in map(last_name, node.bases)
    }

    assert apps, "no class is an App any more: this test must learn its new name"
    assert {name: size for name, size in apps.items() if size > APP_LINES} == {}


def test_what_is_public_opens_with_a_sentence() -> None:
    def speechless(path: Path) -> list[str]:
        documented = docstrings(parse(path))
        return [name for name, docstring in documented if not opens_with_a_sentence(docstring)]

    assert offences([path for path in PACKAGE if path.stat().st_size], speechless) == {}


def docstrings(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """The docstring of the module and of its public classes, functions and methods."""
    yield "the module", ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node)
            for inner in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", ast.get_docstring(inner)


def opens_with_a_sentence(docstring: str | None) -> bool:
    """Whether the first paragraph is of several words and comes to an end."""
    opening = (docstring or "").split("\n\n")[0]
    return re.search(r"\w\W+\w.*[.:?]", opening, re.DOTALL) is not None


def test_no_comment_puts_work_off() -> None:
    put_off = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

    assert offences(ALL, lambda path: list(filter(put_off.search, comments(path)))) == {}


def test_every_silenced_rule_is_named() -> None:
    silenced = re.compile(r"#\s*(noqa|type:\s*ignore)")
    named = re.compile(r"#\s*(noqa: [A-Z]+\d+|type: ignore\[[a-z])")

    def nameless(path: Path) -> list[str]:
        said = filter(silenced.search, comments(path))
        return [comment for comment in said if not named.search(comment)]

    assert offences(ALL, nameless) == {}


def test_only_the_front_doors_print() -> None:
    def printing(path: Path) -> list[str]:
        where = path.relative_to(ROOT / "lagtop").parts
        is_door = any(part in MAY_PRINT for part in where)
        return [] if is_door else list(map(ast.unparse, calls(path, "print")))

    assert offences(PACKAGE, printing) == {}


def test_no_handler_but_the_threads_edge_catches_every_error() -> None:
    def too_broad(path: Path) -> list[str]:
        handlers = [node for node in ast.walk(parse(path)) if isinstance(node, ast.ExceptHandler)]
        caught = [last_name(node.type) if node.type else "everything" for node in handlers]
        return [name for name in caught if name in ("Exception", "BaseException", "everything")]

    assert offences(ALL, too_broad) == MAY_CATCH_ALL


def test_no_test_is_skipped_without_a_reason() -> None:
    def unreasoned(path: Path) -> list[str]:
        bare = re.findall(
            r"^\s*@pytest\.mark\.(?:skip|skipif|xfail)\s*$", path.read_text("utf-8"), re.MULTILINE
        )
        silent = (
            ast.unparse(call)
            for name in ("skip", "skipif", "xfail")
            for call in calls(path, name)
            if not any(word.arg == "reason" for word in call.keywords)
            and (name == "skipif" or not call.args)
        )
        return [*bare, *silent]

    assert offences(ALL, unreasoned) == {}


def test_no_module_lies_unused() -> None:
    graph = grimp.build_graph("lagtop", cache_dir=None)
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in PACKAGE
        if path.stem not in ("__init__", "__main__")
    }

    called = {f"lagtop.cli.{command}" for command in (*COMMANDS, "screen")}
    unused = {
        name
        for name in modules - called
        if not graph.find_modules_that_directly_import(name)
    }

    assert unused == set()


def test_every_picture_is_shown_and_every_shown_picture_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"screenshots/[\w./-]+\.(?:svg|png)", readme))

    drawn = (ROOT / "screenshots").rglob("*")
    pictures = {str(path.relative_to(ROOT)) for path in drawn if path.suffix in (".svg", ".png")}

    assert pictures == shown
