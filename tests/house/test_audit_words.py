"""Every act that a workspace's audit page can show has words there, and no words are left over."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from tests.house.sources import TEMPLATES, functions, modules, short

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_every_act_has_words_on_the_audit_page() -> None:
    words = set(_words())
    assert sorted(acts() - words) == []
    assert sorted(words - acts()) == []


def test_acts_are_found_through_calls_and_in_parts() -> None:
    assert {
        "agent_published",  # said where it is recorded
        "table_rows_returned",  # handed over from another room
        "agent_switched_off",  # put together of two words
    } <= acts()


def acts() -> set[str]:
    """The words of every act that is recorded for a workspace."""
    return {
        act
        for path, function, call in _calls("trail.record")
        if any(one.arg == "workspace_id" for one in call.keywords)
        for act in Act(path, function).words(call.args[1])
    }


@dataclass(frozen=True, slots=True)
class Act:
    """What an expression inside a function can be, looked for where the function is called."""

    path: Path
    function: Function

    def words(self, said: ast.expr) -> Iterator[str]:
        """Every word that the expression can be."""
        match said:
            case ast.Constant(value=str(word)):
                yield word
            case ast.IfExp(body=one, orelse=other):
                yield from self.words(one)
                yield from self.words(other)
            case ast.JoinedStr(values=parts):
                yield from map("".join, product(*(list(self.words(part)) for part in parts)))
            case ast.FormattedValue(value=inner):
                yield from self.words(inner)
            case ast.Name(id=name):
                yield from self._handed_over(name)
            case _:
                raise AssertionError(f"{short(self.path)}:{said.lineno}: which act is this?")

    def _handed_over(self, name: str) -> Iterator[str]:
        place = [one.arg for one in self.function.args.args].index(name)
        own = self.function.name
        beside = [one for one in _calls(own) if one[0].parent == self.path.parent]
        near = [one for one in beside if one[0] == self.path or own[0] != "_"]
        for path, function, call in (*near, *_calls(f"{self.path.stem}.{own}")):
            said = {one.arg: one.value for one in call.keywords}.get(name)
            yield from Act(path, function).words(said or call.args[place])


def _calls(*names: str) -> Iterator[tuple[Path, Function, ast.Call]]:
    return (one for name in names for one in _calls_by_name().get(name, ()))


@cache
def _calls_by_name() -> dict[str, list[tuple[Path, Function, ast.Call]]]:
    found = defaultdict(list)
    for path, tree in modules():
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    found[ast.unparse(node.func)].append((path, function, node))
    return found


def _words() -> dict[str, str]:
    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return dict(vars(pages.get_template("workspaces/audit_words.html").module)["WORDS"])
