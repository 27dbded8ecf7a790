"""The small copies of pictures that pages show; a picture without one is shown as a file."""

import uuid

from app.engine.values import Json
from app.files.names import PICTURES
from app.files.store import FileStore
from app.lib.pictures import PictureRefused, small_copy

PROBLEMS = {
    "kind": "This is no PNG, JPEG, WebP or GIF picture, whatever its name says.",
    "broken": "This picture is damaged, so it is not shown here.",
    "large": "This picture has too many points to be shown here.",
    "busy": "A small picture of it could not be made just then.",
}


def make(store: FileStore, value: Json) -> dict[str, Json] | None:
    """What a page has to know of a picture: the size of its small copy, or why there is none.

    `{"width": …, "height": …}` in points, or `{"problem": <a key of PROBLEMS>}`; None for files
    that are no pictures. It takes a moment: call it outside `writing()`.
    """
    if not isinstance(value, dict) or value.get("media_type") not in PICTURES:
        return None
    file_id = uuid.UUID(str(value["file"]))
    try:
        small = small_copy(store.path(file_id))
        store.write_small(file_id, small.content)
    except PictureRefused as refused:
        return {"problem": refused.why}
    except OSError:  # gone meanwhile, or no space left: the file itself is what counts
        return {"problem": "busy"}
    return {"width": small.width, "height": small.height}
