"""The guardrails of a program: what they look for, as far as a guard can."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.words import listed
from app.moving_in.meanings.syntax import literal

_PII, _OFF_TOPIC, _WORDS = "Contains PII", "Off Topic Prompts", "Keyword Filter"
_SUBJECTS = {
    "Jailbreak": "Ordinary requests, without attempts to change the instructions.",
    "Prompt Injection Detection": "Ordinary requests, without attempts to change the instructions.",
    "Moderation": "Nothing hateful, violent, sexual or harmful.",
    "NSFW Text": "Nothing hateful, violent, sexual or harmful.",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What guardrails look for, as far as a guard can; `masks` if personal data goes on hidden."""

    personal_data: bool
    masks: bool
    subject: str
    banned: str
    doubts: tuple[str, ...]


def rules_of(node: ast.expr | None) -> Rules | None:
    """What `{"guardrails": […]}` asks for; None when the expression is no such thing."""
    read = literal(node) if isinstance(node, ast.Dict) else None
    found = read.get("guardrails") if isinstance(read, dict) else None
    if not isinstance(found, list):
        return None
    checks: dict[str, Any] = {
        str(one.get("name")): one.get("config") if isinstance(one.get("config"), dict) else {}
        for one in found
        if isinstance(one, dict)
    }
    return _rules(checks)


def _rules(checks: Mapping[str, Any]) -> Rules:
    about = str(checks.get(_OFF_TOPIC, {}).get("system_prompt_details") or "")
    subjects = [about, *(words for name, words in _SUBJECTS.items() if name in checks)]
    words = checks.get(_WORDS, {}).get("keywords") or []
    known = {_PII, _OFF_TOPIC, _WORDS, *_SUBJECTS}
    left = [name for name in checks if name not in known]
    masks = checks.get(_PII, {}).get("block") is False
    doubts = [f"The guard has no check like {listed(left)}."] if left else []
    if any(name in checks for name in _SUBJECTS):
        doubts.append("A model now judges by the words under “Keeps to the subject”.")
    if masks:
        doubts.append("Personal data was masked and went on; here it leaves by “Stopped”.")
    return Rules(
        personal_data=_PII in checks,
        masks=masks,
        subject="\n".join(dict.fromkeys(one for one in subjects if one)),
        banned="\n".join(str(one) for one in words) if isinstance(words, list) else "",
        doubts=tuple(doubts),
    )
