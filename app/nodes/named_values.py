"""The named values that a formula or a piece of code works with."""

import keyword
import re
from collections.abc import Mapping
from typing import Any

from app.engine.errors import StepFailed
from app.engine.fields import KeyValues
from app.engine.sandbox_port import CodeFailed
from app.engine.values import Json

FIELD = KeyValues(
    label="Values",
    hint="Each row gives a name to a value, for instance price: {{ trigger.price }}.",
    unique=True,
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?\Z")


def by_name(rows: list[dict[str, Any]]) -> dict[str, Json]:
    """The values by their names."""
    return {str(row["name"]).strip(): row["value"] for row in rows}


def number_or_text(value: Json) -> Json:
    """A text that is a plain number as that number; a leading zero keeps it a text."""
    if not isinstance(value, str) or not _NUMBER.match(value.strip()):
        return value
    return float(value) if "." in value else int(value)


def name_problems(rows: Json) -> list[str]:
    """What is wrong with the names, as far as they are typed out."""
    found = rows if isinstance(rows, list) else []
    names = [str(row.get("name", "")).strip() for row in found if isinstance(row, dict)]
    return [
        f"“{name}” cannot be a name here. Use letters, digits and _, and begin with a letter."
        for name in names
        if name and (not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__"))
    ]


def refused(failed: CodeFailed, *, several_lines: bool) -> StepFailed:
    """The step's failure, with the line where that helps, and with what was printed."""
    sentence = failed.sentence
    if failed.line is not None and several_lines:
        if sentence.startswith("The code "):
            sentence = sentence[:1].lower() + sentence[1:]
        sentence = f"Line {failed.line}: {sentence}"
    output: Mapping[str, Json] = {"printed": failed.printed} if failed.printed else {}
    # Only a crowd may be gone next time.
    return StepFailed(sentence, can_retry="Try again" in sentence, output=output)
