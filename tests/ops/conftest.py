"""Houses for tests: a prepared data folder, copied for each, so that starts are quick."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ops.running_house import RunningHouse

PROJECT = Path(__file__).resolve().parents[2]
StartHouse = Callable[..., RunningHouse]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with keys, database, built assets and one person in it."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    environ = environ_of(data, data.parent / "assets")
    commands = [sys.executable, "-m", "app.commands"]
    subprocess.run([*commands, "prepare"], env=environ, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*commands, "user", "create", "--email", "ada@example.org", "--password-stdin"],
        env=environ,
        input=b"seven lanterns over the harbour\n",
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    return shutil.copytree(prepared, tmp_path / "data")


@pytest.fixture
def start(data: Path, prepared: Path) -> Iterator[StartHouse]:
    """Starts houses on `data`, and makes sure that none is left."""
    houses: list[RunningHouse] = []
    assets = prepared.parent / "assets"

    def start_house(*options: str, ready: bool = True, **environ: str) -> RunningHouse:
        command = [sys.executable, "-m", "app.supervisor", "--no-browser", *options]
        house = RunningHouse(command, environ=environ_of(data, assets) | environ, data=data)
        houses.append(house)
        if ready:
            house.wait_until_ready()
        return house

    yield start_house
    for house in houses:
        if house.process.poll() is None:
            house.stop()


def environ_of(data: Path, assets: Path) -> dict[str, str]:
    """The smallest environment that the product's processes need."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "PYTHONSAFEPATH": "1",
        "LAMPLIGHT_DATA": str(data),
        "LAMPLIGHT_ASSETS": str(assets),
        "LAMPLIGHT_WORKERS": "1",
        "LAMPLIGHT_WEB_WORKERS": "1",
    }
