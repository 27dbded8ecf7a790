"""The project's own files, parsed once for the house rules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APP = PROJECT / "app"
TEMPLATES = PROJECT / "templates"


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the app with its syntax tree."""
    return tuple((path, ast.parse(path.read_text("utf-8"))) for path in sorted(APP.rglob("*.py")))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every call as (dotted name, line)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every imported module as (dotted name, line)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def line_count(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text("utf-8").splitlines())


def short(path: Path) -> str:
    """The path as it is written in messages."""
    return str(path.relative_to(PROJECT))
