"""The files that browsers load: joined, made small, kept under a digest of their sources."""

import gzip
import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import WSGIApplication

from whitenoise import WhiteNoise

from app.settings import PROJECT
from app.web import modules

KEEP_OLD_S = 24 * 60 * 60
DIGEST_CHARACTERS = 20

# What is joined, in the order of the cascade layers; a folder's files go in by name.
BUNDLES = {
    "app.css": (
        "css/layers.css",
        "css/tokens.css",
        "css/reset.css",
        "css/base.css",
        "css/layout/*.css",
        "css/components/*.css",
        "css/utilities.css",
    ),
    "editor.css": ("css/editor/*.css",),
    "canvas.css": ("css/canvas/*.css",),
    "describing.css": ("css/describing/*.css",),
    "chat.css": ("css/chat/*.css",),
    # Tools are set by the parts that the editor has for them.
    "simple.css": ("css/editor/setting_rows.css", "css/simple/*.css"),
}
# Scripts by the name they are served under, and the module each begins with. One that takes
# something from a module of an earlier file finds it there.
SCRIPTS = {
    "js/app.js": "js/app.js",
    "js/editor.js": "js/editor/canvas.js",
    "js/working.js": "js/editor/working.js",
    "js/tidy.js": "js/editor/tidy.js",
    "js/diff_view.js": "js/editor/diff_view.js",
    "js/run_layer.js": "js/editor/run_layer.js",
    "js/chat.js": "js/chat/chat.js",
    "js/simple.js": "js/simple/simple.js",
}
COPIED = ("fonts/*.woff2", "icons/*.svg", "vendor/*.js")
SOURCES = (*(one for patterns in BUNDLES.values() for one in patterns), *COPIED, "js/**/*.js")
PACKED = (".css", ".js", ".svg")  # a font is compressed by its own format


class UnknownAsset(LookupError):
    """A template asks for a file that is not there."""


@dataclass(frozen=True, slots=True)
class Assets:
    """One built set: `root` holds the files, `digest` names the set in every address."""

    digest: str
    root: Path
    names: frozenset[str]

    def url(self, path: str) -> str:
        """The address of a file such as `js/app.js`. Raises UnknownAsset for a wrong name."""
        if path not in self.names:
            raise UnknownAsset(f"There is no file {path} among the assets.")
        return f"/static/{self.digest}/{path}"


def build(folder: Path, *, source: Path = PROJECT / "static") -> Assets:
    """Make sure that `folder` holds the current set of files, and say where.

    Several processes may build at once: each writes a folder of its own and renames it, the first
    one wins. A set that nobody has started with for a day is removed.
    """
    digest = _digest(source)
    built = Assets(digest=digest, root=folder / digest, names=_names(source))
    folder.mkdir(parents=True, exist_ok=True)
    if built.root.is_dir():
        os.utime(built.root)
    else:
        _write(read(source), built.root)
    _remove_old(folder, keep=digest)
    return built


def read(source: Path) -> dict[str, bytes]:
    """Every served file by its name: bundles joined, styles and scripts of ours made small.

    Raises CannotJoin for scripts that cannot be joined.
    """
    contents = {
        name: _small("text/css", "\n".join(one.read_text("utf-8") for one in _found(source, parts)))
        for name, parts in BUNDLES.items()
    }
    for name, script in modules.joined(source, SCRIPTS).items():
        contents[name] = _small("application/javascript", script)
    for path in _found(source, COPIED):
        contents[path.relative_to(source).as_posix()] = path.read_bytes()
    return contents


def wrap(app: WSGIApplication, assets: Assets) -> WSGIApplication:
    """`app` with the files in front of it, at `/static/<digest>/…`, cached for good.

    Sets of the last day are served too: a page that was open during an upgrade goes on working.
    """
    return WhiteNoise(
        app,
        root=assets.root.parent,
        prefix="static/",
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )


def _found(source: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(source.glob(pattern))]


def _names(source: Path) -> frozenset[str]:
    copied = {path.relative_to(source).as_posix() for path in _found(source, COPIED)}
    return frozenset({*BUNDLES, *SCRIPTS, *copied})


def _digest(source: Path) -> str:
    """Of all that a set is made from, and with: joining and making small can change, too."""
    total = hashlib.sha256(version("minify-go").encode())
    for tool in (__file__, modules.__file__):
        total.update(Path(tool).read_bytes())
    for path in sorted(set(_found(source, SOURCES))):
        content = path.read_bytes()
        total.update(f"{path.relative_to(source).as_posix()} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()[:DIGEST_CHARACTERS]


def _small(media_type: str, text: str) -> bytes:
    import minify  # brings a runtime of its own, which only the process that builds needs

    return minify.string(media_type, text).encode()


def _write(contents: dict[str, bytes], target: Path) -> None:
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    for name, content in contents.items():
        path = building / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.suffix in PACKED:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, mtime=0))
    building.chmod(0o755)
    try:
        building.rename(target)
    except OSError:
        shutil.rmtree(building)
        if not target.is_dir():  # not another process that was faster, but a real failure
            raise


def _remove_old(folder: Path, *, keep: str) -> None:
    for path in folder.iterdir():
        if path.name != keep and path.is_dir() and _age_s(path) > KEEP_OLD_S:
            shutil.rmtree(path, ignore_errors=True)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # another process removed it first
        return 0.0


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
