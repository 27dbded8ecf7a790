"""What an HTTP step passes on of an answer: JSON by name, text, or a file kept with the run."""

from email.message import Message
from urllib.parse import unquote, urlsplit

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.engine.values import Json
from app.lib import json_guard
from app.nodes.http_exchange import Fetched

# Under the cap on a step's output, so that a body just fits beside its headers.
MAX_ANSWER_BYTES = 900_000
MAX_FILE_BYTES = 25_000_000

_TEXTS = frozenset(
    (
        "application/ecmascript",
        "application/graphql",
        "application/javascript",
        "application/sql",
        "application/x-ndjson",
        "application/x-www-form-urlencoded",
        "application/x-yaml",
        "application/xml",
        "application/yaml",
    )
)


def max_bytes(answer_as: str) -> int:
    """How large an answer may be that is read in this way."""
    return MAX_FILE_BYTES if answer_as in ("auto", "file") else MAX_ANSWER_BYTES


def result(fetched: Fetched, answer_as: str, ports: Ports) -> dict[str, Json]:
    """Status, headers and body; raises StepFailed when the body is not what it should be."""
    return {**_about(fetched), "body": _body(fetched, answer_as, ports)}


def failed_result(fetched: Fetched) -> dict[str, Json]:
    """The same for an answer that counts as failed: whatever can be shown of its body."""
    body: Json = None
    if fetched.size <= MAX_ANSWER_BYTES:
        raw = fetched.read()
        body = raw.decode("utf-8", "replace")
        body = _json_or(raw, body) if _is_json(fetched) else body
    return {**_about(fetched), "body": body}


def file_name(fetched: Fetched) -> str:
    """What the service calls the file, else the last word of its address."""
    said = fetched.answer.headers.get("content-disposition", "")
    if said:
        header = Message()
        header["Content-Disposition"] = said
        named = header.get_filename()
        if named:
            return _as_utf8(named)
    last = unquote(urlsplit(fetched.answer.url).path.rstrip("/").rpartition("/")[2])
    return last or "answer"


def _body(fetched: Fetched, answer_as: str, ports: Ports) -> Json:
    if answer_as == "file" or (answer_as == "auto" and not _is_text(fetched)):
        fetched.content.seek(0)
        name, kind = file_name(fetched), _kind(fetched)
        # An answer in another way than asked for, as a sign-in page, is not the file.
        return dict(ports.files.keep(name, kind, fetched.content))
    if fetched.size > MAX_ANSWER_BYTES:
        raise StepFailed(
            f"The answer is larger than {MAX_ANSWER_BYTES / 1_000_000:g} MB, too much to pass on "
            "as values. Ask for less, for example one page at a time, or read it as a file.",
            can_retry=False,
        )
    raw = fetched.read()
    text: Json = raw.decode("utf-8", "replace")
    if answer_as == "json":
        return _json(raw)
    return _json_or(raw, text) if answer_as == "auto" and _is_json(fetched) else text


def _about(fetched: Fetched) -> dict[str, Json]:
    return {"status": fetched.answer.status, "headers": dict(fetched.answer.headers)}


def _kind(fetched: Fetched) -> str:
    return fetched.answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_json(fetched: Fetched) -> bool:
    kind = _kind(fetched)
    return kind == "application/json" or kind.endswith("+json")


def _is_text(fetched: Fetched) -> bool:
    kind = _kind(fetched)
    if not fetched.size or _is_json(fetched) or kind.startswith("text/"):
        return True
    if kind in _TEXTS or kind.endswith(("+xml", "+yaml")):
        return True
    if kind or fetched.size > MAX_ANSWER_BYTES:
        return False
    raw = fetched.read()
    try:
        return "\0" not in raw.decode()
    except UnicodeDecodeError:
        return False


def _json(raw: bytes) -> Json:
    try:
        return json_guard.parse(raw) if raw.strip() else None
    except json_guard.JsonRefused as refused:
        raise StepFailed(f"The answer is not JSON. {refused.sentence}", can_retry=False) from None


def _json_or(raw: bytes, text: Json) -> Json:
    try:
        return json_guard.parse(raw) if raw else None
    except json_guard.JsonRefused:
        return text


def _as_utf8(name: str) -> str:
    """Header bytes come as Latin-1; names are sent as UTF-8 in practice."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name
