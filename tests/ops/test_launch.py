"""How bin/ turns into the product: the supervisor needs no package, the folder need not be ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.supervisor import launch
from tests.ops.conftest import PROJECT


def test_the_supervisor_loads_without_any_package() -> None:
    code = "import app.supervisor.house, app.supervisor.launch, sys; print(*sys.modules)"
    told = subprocess.run(
        [sys._base_executable, "-S", "-P", "-c", code],
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    ours = {name for name in told.stdout.split() if name.startswith("app.")}
    others = {name for name in ours if not name.startswith("app.supervisor")}
    local_model = {"app.llm", "app.llm.local", "app.llm.local.standing"}  # kept alive as a child
    assert others == {"app.settings", *local_model}


def test_every_script_in_bin_is_known() -> None:
    scripts = {path.name for path in (PROJECT / "bin").iterdir()} - {"with-python"}
    assert scripts == set(launch.COMMANDS)
    assert all(os.access(PROJECT / "bin" / name, os.X_OK) for name in scripts)


def test_a_folder_that_cannot_be_written_keeps_byte_code_with_the_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != launch.ROOT)
    environ = launch.child_environ({"LAMPLIGHT_DATA": str(tmp_path)})
    assert environ["PYTHONPYCACHEPREFIX"] == str(tmp_path / "cache" / "bytecode")
    monkeypatch.undo()
    assert "PYTHONPYCACHEPREFIX" not in launch.child_environ({})


def test_the_product_keeps_byte_code_whatever_the_environment_says(tmp_path: Path) -> None:
    kept = tmp_path / "bytecode"
    environ = {"PATH": os.environ["PATH"], "LAMPLIGHT_VENV": sys.prefix}
    said = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(kept)}
    command = [PROJECT / "bin" / "lamplight", "--help"]
    subprocess.run(command, env=environ | said, stdout=subprocess.DEVNULL, check=True)
    assert list(kept.rglob("doctor.*.pyc"))


def test_a_script_works_through_a_link_and_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "lamplight").symlink_to(PROJECT / "bin" / "lamplight")
    environ = {"PATH": os.environ["PATH"], "LAMPLIGHT_VENV": sys.prefix, "HOME": str(tmp_path)}
    told = subprocess.run(
        [tmp_path / "lamplight", "--help"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert "sign-up-link" in told.stdout


def test_without_a_new_enough_python_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    for name in ("dirname", "readlink", "sh"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    told = subprocess.run(
        [PROJECT / "bin" / "up"],
        env={"PATH": str(tmp_path), "LAMPLIGHT_VENV": str(tmp_path / "none")},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert "Python 3.11 or newer" in told.stderr
    assert "apt install python3" in told.stderr
