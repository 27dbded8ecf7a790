"""What a server says of its tools, and what a call of one gives; all of it is text from outside."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.lib.json_guard import JsonValue
from app.lib.mcp.schemas import sane

MAX_NAME_CHARS = 128
MAX_DESCRIPTION_CHARS = 2_000
MAX_SCHEMA_BYTES = 20_000
DIGEST_CHARS = 16
_SHOWN_CHARS = 200


class McpTrouble(Exception):
    """No usable answer; `sentence` says why in words for a person.

    `unsure`: the call may have been made all the same. `status` is what the server answered,
    where it answered, `challenge` what it then said of signing in (`WWW-Authenticate`).
    `is_final`: the very same call cannot fare better.
    """

    def __init__(
        self,
        sentence: str,
        *,
        unsure: bool = False,
        status: int | None = None,
        is_final: bool = False,
        challenge: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.unsure = unsure
        self.status = status
        self.is_final = is_final
        self.challenge = challenge


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTool:
    """One tool as its server tells of it. `says_it_reads` is the server's own word, no more."""

    name: str
    description: str
    schema: Mapping[str, JsonValue]
    says_it_reads: bool = False

    @classmethod
    def of(cls, told: JsonValue) -> "OfferedTool | None":
        """The tool in an entry of `tools/list`; None for one that cannot be used."""
        if not isinstance(told, dict):
            return None
        name, schema = told.get("name"), told.get("inputSchema")
        if (
            not isinstance(name, str)
            or not 0 < len(name) <= MAX_NAME_CHARS
            or not name.isprintable()
        ):
            return None
        made = sane(schema) if isinstance(schema, dict) else {}
        if made.get("type") != "object" or len(json.dumps(made)) > MAX_SCHEMA_BYTES:
            return None
        description = told.get("description")
        hints = told.get("annotations")
        return cls(
            name=name,
            description=plain(description if isinstance(description, str) else ""),
            schema=made,
            says_it_reads=isinstance(hints, dict) and hints.get("readOnlyHint") is True,
        )

    @property
    def digest(self) -> str:
        """Names exactly this tool: another description or schema is another digest."""
        return digest_of(self.name, self.description, self.schema)


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a call gave. `values` where the server gave them by name; `failed` by its own word."""

    text: str
    values: JsonValue = None
    failed: bool = False

    @classmethod
    def of(cls, result: JsonValue) -> "ToolAnswer | None":
        """The answer in the result of `tools/call`; None where it is none."""
        if not isinstance(result, dict):
            return None
        content = result.get("content", [])
        if not isinstance(content, list):
            return None
        text = "\n".join(line for one in content for line in _lines(one))
        values = result.get("structuredContent")
        return cls(text, values if isinstance(values, dict) else None, bool(result.get("isError")))


def digest_of(name: str, description: str, schema: Mapping[str, Any]) -> str:
    """As `OfferedTool.digest`, of what was kept."""
    whole = json.dumps([name, description, dict(schema)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:DIGEST_CHARS]


def plain(text: str, most: int = MAX_DESCRIPTION_CHARS) -> str:
    """Text from outside without signs that cannot be seen, and not longer than that."""
    seen = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text[: most + 1])
    return seen if len(text) <= most else f"{seen[:most]}…"


def quoted(text: str) -> str:
    """Text from outside as a short quotation in one line."""
    return " ".join(plain(text, _SHOWN_CHARS).split())


def _lines(block: JsonValue) -> Iterator[str]:
    """A block of an answer as text; what is no text is named, with its kind."""
    if not isinstance(block, dict):
        return
    kind = block.get("type")
    if kind == "text" and isinstance(block.get("text"), str):
        yield str(block["text"])
    elif kind == "resource" and isinstance(block.get("resource"), dict):
        inner: Any = block["resource"]
        text = inner.get("text")
        yield text if isinstance(text, str) else f"[A file: {quoted(str(inner.get('uri', '')))}]"
    elif kind == "resource_link":
        yield f"[A file: {quoted(str(block.get('uri', '')))}]"
    else:
        media = quoted(str(block.get("mimeType", ""))) or "without a kind"
        yield f"[Not shown: {quoted(str(kind))}, {media}]"
