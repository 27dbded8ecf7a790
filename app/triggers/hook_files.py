"""Files that come with a delivery: parts of a multipart form, stored and named by their values."""

import uuid
from collections.abc import Iterator
from io import BytesIO

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from app.engine.file_port import is_file
from app.engine.values import Json
from app.files import uploads
from app.files.store import FileRefused, FileStore
from app.triggers.hook_payload import MAX_BODY_BYTES, MAX_FIELDS, DeliveryRefused, Incoming

MULTIPART = "multipart/form-data"
MAX_FILES = 20


def form_of(
    incoming: Incoming, session: Session, store: FileStore, *, workspace_id: uuid.UUID
) -> dict[str, Json]:
    """The fields of a multipart form, files as the values of stored ones; outside `writing()`.

    Raises DeliveryRefused for what cannot be read or kept.
    """
    fields, files = _parts(incoming)
    sent = [(name, file) for name, file in files.items(multi=True) if file.filename]
    if len(sent) > MAX_FILES:
        raise DeliveryRefused(f"A delivery may have {MAX_FILES} files at most.")
    found: dict[str, list[Json]] = {}
    for name, value in fields.items(multi=True):
        found.setdefault(name, []).append(value)
    for name, file in sent:
        found.setdefault(name, []).append(_kept(file, session, store, workspace_id))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def files_in(value: Json) -> Iterator[uuid.UUID]:
    """The ids of all files that a payload names."""
    if isinstance(value, dict):
        if is_file(value):
            yield uuid.UUID(str(value["file"]))
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from files_in(item)


def with_copies(
    value: Json, session: Session, store: FileStore, *, workspace_id: uuid.UUID, by: uuid.UUID
) -> Json:
    """A payload whose files are copies for another run; a file that is gone becomes nothing."""
    if isinstance(value, list):
        return [
            with_copies(item, session, store, workspace_id=workspace_id, by=by) for item in value
        ]
    if not isinstance(value, dict):
        return value
    if is_file(value):
        file_id = uuid.UUID(str(value["file"]))
        copied: Json = uploads.copy_for_new_run(session, store, workspace_id, file_id, by)
        return copied
    return {
        name: with_copies(item, session, store, workspace_id=workspace_id, by=by)
        for name, item in value.items()
    }


def _parts(
    incoming: Incoming,
) -> tuple["MultiDict[str, str]", "MultiDict[str, FileStorage]"]:
    _, options = parse_options_header(incoming.headers.get("content-type"))
    parser = FormDataParser(
        stream_factory=_in_memory,
        max_form_memory_size=MAX_BODY_BYTES,
        max_form_parts=MAX_FIELDS,
        silent=False,
    )
    try:
        _, fields, files = parser.parse(
            BytesIO(incoming.body), MULTIPART, len(incoming.body), options
        )
    except ValueError:
        raise DeliveryRefused("This form of several parts cannot be read.") from None
    return fields, files


def _in_memory(*_about: object, **_more: object) -> BytesIO:
    """The whole delivery has 1 MB at most."""
    return BytesIO()


def _kept(
    file: FileStorage, session: Session, store: FileStore, workspace_id: uuid.UUID
) -> dict[str, Json]:
    try:
        return uploads.keep(
            session,
            store,
            workspace_id,
            file.filename or "",
            file.stream,  # type: ignore[arg-type]  # werkzeug's stream reads as a file does
            media_type=file.mimetype,
        )
    except FileRefused as refused:
        raise DeliveryRefused(refused.sentence, status=413) from None
