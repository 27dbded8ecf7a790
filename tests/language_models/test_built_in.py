"""Settings → Models says how the model stands that this installation runs itself."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.llm.local import standing
from app.llm.local.standing import Standing

HERE = "/w/harbour-pine/settings/models"


@pytest.fixture
def run_folder(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is written down, in an installation that wants one."""
    settings = replace(app.config["LAMPLIGHT"], local_model="/srv/tiny.gguf")
    app.config["LAMPLIGHT"] = settings
    monkeypatch.setattr(standing, "is_installed", lambda: True)
    folder: Path = settings.data_dir / "run"
    return folder


def test_it_works(ada: FlaskClient, run_folder: Path) -> None:
    me = os.getpid()
    page = ada.get(HERE).text
    assert "Loading it takes some seconds." in page
    assert 'hx-trigger="every 2s"' in page
    standing.note(run_folder, Standing("downloading", "Qwen", "", 50, 200, me))
    part = ada.get(f"{HERE}/built-in").text
    assert 'value="25"' in part
    standing.note(run_folder, Standing("ready", "tiny", process=me))
    page = ada.get(HERE).text
    assert "kind=built_in" in page
    assert "every 2s" not in page
    standing.note(run_folder, Standing("failed", "tiny", "There is no such file."))
    assert "There is no such file." in ada.get(HERE).text


def test_one_that_was_killed_is_being_started(ada: FlaskClient, run_folder: Path) -> None:
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    standing.note(run_folder, Standing("ready", "tiny", process=ended.pid))
    page = ada.get(HERE).text
    assert "Loading it takes some seconds." in page
    assert 'hx-trigger="every 2s"' in page


def test_one_that_is_not_installed_says_how(
    ada: FlaskClient, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "is_installed", lambda: False)
    assert standing.PINNED in ada.get(HERE).text


def test_nothing_is_said_where_none_is_wanted(ada: FlaskClient) -> None:
    assert 'id="built-in"' not in ada.get(HERE).text
    assert 'id="built-in"' not in ada.get(f"{HERE}/built-in").text
    assert "8089" not in ada.get(f"{HERE}/new").text
