"""Pictures that tests draw: as cameras write them, damaged ones, and ones that lie."""

import io
import struct
import zlib

from PIL import Image

WHERE_IT_WAS_TAKEN = "N 48 51 24, by Ada's camera"


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as the bytes of a file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def photograph() -> bytes:
    """A JPEG of 800 × 400 points, taken with the camera upright, that says where and by what.

    Seen the right way it is 400 × 800, blue above and red below.
    """
    picture = Image.new("RGB", (800, 400), "blue")
    picture.paste("red", (400, 0, 800, 400))
    notes = Image.Exif()
    notes[0x0112] = 6  # turn it a quarter clockwise
    notes[0x010F] = WHERE_IT_WAS_TAKEN
    notes.get_ifd(0x8825)[1] = "N"
    return encoded(picture, "JPEG", exif=notes, comment=WHERE_IT_WAS_TAKEN.encode())


def bomb() -> bytes:
    """A PNG of some kilobytes that unpacks to 3,600 million points."""
    return png(60_000, 60_000, zlib.compress(bytes(7_501 * 600)))


def png(width: int, height: int, packed: bytes) -> bytes:
    """A black and white PNG that says this size and holds these rows."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    mark = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", mark)
