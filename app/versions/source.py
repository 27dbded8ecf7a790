"""An agent as one text: everything that decides what it does, steps and code and all."""

import json
import re
from collections.abc import Iterator, Mapping

from app.agents.manner import manner_in
from app.agents.models import Agent, AgentType
from app.agents.outline import Card, outline
from app.agents.type_words import TYPE_WORDS
from app.engine.diff_place import name_of
from app.engine.fields import Choice, Code, Connection, Field, Pick, Switch
from app.engine.problem import Known
from app.engine.states import OnError
from app.engine.values import Json
from app.engine.words import count
from app.nodes.catalogue import CATALOGUE
from app.versions.comparison import Side


def as_text(agent: Agent, side: Side, known: Known) -> str:
    """The draft or a version in Markdown, to be read, compared and kept.

    Code and long texts stand in blocks of their own, as they were written.
    """
    cards = outline(side.graph, ()).top
    parts = [*_head(agent, side, known)]
    for card in cards:
        parts += _step(card, known, level=2)
    return "\n\n".join(parts) + "\n"


def _head(agent: Agent, side: Side, known: Known) -> Iterator[str]:
    spec = side.spec
    kind = TYPE_WORDS[AgentType(str(spec.get("type") or AgentType.TASK_EXECUTOR))]
    yield f"# {agent.name}"
    if agent.description:
        yield agent.description
    how = manner_in(spec)
    model = known.choices.get("models", {}).get(how.model, "a model that is gone")
    facts = {
        "Version": side.name if not side.is_draft else "the draft",
        "Type": kind.title,
        "Command": f"/{agent.command}" if agent.command else "",
        "Default model": model if how.model else "",
        "Answers in": how.language,
        "Time zone": how.timezone,
    }
    yield "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)
    if how.system_message.strip():
        yield "## Instructions"
        yield _block(how.system_message)


def _step(card: Card, known: Known, *, level: int) -> Iterator[str]:
    step = card.step
    off = ", switched off" if step.disabled else ""
    yield f"{'#' * min(level, 6)} {card.number}. {step.name}"
    yield f"{card.title} (`{step.key}`){off}"
    if step.note:
        yield f"Note: {step.note}"
    yield from _settings(card, known)
    ways = "\n".join(_ways(card))
    if ways:
        yield ways
    for inside in card.inside:
        yield from _step(inside, known, level=level + 1)


def _settings(card: Card, known: Known) -> Iterator[str]:
    step = card.step
    kind = CATALOGUE.get(step.type)
    declared: Mapping[str, Field] = kind.fields if kind else {}
    filled = {name: field.initial() for name, field in declared.items()} | dict(step.fields)
    short: list[str] = []
    long: list[str] = []
    for name, value in filled.items():
        field = declared.get(name)
        if value in (None, "", [], {}) or (field is not None and not field.applies(filled)):
            continue
        label = field.label if field else name
        shown = _shown(field, value, known)
        if isinstance(field, Code) or "\n" in shown:
            language = "python" if isinstance(field, Code) else ""
            long.append(f"{label}:\n\n{_block(shown, language)}")
        else:
            short.append(f"- {label}: {shown}")
    short += _around(card)
    if short:
        yield "\n".join(short)
    yield from long


def _around(card: Card) -> Iterator[str]:
    """What holds for any kind of step: how long, how often, and what if it fails."""
    step = card.step
    if step.timeout_s is not None:
        yield f"- Stopped after: {step.timeout_s:g} seconds"
    if step.retry.times:
        times = count(step.retry.times, "time")
        yield f"- Tried again: {times}, at first after {step.retry.wait_s:g} seconds"
    if step.on_error is not OnError.STOP:
        yield f"- If it fails: {step.on_error.value.replace('_', ' ')}"


def _ways(card: Card) -> Iterator[str]:
    for way in card.ways_out:
        names = ", ".join(f"“{target.name}”" for target in way.targets)
        if names:
            yield f"→ {names}" if way.is_only else f"→ {way.label}: {names}"


def _shown(field: Field | None, value: Json, known: Known) -> str:
    if isinstance(field, Switch):
        return "yes" if value else "no"
    if isinstance(field, Choice):
        return dict(field.options).get(str(value), str(value))
    if isinstance(field, Connection | Pick):
        return name_of(field, value, known)
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)


def _block(text: str, language: str = "") -> str:
    """A fenced block; its fence is longer than any inside."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
