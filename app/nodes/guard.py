"""The step that looks whether a text may go on: personal data, banned words, off the subject."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from app.engine.fields import Field, LongText, Switch
from app.engine.model_port import Ask, Message
from app.engine.ports import Port, Ports
from app.engine.states import Effect
from app.engine.step_type import Action, Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, count, listed, said, strong
from app.llm.material import ONLY_DATA, as_material
from app.llm.wanted import group_of
from app.nodes.model_asking import ACTIONS, MODEL, WAITS, asked, saying
from app.nodes.personal_data import KINDS, found_in, hinted, masked

FINE = Port("fine", "Fine")
STOPPED = Port("stopped", "Stopped")
MAX_BANNED = 500
ON_SUBJECT, OFF_SUBJECT = "on the subject", "off the subject"


class Guard(StepType):
    """Looks at a text before it goes on, and stops what should not.

    It finds personal data by its form (account and card numbers by their check digits, too) and
    words that you ban. With a subject, a language model says whether the text keeps to it; without
    one, nothing leaves this computer. What is fine and what is stopped leave by different ways;
    “masked” is the text with the personal data taken out.
    """

    type: ClassVar[str] = "guard"
    title: ClassVar[str] = "Guard"
    group: ClassVar[str] = "AI"
    icon: ClassVar[str] = "shield-check"
    effect: ClassVar[Effect] = Effect.READ
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="Text", required=True),
        **{kind: Switch(label=words, default=True) for kind, words in KINDS.items()},
        "banned": LongText(
            label="Banned words",
            hint="One on each line, or with commas between. Small and capital letters are alike.",
        ),
        "subject": LongText(
            label="Keeps to the subject",
            placeholder="Questions about our products and orders",
            hint="A model looks whether the text does. Empty: anything goes.",
        ),
        "model": MODEL,
        "timeout_s": WAITS,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "is_fine": "true or false",
        "reasons": "why it was stopped, as a list of sentences",
        "found": "what was found: its kind and how it begins",
        "masked": "the text with the personal data taken out",
        "text": "the text as it came",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Look, the cheap ways first; a model is asked only if nothing was found."""
        text = given["text"]
        finds = found_in(text, [kind for kind in KINDS if given[kind]])
        words = _banned_in(text, given["banned"])
        reasons = [
            *_personal([KINDS[one.kind] for one in finds]),
            *(f"It says “{word}”, which is banned." for word in words),
        ]
        if not reasons and given["subject"].strip():
            reasons += _off_subject(given, ports)
        found: list[Json] = [{"kind": KINDS[one.kind], "text": hinted(text, one)} for one in finds]
        found += [{"kind": "Banned word", "text": word} for word in words]
        output: dict[str, Json] = {
            "is_fine": not reasons,
            "reasons": list(reasons),
            "found": found,
            "masked": masked(text, finds),
            "text": text,
        }
        return Output(output, port=STOPPED.id if reasons else FINE.id)

    def tell(self, given: Given, output: Given) -> Sentence:
        """Fine, or why not."""
        reasons = output.get("reasons") or []
        if not reasons:
            return said("Looked at a text and found it ", strong("fine"))
        return said("Stopped a text: ", saying(reasons[0]))

    def doing(self, given: Given) -> str:
        """Looking."""
        return "looking at a text"

    def does(self, fields: Mapping[str, Json]) -> str:
        """What it looks for."""
        kinds = ["personal data"] if any(fields.get(kind, True) for kind in KINDS) else []
        kinds += ["banned words"] if fields.get("banned") else []
        kinds += ["its subject"] if fields.get("subject") else []
        return f"checks a text for {listed(kinds)}" if kinds else "lets every text pass"

    def effect_of(self, given: Given) -> Effect:
        """Only a subject needs a model."""
        return Effect.READ if str(given.get("subject") or "").strip() else Effect.NONE

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """Fine or stopped."""
        return (FINE, STOPPED)

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A guard that looks for nothing."""
        if len(_words(fields.get("banned"))) > MAX_BANNED:
            return [("banned", f"“Banned words” can have {MAX_BANNED} words at most.")]
        looks = any(fields.get(kind, True) for kind in KINDS)
        if looks or fields.get("banned") or fields.get("subject"):
            return []
        return [(None, "It looks for nothing. Choose what it should find.")]

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """Models are busy at times."""
        return ACTIONS


def _personal(kinds: list[str]) -> Iterator[str]:
    for kind in dict.fromkeys(kinds):
        many = kinds.count(kind)
        yield f"It holds {count(many, kind.lower(), _plural(kind.lower()))}."


def _plural(kind: str) -> str:
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def _banned_in(text: str, banned: Json) -> list[str]:
    folded = text.casefold()
    return [
        word
        for word in _words(banned)
        if re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", folded)
    ]


def _words(banned: Json) -> list[str]:
    if not isinstance(banned, str):
        return []
    return list(dict.fromkeys(filter(None, (one.strip() for one in re.split(r"[,\n]", banned)))))


def _off_subject(given: Given, ports: Ports) -> Iterator[str]:
    """A sentence if the model says that the text is about something else."""
    told = (
        "Say whether the text keeps to the subject, and why in one short sentence.\n\n"
        f"- {ON_SUBJECT}: {given['subject'].strip()}\n- {OFF_SUBJECT}: anything else\n\n{ONLY_DATA}"
    )
    ask = Ask(
        messages=(Message("system", told), Message("user", as_material(given["text"]))),
        schema=group_of(
            {
                "verdict": {"type": "string", "enum": [ON_SUBJECT, OFF_SUBJECT]},
                "reason": {"type": "string"},
            }
        ),
        temperature=0,
        time_limit_s=given["timeout_s"],
        is_cancelled=ports.cancelled,
    )
    answer = asked(ports, given, ask)
    data: Any = answer.data if isinstance(answer.data, dict) else {}
    if data.get("verdict") != ON_SUBJECT:
        why = str(data.get("reason") or "").strip()
        yield f"It does not keep to the subject. {why}".strip()
