"""Small copies of pictures: made elsewhere, upright, with nothing but their points."""

import io
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.lib.pictures import MAX_EDGE, PictureRefused, Small, child, drawing, small_copy
from tests.lib.drawn import WHERE_IT_WAS_TAKEN, bomb, encoded, photograph, png

PLAIN = Image.new("RGB", (1200, 900), "green")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a picture lies."""
    return tmp_path / "picture"


def copied(file: Path, content: bytes) -> Small:
    """The small copy of these bytes."""
    file.write_bytes(content)
    return small_copy(file)


def why_not(file: Path, content: bytes) -> str:
    """Why these bytes have no small copy."""
    with pytest.raises(PictureRefused) as refused:
        copied(file, content)
    return refused.value.why


def colour(small: Small, place: tuple[int, int]) -> object:
    """The colour of one point."""
    return Image.open(io.BytesIO(small.content)).convert("RGB").getpixel(place)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_it_works(file: Path, kind: str) -> None:
    small = copied(file, encoded(PLAIN, kind))
    assert (small.width, small.height) == (MAX_EDGE, MAX_EDGE * 3 // 4)
    drawn = Image.open(io.BytesIO(small.content))
    assert (drawn.format, drawn.size) == ("WEBP", (small.width, small.height))
    red, green, blue = colour(small, (100, 100))  # type: ignore[misc]  # of a picture in colour
    assert green > 100 > max(red, blue)


def test_a_small_picture_stays_as_small(file: Path) -> None:
    small = copied(file, encoded(Image.new("RGB", (31, 7)), "PNG"))
    assert (small.width, small.height) == (31, 7)


def test_a_photograph_is_upright_and_tells_nothing(file: Path) -> None:
    photo = photograph()
    assert WHERE_IT_WAS_TAKEN.encode() in photo
    small = copied(file, photo)
    assert (small.width, small.height) == (MAX_EDGE // 2, MAX_EDGE)
    assert colour(small, (120, 60))[2] > 200  # type: ignore[index]
    assert colour(small, (120, 420))[0] > 200  # type: ignore[index]
    drawn = Image.open(io.BytesIO(small.content))
    assert not drawn.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(drawn.info)
    assert b"camera" not in small.content


def test_notes_that_cannot_be_read_turn_nothing(file: Path) -> None:
    photo = photograph().replace(b"MM\x00*\x00\x00\x00\x08", b"MM\x00*\xff\xff\xff\xff", 1)
    small = copied(file, photo)
    assert (small.width, small.height) == (MAX_EDGE, MAX_EDGE // 2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_points_is_read(file: Path, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    small = copied(file, encoded(Image.new(mode, (600, 600)), kind))
    assert (small.width, small.height) == (MAX_EDGE, MAX_EDGE)


def test_what_is_seen_through_stays_so(file: Path) -> None:
    small = copied(file, encoded(Image.new("RGBA", (10, 10), (9, 9, 9, 0)), "PNG"))
    assert Image.open(io.BytesIO(small.content)).mode == "RGBA"


def test_of_many_pictures_the_first_is_shown(file: Path) -> None:
    first, *others = (Image.new("RGB", (50, 50), name) for name in ("red", "blue", "blue"))
    moving = encoded(first, "GIF", save_all=True, append_images=others, duration=100)
    assert colour(copied(file, moving), (25, 25))[0] > 200  # type: ignore[index]


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"BM" + bytes(60)]
)
def test_its_first_bytes_say_what_it_is(file: Path, content: bytes) -> None:
    assert why_not(file, content) == "kind"


def test_a_damaged_picture_is_refused(file: Path) -> None:
    whole = encoded(PLAIN, "JPEG")
    assert why_not(file, whole[: len(whole) // 2]) == "broken"
    assert why_not(file, encoded(PLAIN, "PNG")[:60]) == "broken"
    assert why_not(file, b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(40)) == "broken"
    assert why_not(file, png(100, 100, zlib.compress(b"")[:4])) == "broken"


def test_a_bomb_is_refused_before_it_unpacks(file: Path) -> None:
    packed = bomb()
    assert len(packed) < 100_000
    assert why_not(file, packed) == "large"


def test_a_picture_that_takes_too_long_is_broken_off(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MAX_TIME_S", 0.001)
    assert why_not(file, encoded(PLAIN, "PNG")) == "large"


def test_what_the_process_says_is_not_trusted(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "mad.py"
    monkeypatch.setattr(drawing, "_PROGRAM", program)
    for said in (
        'b"<script>"',
        'b"{}\\nRIFF1234WEBP"',
        'b\'{"width": 9999, "height": 1}\\nRIFF1234WEBP\'',
        'b\'{"width": 9, "height": 9}\\n<html>\'',
        "bytes(5_000_000)",
    ):
        program.write_text(f"import sys; sys.stdout.buffer.write({said})")
        assert why_not(file, b"") in ("broken", "large")


def test_the_process_has_limits(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import child; child._limit()\n"
        "deeds = (lambda: bytearray(700_000_000),\n"
        "         lambda: open(sys.argv[2], 'wb', buffering=0).write(bytes(9)))\n"
        "for deed in deeds:\n"
        "    try: deed(); print('done')\n"
        "    except BaseException as error: print(type(error).__name__)\n"
    )
    arguments = [str(Path(child.__file__).parent), str(tmp_path / "made")]
    told = subprocess.run(
        [sys.executable, "-I", "-c", program, *arguments], capture_output=True, text=True
    )
    assert told.stdout.split() == ["MemoryError", "OSError"], told.stderr


def test_who_asks_never_loads_what_reads_pictures() -> None:
    program = "import app.lib.pictures, app.files.thumbnails, sys; print('PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.stdout.strip() == "False", told.stderr
