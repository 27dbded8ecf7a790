"""The process that reads one picture from its input and writes a small one to its output.

A program of its own, run by its path: it knows nothing of Lamplight, has no environment, and
limits itself before it reads the first byte. Whatever it makes is untrusted.
"""

import contextlib
import io
import json
import os
import resource
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:  # loaded where it is used, once the limits stand
    from PIL.Image import Image as Picture

MAX_EDGE = 480
MAX_PIXELS = 60_000_000
MAX_MEMORY_BYTES = 640_000_000
MAX_CPU_S = 8
_QUALITY = 80
# How it ends when there is no small picture; 0 is a picture.
IS_NONE, IS_BROKEN, IS_TOO_LARGE = 3, 4, 5
_HEAD_BYTES = 12


def kind_of(head: bytes) -> str | None:
    """The format by what the file begins with, never by its name; None for all others."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def main() -> int:
    """Read, shrink, write; the exit code says how it went."""
    _limit()
    stream = sys.stdin.buffer
    kind = kind_of(stream.read(_HEAD_BYTES))
    stream.seek(0)
    if kind is None:
        return IS_NONE
    try:
        drawn, width, height = _small(stream, kind)
    except (MemoryError, OverflowError):
        return IS_TOO_LARGE
    except Exception:  # whatever a hostile file makes of its reader: it is no picture for us
        return IS_BROKEN
    if not drawn:
        return IS_TOO_LARGE
    said = json.dumps({"width": width, "height": height}).encode()
    sys.stdout.buffer.write(said + b"\n" + drawn)
    return 0


def _limit() -> None:
    limits = {
        resource.RLIMIT_CPU: MAX_CPU_S,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,  # it can write no file
        resource.RLIMIT_NOFILE: 32,
    }
    if sys.platform != "darwin":  # which knows this limit and takes no value for it
        limits[resource.RLIMIT_AS] = MAX_MEMORY_BYTES
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    os.nice(10)


def _small(stream: BinaryIO, kind: str) -> tuple[bytes, int, int]:
    """The picture as WebP, with its width and height; no bytes when it is too large."""
    from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    del GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # loaded: all it knows
    Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is unpacked
    with Image.open(stream, formats=[kind]) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            return b"", 0, 0
        picture = _upright(_shrunk(opened))
    # A new picture, so that nothing of the old one but its points comes along: no place where it
    # was taken, no camera, no name, no colour profile.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    drawn = io.BytesIO()
    clean.save(drawn, "WEBP", quality=_QUALITY, method=4)
    return drawn.getvalue(), clean.width, clean.height


def _shrunk(picture: "Picture") -> "Picture":
    if picture.mode.startswith("I"):  # 16 bits a point, of which a browser shows 8
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif picture.mode in ("P", "PA", "1", "LA"):  # made smaller, their points would be jagged
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((MAX_EDGE, MAX_EDGE), reducing_gap=2.0)
    return picture


def _upright(picture: "Picture") -> "Picture":
    """As the camera was held, in colours that WebP knows."""
    from PIL import ImageOps

    with contextlib.suppress(Exception):  # notes of a camera that cannot be read turn nothing
        picture = ImageOps.exif_transpose(picture)
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


if __name__ == "__main__":
    sys.exit(main())
