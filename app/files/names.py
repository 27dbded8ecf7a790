"""What a file may be called and what kind it counts as, whatever its sender says."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_NAME_CHARS = 120
UNKNOWN = "application/octet-stream"
# The kinds that are told apart; anything else is bytes, which no browser tries to show.
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
# The kinds that are shown as pictures.
PICTURES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
_FOLDERS = re.compile(r"[\\/]+")
_SPACES = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """The name without folders, control characters and marks that turn the writing around."""
    last = _FOLDERS.split(unicodedata.normalize("NFC", name))[-1]
    shown = "".join(one for one in last if _is_shown(one))
    tidy = _SPACES.sub(" ", shown).strip(" .") or "file"
    ending = PurePosixPath(tidy).suffix[:16]
    return tidy if len(tidy) <= MAX_NAME_CHARS else tidy[: MAX_NAME_CHARS - len(ending)] + ending


def media_type_of(name: str, said: str = "") -> str:
    """The kind by the name's ending, else what was said if it is a kind we know, else bytes."""
    by_name = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    if by_name:
        return by_name
    plain = said.partition(";")[0].strip().lower()
    return plain if plain in MEDIA_TYPES.values() else UNKNOWN


def name_with_ending(name: str, media_type: str) -> str:
    """The name, with the ending of its kind if it has none."""
    if PurePosixPath(name).suffix or media_type not in MEDIA_TYPES.values():
        return name
    return name + next(end for end, kind in MEDIA_TYPES.items() if kind == media_type)


def _is_shown(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
