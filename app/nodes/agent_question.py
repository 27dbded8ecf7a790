"""Asks a person about a call of a tool, and reads the answer."""

import hashlib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from app.engine.ports import Ports
from app.engine.states import Reason, RunMode
from app.engine.step_type import Pause, Reply
from app.engine.values import Given, Json, canonical
from app.engine.words import short
from app.nodes.agent_talk import UNSURE, Call
from app.nodes.agent_tools import AgentTool
from app.nodes.ask_settings import addresses
from app.nodes.proposal import as_rows, from_rows, proposed

MAX_QUOTE_CHARS = 400
_THEN: Mapping[str, Json] = {
    "approved": "The call is made with these values, and the agent goes on.",
    "refused": "The call is not made. The agent is told so, and goes on without it.",
}
_UNSURE_THEN: Mapping[str, Json] = {
    "approved": "The call is made once more, and the agent goes on.",
    "refused": "The call is not made again. The agent is told that it may have arrived.",
}


def hash_of(call: Call) -> str:
    """Names the tool and the exact arguments of a call."""
    return hashlib.sha256(canonical([call.name, call.arguments]).encode()).hexdigest()


def question(
    call: Call, tool: AgentTool, why: str, *, words: str, given: Given, ports: Ports
) -> Pause:
    """The pause in which a person decides about a call. `words` is what the model said with it."""
    is_unsure = call.state == UNSURE
    rows: list[Json] = [
        {"name": name, "label": _label(path), "value": one}
        for name, path, one in _leaves(call.arguments)
    ]
    facts: list[Json] = []
    if words.strip():
        facts.append({"name": "The model’s words", "value": short(words, MAX_QUOTE_CHARS)})
    detail: dict[str, Json] = {
        "kind": "approval",
        "title": f"Use “{tool.called}” once more?" if is_unsure else f"May it use “{tool.called}”?",
        "text": tool.does,
        "values": as_rows(proposed(rows)),
        "questions": [],
        "may_change": not is_unsure,
        "may_send_back": False,
        "button": "Make it again" if is_unsure else "Approve and go on",
        "why": why,
        "facts": facts,
        "people": addresses(given),
        "by_mail": True,
        "when_late": "",
        "remind_at": None,
        "rehearsal": ports.mode is RunMode.REHEARSAL,
        "then": dict(_UNSURE_THEN if is_unsure else _THEN),
        "call": call.number,
        "stage": call.state,
        "asked": hash_of(call),
    }
    return Pause(Reason.APPROVAL, detail=detail)


def is_about(pause: Pause, call: Call) -> bool:
    """Whether a question was about exactly this call."""
    detail = pause.detail if isinstance(pause.detail, dict) else {}
    asked = (detail.get("call"), detail.get("stage"), detail.get("asked"))
    return asked == (call.number, call.state, hash_of(call))


def is_yes(reply: Reply) -> bool:
    """Whether the person said yes; anything else is no."""
    answer = reply.value if isinstance(reply.value, dict) else {}
    return answer.get("verdict") == "approve"


def decided(call: Call, pause: Pause, reply: Reply) -> tuple[dict[str, Json], dict[str, Json]]:
    """The arguments as approved, and what people see of the decision.

    What was asked may show less than the arguments hold, as secrets are taken out of it: only
    what the person changed is taken from the answer.
    """
    answer: dict[str, Any] = reply.value if isinstance(reply.value, dict) else {}
    asked: dict[str, Any] = pause.detail if isinstance(pause.detail, dict) else {}
    values = answer.get("values") or {}
    before = {one.name: one.value for one in from_rows(asked.get("values"))}
    changed = {
        name: value
        for name, value in values.items()
        if asked.get("may_change") and name in before and before[name] != value
    }
    arguments = deepcopy(call.arguments)
    for label, path, _ in _leaves(call.arguments):
        if label in changed:
            _put(arguments, path, changed[label])
    decision: dict[str, Json] = {
        "verdict": "approved" if is_yes(reply) else "refused",
        "by": answer.get("by") or "",
        "at": answer.get("at") or "",
        "comment": answer.get("comment") or "",
        "changed": sorted(changed),
    }
    return arguments, decision


def _leaves(
    group: Mapping[str, Json], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...], Json]]:
    """The values of a group one by one, those of groups inside as `body.amount`.

    Names with a dot in them stay together with their group: no two values are called alike.
    """
    for name, value in group.items():
        here = (*path, name)
        is_plain = isinstance(value, dict) and value and not any("." in one for one in value)
        if is_plain and "." not in name:
            yield from _leaves(value, here)  # type: ignore[arg-type]  # a group
        else:
            yield ".".join(here), here, value


def _label(path: tuple[str, ...]) -> str:
    """`("body", "in_stock")` as people read it: Body, in stock."""
    words = ", ".join(path).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _put(group: dict[str, Any], path: tuple[str, ...], value: Json) -> None:
    for name in path[:-1]:
        group = group[name]
    group[path[-1]] = value
