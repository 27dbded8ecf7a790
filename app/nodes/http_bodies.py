"""The body of an HTTP step's request: JSON, forms, parts with files, text, or a file itself."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.engine.errors import StepFailed
from app.engine.file_port import is_file
from app.engine.ports import Ports
from app.engine.values import Given
from app.lib import json_guard
from app.lib.resolver import as_text
from app.lib.safe_http import BodyStream

MAX_SENT_BYTES = 100_000_000
_CHUNK_BYTES = 256 * 1024
_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}
Body = bytes | BodyStream | None
_Piece = bytes | tuple[Path, int]


def body_of(given: Given, ports: Ports) -> tuple[Body, str]:
    """The body and what kind it is; raises StepFailed for JSON that is none, or no file."""
    kind = given["body_kind"]
    if kind == "multipart":
        return _parts(given["body_parts"], ports)
    if kind == "file":
        file = ports.files.open(given["body_file"])
        return _stream([(file.path, file.size)]), file.media_type
    return _simple_body(kind, given), _TYPES.get(kind, "")


def _simple_body(kind: str, given: Given) -> bytes | None:
    if kind == "none":
        return None
    if kind == "form":
        pairs = [(row["name"], as_text(row["value"])) for row in given["body_form"]]
        return urlencode(pairs).encode()
    body: bytes = given["body"].encode("utf-8", "replace")
    if kind == "json":
        try:
            json_guard.parse(body)
        except json_guard.JsonRefused as refused:
            raise StepFailed(
                f"“Content” is not JSON. {refused.sentence}", can_retry=False
            ) from None
    return body


def _parts(rows: list[dict[str, Any]], ports: Ports) -> tuple[BodyStream, str]:
    """Named parts with a line between them that occurs in none (RFC 7578)."""
    boundary = f"lamplight-{secrets.token_hex(16)}"
    pieces: list[_Piece] = []
    for row in rows:
        value = row["value"]
        # A list of files becomes one part each, all of the same name.
        several = isinstance(value, list) and value and all(is_file(one) for one in value)
        for one in value if several else [value]:
            pieces += _part(boundary, str(row["name"]).strip(), one, ports)
    pieces.append(f"--{boundary}--\r\n".encode())
    return _stream(pieces), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, name: str, value: Any, ports: Ports) -> list[_Piece]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
    if not is_file(value):
        return [f"{head}\r\n\r\n{as_text(value)}\r\n".encode("utf-8", "replace")]
    file = ports.files.open(value)
    head += f'; filename="{_quoted(file.name)}"\r\nContent-Type: {file.media_type}\r\n\r\n'
    return [head.encode("utf-8", "replace"), (file.path, file.size), b"\r\n"]


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _stream(pieces: list[_Piece]) -> BodyStream:
    size = sum(len(one) if isinstance(one, bytes) else one[1] for one in pieces)
    if size > MAX_SENT_BYTES:
        raise StepFailed(
            f"The request would be larger than {MAX_SENT_BYTES // 1_000_000} MB. Send less at "
            "once.",
            can_retry=False,
        )
    return BodyStream(size, lambda: _chunks(pieces))


def _chunks(pieces: list[_Piece]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        with piece[0].open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
