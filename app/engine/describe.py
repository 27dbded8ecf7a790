"""A flow as a text that people read: what sets it off, what it does, touches and answers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.engine.check_place import ways_out
from app.engine.diff_place import name_of
from app.engine.fields import Connection, Pick
from app.engine.graph import Graph, Step
from app.engine.ports import ERROR
from app.engine.problem import Known
from app.engine.reach_card import Touch
from app.engine.reach_card_words import words_of
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.words import listed

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
_INDENT = "   "


def described(
    graph: Graph,
    catalogue: Mapping[str, StepType],
    *,
    known: Known,
    reach: Sequence[Touch],
) -> str:
    """The flow in Markdown (CommonMark): headings, lists and bold names."""
    top = [step for step in graph.order if step.parent is None]
    starts = [step for step in top if _is(step, catalogue, "is_start")]
    rest = [step for step in top if step not in starts]
    answers = [step for step in graph.order if _is(step, catalogue, "is_answer")]
    sections = (
        _section("What sets it off", [f"- {_told(step, catalogue, known)}" for step in starts]),
        _section("What it does", _numbered(rest, graph, catalogue, known, "")),
        touching(reach),
        _section("What it answers", [f"- {_told(step, catalogue, known)}" for step in answers]),
    )
    return "\n\n".join(sections)


def touching(reach: Sequence[Touch]) -> str:
    """The part of the text that tells what the flow can touch."""
    return _section("What it can touch", [f"- {plain(words_of(one))}" for one in reach])


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines or [_NOTHING[title]])


_NOTHING = {
    "What sets it off": "Nothing yet.",
    "What it does": "Nothing yet.",
    "What it can touch": "Nothing outside its own run.",
    "What it answers": "No answer.",
}


def plain(text: str) -> str:
    """A text on one line in which nothing is a sign of Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _numbered(
    steps: Iterable[Step],
    graph: Graph,
    catalogue: Mapping[str, StepType],
    known: Known,
    indent: str,
) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(steps, start=1):
        lines.append(f"{indent}{number}. {_told(step, catalogue, known)}")
        deeper = f"{indent}{_INDENT}"
        lines += [f"{deeper}- {words}" for words in _beside(step, graph, catalogue)]
        lines += _numbered(graph.inside(step.id), graph, catalogue, known, deeper)
    return lines


def _told(step: Step, catalogue: Mapping[str, StepType], known: Known) -> str:
    kind = catalogue.get(step.type)
    does = kind.does(step.fields) if kind else "is a kind of step that is not known here"
    names = [
        f"{field.label.lower()} “{name_of(field, step.fields.get(name), known)}”"
        for name, field in (kind.fields.items() if kind else ())
        if isinstance(field, Connection | Pick) and step.fields.get(name)
    ]
    chosen = f" ({plain(', '.join(names))})" if names else ""
    off = " It is switched off." if step.disabled else ""
    return f"**{plain(step.name)}** {plain(does)}{chosen}.{off}"


def _beside(step: Step, graph: Graph, catalogue: Mapping[str, StepType]) -> Iterator[str]:
    """Where several ways lead, and what happens when it fails."""
    kind = catalogue.get(step.type)
    ways = ways_out(step, kind) if kind else ()
    for port, label in ways if len(ways) > 1 else ():
        targets = [f"“{graph.step(link.target).name}”" for link in graph.links_from(step.id, port)]
        when = label if port == ERROR.id else f"On “{label}”"
        ends = "the next item" if step.parent else "the end"
        yield plain(f"{when}: goes to {listed(targets) or ends}")
    if step.on_error is OnError.CONTINUE:
        yield "If it fails, it goes on with a stand-in result"
    if step.note:
        yield plain(f"Note: {step.note}")


def _is(step: Step, catalogue: Mapping[str, StepType], what: str) -> bool:
    kind = catalogue.get(step.type)
    return kind is not None and bool(getattr(kind, what))
