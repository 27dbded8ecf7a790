"""What addresses of files name."""

from flask import abort

from app.handovers.models import HandoverKind

_KINDS = {"csv": HandoverKind.CSV, "xlsx": HandoverKind.WORKBOOK}


def kind_of(ending: str) -> HandoverKind:
    """The kind of file with this ending, or 404."""
    return _KINDS.get(ending) or abort(404)
