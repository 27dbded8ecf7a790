"""A file is one idea and a function one step; both have a size."""

import ast
from pathlib import Path

from tests.house.sources import PROJECT, TEMPLATES, functions, line_count, modules, short

PYTHON_LINES = 300
FUNCTION_LINES = 40
SCRIPT_LINES = 250
TEMPLATE_LINES = 200
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "services", "common", "misc", "manager"}


def test_python_files_are_short() -> None:
    own = [path for path, _ in modules()]
    own += [path for part in ("tests", "bench") for path in (PROJECT / part).rglob("*.py")]
    assert _over(own, PYTHON_LINES) == []


def test_functions_are_short() -> None:
    long = [
        f"{short(path)}:{function.lineno} {function.name} has {_length(function)} lines"
        for path, tree in modules()
        for function in functions(tree)
        if _length(function) > FUNCTION_LINES
    ]
    assert long == []


def test_scripts_are_short() -> None:
    assert _over(list((PROJECT / "static" / "js").rglob("*.js")), SCRIPT_LINES) == []


def test_templates_are_short() -> None:
    assert _over(list(TEMPLATES.rglob("*.html")), TEMPLATE_LINES) == []


def test_modules_have_names_that_say_something() -> None:
    vague = [short(path) for path, _ in modules() if path.stem in VAGUE_NAMES]
    assert vague == []


def test_modules_say_what_they_are_for() -> None:
    silent = [short(path) for path, tree in modules() if not ast.get_docstring(tree)]
    assert silent == []


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{short(path)}:{function.lineno} {function.name}"
        for path, tree in modules()
        for function in _public(tree)
        if not ast.get_docstring(function)
    ]
    assert silent == []


def _public(tree: ast.Module) -> list[ast.FunctionDef]:
    bodies = [tree.body]
    bodies += [
        node.body
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    return [
        node
        for body in bodies
        for node in body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _over(paths: list[Path], limit: int) -> list[str]:
    return [
        f"{short(path)} has {line_count(path)} lines"
        for path in paths
        if line_count(path) > limit and "vendor" not in path.parts
    ]
