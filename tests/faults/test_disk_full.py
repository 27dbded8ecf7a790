"""The disk that files of runs are kept on is full."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.engine.states import RunStatus
from app.settings import Settings
from tests.loopback import Loopback, reply
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, form, http, in_a_row
from tests.runs.house import House, has_ended, is_there, until

SIZE = 2_000_000
LONG_S = 60


def _mount(*words: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", *words], check=True, capture_output=True)


@pytest.fixture
def small_disk(settings: Settings) -> Iterator[Path]:
    """A disk of 256 kB for files."""
    folder = settings.data_dir / "files"
    folder.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    try:
        _mount("-o", "size=256k", "none", str(folder))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine forbids mounts: {error.stderr!r}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_file_that_finds_no_space_fails_its_step_in_words(
    small_disk: Path,
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    picture = reply(body=os.urandom(SIZE), Content_Type="image/png")
    with Loopback(lambda _request: picture) as service:
        agent = make_agent(
            in_a_row(
                form("name", required=False),
                http("get", service.url + "/picture", answer_as="file"),
                answer("{{ steps.get.body.size }}"),
            )
        )
        refused = start_run(agent)
        worker = house.open_worker()
        until(lambda: has_ended(session, refused), within_s=LONG_S)
        assert refused.status is RunStatus.FAILED
        assert "There is no space left" in (refused.error_message or "")
        assert is_there(worker)

        _mount("-o", "remount,size=8m", "none", str(small_disk))
        run = start_run(agent)
        until(lambda: has_ended(session, run), within_s=LONG_S)
        assert (run.status, run.answer) == (RunStatus.SUCCESS, str(SIZE))
