"""The virtual environment: made once, left alone afterwards, repaired when cut short.

The installer is a small program of the test's own, so that a test counts how often it ran.
"""

import importlib.util
import io
import os
import shutil
from pathlib import Path

import pytest

from app.supervisor import environment
from app.supervisor.environment import EnvironmentRefused
from app.supervisor.progress import Progress

LOCKS = ("product.lock",)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a lock, and a `uv` on PATH that notes each install."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "product.lock").write_text("flask==3.1.3\n")
    (root / "dev.lock").write_text("flask==3.1.3\npytest==9.2.0\n")
    programs = tmp_path / "programs"
    programs.mkdir()
    _program(programs / "uv", f'[ "$1" = --version ] || echo "$@" >> {tmp_path}/installs')
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.delenv("LAMPLIGHT_VENV", raising=False)
    return root


def test_the_first_start_makes_it_and_the_second_only_looks(root: Path) -> None:
    python = _ready(root)
    assert os.access(python, os.X_OK)
    _ready(root)
    assert _installs(root) == 1


def test_the_lock_is_installed_with_its_hashes_checked(root: Path) -> None:
    _ready(root)
    words = (root.parent / "installs").read_text()
    assert "--require-hashes" in words
    assert str(root / "product.lock") in words


def test_a_changed_lock_is_installed_into_the_same_environment(root: Path) -> None:
    marker = _ready(root).parent.parent / "kept"
    marker.touch()
    (root / "product.lock").write_text("flask==3.1.4\n")
    _ready(root)
    assert _installs(root) == 2
    assert marker.exists()


def test_test_tools_are_added_and_then_serve_both(root: Path) -> None:
    _ready(root)
    _ready(root, locks=("product.lock", "dev.lock"))
    _ready(root)
    assert _installs(root) == 2


def test_an_install_that_was_cut_short_starts_from_nothing(root: Path) -> None:
    venv = _ready(root).parent.parent
    (venv / "half-written").touch()
    (venv / environment.UNFINISHED).touch()
    _ready(root)
    assert not (venv / "half-written").exists()
    assert _installs(root) == 2


def test_another_python_gets_another_environment(root: Path) -> None:
    python = _ready(root)
    python.unlink()
    python.symlink_to(shutil.which("sh") or "/bin/sh")
    assert _ready(root).resolve() != Path("/bin/sh").resolve()
    assert _installs(root) == 2


def test_it_may_live_elsewhere(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMPLIGHT_VENV", str(tmp_path / "elsewhere"))
    assert _ready(root) == tmp_path / "elsewhere" / "bin" / "python"
    assert not (root / ".venv").exists()


def test_a_folder_of_something_else_is_left_alone(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear-ada.txt").write_text("…")
    monkeypatch.setenv("LAMPLIGHT_VENV", str(tmp_path / "letters"))
    with pytest.raises(EnvironmentRefused, match="left alone"):
        _ready(root)
    assert (tmp_path / "letters" / "dear-ada.txt").exists()


def test_a_missing_module_says_what_to_install(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name)
    )
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(environment, "_uv", lambda: None)
    with pytest.raises(EnvironmentRefused) as refused:
        _ready(root)
    assert "ensurepip module is missing" in str(refused.value)
    assert "apt install python3-venv" in str(refused.value)
    assert "dnf install python3" in str(refused.value)


def test_an_install_that_fails_shows_why_and_is_taken_up_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = Path(shutil.which("uv") or "")
    works = uv.read_text()
    _program(uv, '[ "$1" = --version ] || { echo "no such version" >&2; exit 1; }')
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "venv" or None)
    with pytest.raises(EnvironmentRefused, match="no such version"):
        _ready(root)
    uv.write_text(works)
    _ready(root)
    assert _installs(root) == 1


def test_a_launcher_without_a_uv_behind_it_does_not_count(root: Path) -> None:
    _program(Path(shutil.which("uv") or ""), 'echo "pyenv: uv: command not found" >&2; exit 127')
    assert environment._uv() is None


def _ready(root: Path, *, locks: tuple[str, ...] = LOCKS) -> Path:
    return environment.ready(root, locks=locks, progress=Progress(out=io.StringIO()))


def _installs(root: Path) -> int:
    return len((root.parent / "installs").read_text().splitlines())


def _program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
