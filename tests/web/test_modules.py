"""Joining the browser's modules."""

import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import PROJECT
from app.web import modules
from app.web.modules import CannotJoin

PAGES = {"js/app.js": "js/app.js", "js/editor.js": "js/editor/canvas.js"}
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a counter, two that use it, and two pages."""
    write(
        tmp_path,
        {
            "js/parts/counter.js": (
                "let count = 0;\n\n"
                "export function next() {\n  count += 1;\n  return count;\n}\n"
                "export const name = `a  b // no comment`;\n"
                "export class Box { #of = 1; get of() { return this.#of; } }\n"
            ),
            "js/parts/first.js": (
                'import { next as upper, name } from "./counter.js";\n\n'
                "const count = 10;\n"
                "export const first = () => `${name} ${count + upper()}`;\n"
            ),
            "js/parts/all.js": 'export { first, first as one } from "./first.js";\n',
            "js/app.js": (
                'import {\n  first,\n  one,\n} from "./parts/all.js";\n\n'
                "console.log(first(), one());\n"
            ),
            "js/editor/canvas.js": (
                'import { Box, next } from "../parts/counter.js";\n\n'
                "console.log(next(), new Box().of, import.meta.url.endsWith('/canvas.js'));\n"
            ),
        },
    )
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def said(folder: Path, served: dict[str, str], page: str) -> list[str]:
    """What the joined files say in a JavaScript engine, loaded in order."""
    write(folder, {"package.json": '{"type": "module"}', "page.js": page, **served})
    done = subprocess.run(["node", "page.js"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@needs_node
def test_joined_modules_do_what_they_did_apart(root: Path, tmp_path: Path) -> None:
    served = modules.joined(root, PAGES)
    page = 'import "./js/app.js";\nimport "./js/editor.js";\n'
    assert said(tmp_path / "out", served, page) == [
        "a  b // no comment 11 a  b // no comment 12",
        "3 1 true",
    ], "scopes are apart, and the counter of the first file is the second one's too"


@needs_node
def test_a_part_that_is_loaded_later_shares_what_is_there(root: Path, tmp_path: Path) -> None:
    write(
        root,
        {
            "js/editor/canvas.js": (
                'import { next } from "../parts/counter.js";\n\nnext();\n'
                'import("./rare.js").then(({ more }) => more());\n'
            ),
            "js/editor/rare.js": (
                'import { next } from "../parts/counter.js";\n\n'
                "export const more = () => console.log(next());\n"
            ),
        },
    )
    with pytest.raises(CannotJoin, match=r"loads js/editor/rare\.js later, which is no file"):
        modules.joined(root, PAGES)
    served = modules.joined(root, {**PAGES, "js/later.js": "js/editor/rare.js"})
    assert said(tmp_path / "out", served, 'import "./js/editor.js";\n')[-1:] == ["4"]


def test_a_module_stands_behind_what_it_needs(root: Path) -> None:
    assert list(modules.read(root, "js/app.js")) == [
        "js/parts/counter.js",
        "js/parts/first.js",
        "js/parts/all.js",
        "js/app.js",
    ]


def test_a_circle_is_refused(root: Path) -> None:
    write(root, {"js/parts/counter.js": 'import { first } from "./first.js";\n'})
    with pytest.raises(CannotJoin, match=r"circle: js/parts/first\.js → js/parts/counter\.js → js"):
        modules.read(root, "js/app.js")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('import { first } from "./gone.js";', r"There is no module js/gone\.js"),
        ('import { gone } from "./parts/first.js";', r"takes gone, but js/parts/first\.js has"),
        ('import * as all from "./parts/first.js";', "cannot be joined: import"),
        ('import first from "./parts/first.js";', "cannot be joined: import"),
        ('import "./parts/first.js";', "cannot be joined: import"),
        ('import { first } from "first";', "cannot be joined: import"),
        ('import { default as x } from "./parts/first.js";', "takes default"),
        ('import { "odd name" as x } from "./parts/first.js";', "names something"),
        ("export default 1;", "cannot be joined: export default"),
        ("export let count = 1;", "cannot be joined: export let"),
        ('export * from "./parts/first.js";', "cannot be joined: export"),
    ],
)
def test_other_ways_of_importing_are_refused(root: Path, line: str, sentence: str) -> None:
    write(root, {"js/app.js": f"{line}\n"})
    with pytest.raises(CannotJoin, match=sentence):
        modules.joined(root, {"js/app.js": "js/app.js"})


def test_two_of_one_name_are_not_given_on(root: Path) -> None:
    write(
        root,
        {
            "js/parts/counter.js": "export const next = () => 1;\nexport const name = 2;\n",
            "js/app.js": 'import { next } from "./parts/other.js";\n'
            'import { first } from "./parts/first.js";\n',
            "js/parts/other.js": "export const next = () => 2;\n",
            "js/editor/canvas.js": 'import { next } from "../parts/other.js";\n'
            'import { next as more } from "../parts/counter.js";\n',
        },
    )
    with pytest.raises(CannotJoin, match="both give next"):
        modules.joined(root, PAGES)


@needs_node
def test_made_small_the_scripts_still_pass_their_tests(tmp_path: Path) -> None:
    """The scripts' own tests, run on modules that the minifier has worked on."""
    import minify

    for path in (PROJECT / "static" / "js").rglob("*.js"):
        small = minify.string("application/javascript", path.read_text("utf-8"))
        write(tmp_path, {path.relative_to(PROJECT).as_posix(): small})
    for folder in ("tests/js", "static/vendor"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    write(tmp_path, {"package.json": '{"type": "module"}'})
    tests = sorted(str(path) for path in (tmp_path / "tests" / "js").glob("*.test.mjs"))
    done = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
