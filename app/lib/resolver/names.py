"""Which values a template asks for: for the check, for renaming a step, for the editor."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from app.lib.resolver.errors import TemplateError
from app.lib.resolver.syntax import Expression, Path, path_text, read

# An editor asks for the same templates at each save. Long ones are not worth their room.
MAX_CHARS_KEPT = 400

# What exists: name → what is inside, None where anything may be.
KnownNames: TypeAlias = Mapping[str, "KnownNames | None"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a template, with its character offsets."""

    text: str
    start: int
    end: int
    path: Path | None = None


def names_used(template: str) -> tuple[Path, ...]:
    """Every path in the template, in order, as far as it can be read."""
    found, _ = _read(template)
    return tuple(path for one in found if isinstance(one, Expression) for path in one.paths())


def names_needed(template: str) -> tuple[Path, ...]:
    """The paths that must lead to a value: all but those with a `default` right behind them."""
    found, _ = _read(template)
    return tuple(
        path
        for one in found
        if isinstance(one, Expression)
        for path in one.paths()
        if path is not one.operand or not _has_default(one)
    )


def rename(template: str, old_key: str, new_key: str) -> str:
    """The template with `steps.<old_key>` written as `steps.<new_key>`, all else untouched."""
    for path in reversed(names_used(template)):
        if len(path.parts) > 1 and path.parts[0] == "steps" and path.parts[1] == old_key:
            start, end = path.spans[1]
            if template[start:end] == old_key:
                template = template[:start] + new_key + template[end:]
    return template


def check(template: str, known: KnownNames) -> tuple[Fault, ...]:
    """What is wrong with it: what cannot be read, and paths that lead to nothing known."""
    found, error = _read(template)
    faults = [
        fault
        for one in found
        if isinstance(one, Expression)
        for path in one.paths()
        if (fault := _unknown(path, known)) is not None
    ]
    if error is not None:
        faults.append(Fault(error.sentence, error.start, error.end))
    return tuple(faults)


def _has_default(expression: Expression) -> bool:
    return bool(expression.calls) and expression.calls[0].filter.name == "default"


def _unknown(path: Path, known: KnownNames) -> Fault | None:
    level: KnownNames | None = known
    for depth, part in enumerate(path.parts):
        if level is None:
            return None
        if part not in level:
            have = ", ".join(list(level)[:8]) or "nothing"
            where = f"in {path_text(path.parts[:depth])}" if depth else "to begin with"
            sentence = f"There is no “{part}” {where}. There is {have}."
            return Fault(sentence, path.start, path.end, path)
        level = level[str(part)]
    return None


def _read(template: str) -> tuple[tuple[str | Expression, ...], TemplateError | None]:
    return _kept(template) if len(template) <= MAX_CHARS_KEPT else _read_anew(template)


@lru_cache(4_096)
def _kept(template: str) -> tuple[tuple[str | Expression, ...], TemplateError | None]:
    return _read_anew(template)


def _read_anew(template: str) -> tuple[tuple[str | Expression, ...], TemplateError | None]:
    found: list[str | Expression] = []
    try:
        read(template, found)
    except TemplateError as error:
        return tuple(found), error.with_traceback(None)
    return tuple(found), None
