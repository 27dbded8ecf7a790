"""What is asked, as a step put it: read from the sealed detail of a run's wait."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.form_inputs import FormInput, read_inputs
from app.engine.graph import Graph
from app.engine.values import Json, canonical
from app.nodes.proposal import Proposed, from_rows

_ARGUMENTS = ("kind", "title", "text", "values", "questions", "may_change", "may_send_back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with everything that helps to answer it.

    `then` says what comes after an answer where that is not another step of the flow.
    """

    title: str
    text: str
    why: str
    button: str
    is_form: bool
    values: tuple[Proposed, ...]
    questions: tuple[FormInput, ...]
    facts: tuple[tuple[str, Json], ...]
    may_change: bool
    may_send_back: bool
    when_late: str
    then: Mapping[str, str]

    @classmethod
    def of(cls, detail: Json) -> "Question":
        """The question in a wait's detail; what is missing in it is empty."""
        asked: Mapping[str, Any] = detail if isinstance(detail, dict) else {}
        return cls(
            title=str(asked.get("title") or ""),
            text=str(asked.get("text") or ""),
            why=str(asked.get("why") or ""),
            button=str(asked.get("button") or ""),
            is_form=asked.get("kind") == "form",
            values=from_rows(asked.get("values")),
            questions=read_inputs(asked.get("questions") or [])[0],
            facts=tuple((row["name"], row["value"]) for row in asked.get("facts") or []),
            may_change=bool(asked.get("may_change")),
            may_send_back=bool(asked.get("may_send_back")),
            when_late=str(asked.get("when_late") or ""),
            then={str(way): str(words) for way, words in (asked.get("then") or {}).items()},
        )


def argument_hash(detail: Json) -> str:
    """Names exactly what is asked: another value anywhere gives another hash."""
    asked: Mapping[str, Any] = detail if isinstance(detail, dict) else {}
    arguments = {name: asked.get(name) for name in _ARGUMENTS}
    return hashlib.sha256(canonical(arguments).encode()).hexdigest()


def ways_on(graph: Graph, step_id: str, question: Question) -> list[tuple[str, list[str]]]:
    """Each way out of the step with the names of the steps behind it, none where it ends."""
    ways = ["out"] if question.is_form else ["approved", "refused"]
    ways += ["change"] if question.may_send_back else []
    ways += ["late"] if question.when_late == "late" else []
    return [
        (way, [graph.step(link.target).name for link in graph.links_from(step_id, way)])
        for way in ways
    ]
