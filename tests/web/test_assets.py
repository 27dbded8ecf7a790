"""Building the files that browsers load, and serving them."""

import gzip
import os
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.test import Client

from app.web import assets
from app.web.assets import KEEP_OLD_S, Assets, UnknownAsset


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small static folder."""
    folder = tmp_path / "static"
    for name, text in {
        "css/layers.css": "@layer reset, components;",
        "css/tokens.css": ":root { --s1: 4px }",
        "css/components/badge.css": ".badge { color: red }",
        "css/components/button.css": ".btn { gap: 0 }",
        "css/utilities.css": ".row { margin: 0 }\n" * 40,
        "css/editor/panel.css": ".panel { gap: 0 }",
        "js/app.js": 'import { say } from "./behaviours/copy.js";\n\nsay("app");\n',
        "js/behaviours/copy.js": "// Says.\nexport function say(words) { console.log(words); }\n",
        "js/editor/canvas.js": 'import { say } from "../behaviours/copy.js";\n\nsay("editor");\n',
        "js/editor/working.js": 'export { say } from "../behaviours/copy.js";\n',
        "js/editor/tidy.js": "export const ROWS = 2;\n",
        "js/editor/diff_view.js": "export const MARKS = 3;\n",
        "js/editor/run_layer.js": "export const EVERY = 1;\n",
        "js/chat/chat.js": 'import { say } from "../behaviours/copy.js";\n\nsay("chat");\n',
        "js/simple/simple.js": "export const QUIET = 1;\n",
        "icons/sprite.svg": "<svg/>",
        "icons/build_sprite.py": "never served",
        "vendor/VENDORED.md": "never served",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def built(source: Path, tmp_path: Path) -> Assets:
    """The small folder, built."""
    return assets.build(tmp_path / "assets", source=source)


def test_styles_are_joined_in_layer_order_and_made_small(built: Assets) -> None:
    style = (built.root / "app.css").read_text()
    assert style.startswith(
        "@layer reset,components;:root{--s1:4px}.badge{color:red}.btn{gap:0}.row{margin:0}"
    )
    assert (built.root / "editor.css").read_text() == ".panel{gap:0}"


def test_scripts_are_joined_and_made_small(built: Assets) -> None:
    app, editor = ((built.root / f"js/{name}.js").read_text() for name in ("app", "editor"))
    assert "Says" not in app
    assert "console.log" in app
    assert 'from"./app.js"' in editor
    assert "console.log" not in editor, "what the app has already is taken from there"


def test_only_files_for_browsers_are_served(built: Assets) -> None:
    assert built.names == {
        "app.css",
        "canvas.css",
        "chat.css",
        "describing.css",
        "editor.css",
        "js/app.js",
        "js/chat.js",
        "js/editor.js",
        "js/working.js",
        "js/diff_view.js",
        "js/run_layer.js",
        "js/simple.js",
        "js/tidy.js",
        "simple.css",
        "icons/sprite.svg",
    }
    written = {p.relative_to(built.root).as_posix() for p in built.root.rglob("*") if p.is_file()}
    assert {name.removesuffix(".gz") for name in written} == built.names


def test_each_text_file_has_a_packed_twin(built: Assets) -> None:
    packed = (built.root / "app.css.gz").read_bytes()
    assert gzip.decompress(packed) == (built.root / "app.css").read_bytes()


def test_the_digest_follows_the_contents(source: Path, built: Assets) -> None:
    again = assets.build(built.root.parent, source=source)
    assert again == built
    (source / "js/behaviours/copy.js").write_text("export const say = alert;\n")
    changed = assets.build(built.root.parent, source=source)
    assert changed.digest != built.digest
    assert built.root.is_dir(), "pages that are still open need the files of before"


def test_a_second_start_writes_nothing(source: Path, built: Assets) -> None:
    before = (built.root / "app.css").stat().st_mtime_ns
    assets.build(built.root.parent, source=source)
    assert (built.root / "app.css").stat().st_mtime_ns == before


def test_sets_of_yesterday_are_removed(source: Path, built: Assets) -> None:
    folder = built.root.parent
    old, recent = folder / "old", folder / "recent"
    for path, age_s in ((old, KEEP_OLD_S + 60), (recent, KEEP_OLD_S - 600)):
        path.mkdir()
        os.utime(path, (time.time() - age_s,) * 2)
    assets.build(folder, source=source)
    assert not old.exists()
    assert recent.exists()


def test_several_processes_may_build_at_once(source: Path, tmp_path: Path) -> None:
    folder, digests = tmp_path / "shared", []

    def build() -> None:
        digests.append(assets.build(folder, source=source).digest)

    builders = [Thread(target=build) for _ in range(8)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert len(digests) == 8
    assert [path.name for path in folder.iterdir()] == [digests[0]]


def test_a_wrong_name_is_refused(built: Assets) -> None:
    assert built.url("js/app.js") == f"/static/{built.digest}/js/app.js"
    with pytest.raises(UnknownAsset, match=r"js/ap\.js"):
        built.url("js/ap.js")


def _rest(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"the app"]


def test_files_are_served_packed_and_for_good(built: Assets) -> None:
    browser = Client(assets.wrap(_rest, built))
    answer = browser.get(built.url("app.css"), headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_everything_else_goes_to_the_app(built: Assets) -> None:
    browser = Client(assets.wrap(_rest, built))
    assert browser.get("/w/harbour/").data == b"the app"
    assert browser.get(f"/static/{built.digest}/../app.css").data == b"the app"
    assert browser.get(f"/static/{built.digest}/icons/build_sprite.py").data == b"the app"
