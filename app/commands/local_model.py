"""`lamplight local-model`: the model that this computer answers with; `bin/up` keeps it alive."""

import argparse
import os
import signal
from pathlib import Path
from threading import Event
from types import FrameType

from app.commands import process_logs
from app.commands.command import CommandRefused, Commands
from app.lib.safe_http import Door
from app.llm.local import serving, standing, weights
from app.llm.local.standing import Standing, State
from app.llm.local.weights import OFFICIAL, QWEN, WeightsRefused
from app.llm.providers import PROVIDERS
from app.settings import Settings


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser("local-model", help="answer with a model on this computer")
    parser.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Fetch the weights if need be, load them, and answer until SIGTERM or SIGINT."""
    settings = Settings.from_environment()
    if not settings.local_model:
        raise CommandRefused("Set LAMPLIGHT_LOCAL_MODEL to a GGUF file, or to " + OFFICIAL + ".")
    if not standing.is_installed():
        raise CommandRefused(standing.absent().words)
    process_logs.set_up()
    stopped = _until_asked()
    keeper = Keeper(settings)
    try:
        keeper.serve()
    except (WeightsRefused, RuntimeError) as refused:
        keeper.say("failed", str(refused))
        raise CommandRefused(str(refused)) from refused
    serving.until(stopped)
    return 0


class Keeper:
    """Does the work, and says how it stands."""

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data_dir
        self._wanted = settings.local_model
        self._name = QWEN.name if self._wanted == OFFICIAL else Path(self._wanted).stem

    def serve(self) -> None:
        """From the file to the first answer. Raises WeightsRefused, RuntimeError."""
        self.say("starting")
        file = self._file()
        self.say("starting")
        port = PROVIDERS["built_in"].port or 0
        serving.serve(file, port, name=self._name)
        self.say("ready")

    def say(self, state: State, words: str = "", *, done: int = 0, size: int = 0) -> None:
        """Write down how it stands."""
        now = Standing(state, self._name, words, done, size, os.getpid())
        standing.note(self._data / "run", now)

    def _file(self) -> Path:
        if self._wanted != OFFICIAL:
            return weights.named(Path(self._wanted))
        return weights.official(
            self._data / "models",
            Door(),
            lambda done, size: self.say("downloading", done=done, size=size),
        )


def _until_asked() -> Event:
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped
