"""The whole house: started stage by stage, watched, stopped in order."""

import os
import sys
import time
from pathlib import Path

from app.llm.local import standing
from app.settings import SettingRefused, Settings
from app.supervisor import address, announcement, forks, options, preparation, valkey
from app.supervisor.address import Address, AddressRefused
from app.supervisor.attention import Attention, StopAsked
from app.supervisor.crew import Crew
from app.supervisor.data_folder import DataFolder, FolderRefused
from app.supervisor.first_answer import first_answer
from app.supervisor.options import Options
from app.supervisor.preparation import PreparationFailed
from app.supervisor.progress import Progress
from app.supervisor.service import Service
from app.supervisor.valkey import PrivateValkey, ValkeyRefused

FIRST_ANSWER_S = 60.0
WEB_GRACE_S = 3.0
MODEL_GRACE_S = 5.0
WORKERS_GRACE_S = 7.0  # longer than the workers' own parent gives its children
COMMANDS = (sys.executable, "-m", "app.commands")


class StartFailed(RuntimeError):
    """A part of the house ended while it was starting; the text says which and its last words."""


def main(arguments: list[str]) -> int:
    """Run the house until somebody stops it; return the exit code for the shell.

    0 after a wished end, 1 when it could not start, 2 when it may not listen there.
    """
    started = float(os.environ.pop("LAMPLIGHT_STARTED", "0")) or None
    chosen = options.parse(arguments, os.environ)
    progress = Progress(started)
    try:
        settings = Settings.from_environment()
        folder = DataFolder(settings.data_dir)
        place = address.choose(chosen, os.environ)
    except AddressRefused as refused:
        print(refused, file=sys.stderr)
        return 2
    except (FolderRefused, SettingRefused) as refused:
        print(refused, file=sys.stderr)
        return 1
    return House(settings, chosen, place, folder, progress).live()


class House:
    """Valkey, web and workers over one data folder."""

    def __init__(
        self,
        settings: Settings,
        chosen: Options,
        place: Address,
        folder: DataFolder,
        progress: Progress,
    ) -> None:
        """Prepare; `live` starts everything."""
        self.settings = settings
        self.chosen = chosen
        self.place = place
        self.folder = folder
        self.progress = progress
        self.attention = Attention()
        self.crew = Crew(folder, self.attention, progress)
        self.valkey: PrivateValkey | None = None

    def live(self) -> int:
        """Start, watch, stop; return the exit code."""
        code = 0
        try:
            self._start()
            self.crew.watch()
        except StopAsked:
            pass
        except (ValkeyRefused, PreparationFailed, StartFailed) as refused:
            self.progress.say(f"\n{refused}")
            code = 1
        finally:
            self._stop()
        return code

    def _start(self) -> None:
        self.progress.say("Lamplight")
        self._open_folder()
        environ = self._environ()
        self._start_valkey(environ)
        with preparation.under_way(self.folder.path):
            web = self._start_web(environ)  # loads meanwhile, and waits before it listens
            sign_up_url = self._prepare(environ)
        self._wait_for_valkey()
        workers = self._start_workers(environ)
        self._wait_for_page(web)
        self._see_workers(workers)
        self._start_model(environ)
        logs = None if self.chosen.logs_to_terminal else self.folder.logs
        announcement.announce(
            self.place, sign_up_url=sign_up_url, logs=logs, progress=self.progress
        )
        if self.chosen.browser:
            announcement.open_browser(sign_up_url or self.place.public_url)

    def _open_folder(self) -> None:
        for name in self.folder.end_leftovers():
            self.progress.say(f"  Ended {name}, left over from a start that was cut short.")
        if valkey.end_stale(self.folder):
            self.progress.say("  Ended a Valkey left over from a start that was cut short.")
        self.folder.trim_logs()
        self.folder.note("up", {"pid": os.getpid(), "url": self.place.local_url})
        self.progress.done("data folder", str(self.folder.path))
        if self.place.moved_from:
            self.progress.say(f"  {self.place.moved_from}")

    def _start_valkey(self, environ: dict[str, str]) -> None:
        if self.settings.redis_url:
            return
        self.valkey = PrivateValkey(self.folder, valkey.find(), log=self._log("valkey"))
        self.crew.join(self.valkey.service)
        environ["REDIS_URL"] = self.valkey.url

    def _wait_for_valkey(self) -> None:
        if self.valkey:
            self.valkey.wait(self.attention)
            self.progress.done("valkey", f"{self.valkey.engine.version} on a private socket")
        else:
            self.progress.done("valkey", "the one that REDIS_URL names")

    def _prepare(self, environ: dict[str, str]) -> str:
        """Return the sign-up address of the first owner, or nothing when there is one."""
        if preparation.is_done(self.settings):
            self.progress.done("database", "up to date")
            return ""
        sign_up_url = ""
        self.progress.begin("database", "preparing")
        for told in preparation.prepare(environ, self.attention):
            if told["name"] == "sign-up":
                sign_up_url = told["text"]
            else:
                self.progress.done(told["name"], told["text"], seconds=float(told["seconds"]))
        return sign_up_url

    def _start_web(self, environ: dict[str, str]) -> Service:
        command = [*COMMANDS, "web", *self._listen()]
        web = Service("web", command, environ, self._log("web"), WEB_GRACE_S)
        self.crew.join(web)
        return web

    def _start_workers(self, environ: dict[str, str]) -> Service:
        terminal = os.dup(1)
        workers = Service(
            "workers",
            [*COMMANDS, "worker"],
            environ | {forks.TERMINAL: str(terminal)},
            self._log("workers"),
            WORKERS_GRACE_S,
            terminal=terminal,
        )
        self.crew.join(workers)
        return workers

    def _see_workers(self, workers: Service) -> None:
        if not workers.is_running:
            raise StartFailed(f"The workers ended while starting:\n{workers.last_lines()}")
        self.progress.done("workers", f"{self.settings.worker_processes} processes")

    def _start_model(self, environ: dict[str, str]) -> None:
        """The model on this computer, where one is wanted; nobody waits for it."""
        if not self.settings.local_model:
            return
        if not standing.is_installed():
            self.progress.say(f"  {standing.absent().words}")
            return
        command = [*COMMANDS, "local-model"]
        self.crew.join(Service("model", command, environ, self._log("model"), MODEL_GRACE_S))
        self.progress.done("model", "loading; Settings → Models says how it stands")

    def _wait_for_page(self, web: Service) -> None:
        self.progress.begin("web", "starting")
        deadline = time.monotonic() + FIRST_ANSWER_S
        while not (status := first_answer(self.place)):
            if not web.is_running or time.monotonic() > deadline:
                raise StartFailed(f"The web server did not come up:\n{web.last_lines()}")
            self.attention.nap(0.02)
        if status >= 500:
            raise StartFailed(f"The first page failed with {status}:\n{web.last_lines()}")
        self.progress.done("web", f"answers at {self.place.local_url}")

    def _stop(self) -> None:
        self.progress.clear()
        self.crew.stop()
        if self.valkey:
            self.valkey.tidy()
        self.folder.give_back()
        self.place.held.close()

    def _environ(self) -> dict[str, str]:
        """What the processes of the house get: the person's settings, made definite."""
        environ = dict(os.environ)
        environ["LAMPLIGHT_DATA"] = str(self.settings.data_dir)
        environ["PUBLIC_URL"] = self.place.public_url
        is_behind_proxy = self.place.public_url.startswith("https:") and not self.place.certificate
        if is_behind_proxy and address.is_loopback(self.place.host):
            environ.setdefault("LAMPLIGHT_TRUSTED_PROXIES", "1")
        return environ

    def _listen(self) -> list[str]:
        words = ["--host", self.place.host, "--port", str(self.place.port)]
        if self.place.certificate and self.place.key:
            words += ["--certificate", str(self.place.certificate), "--key", str(self.place.key)]
        return words

    def _log(self, name: str) -> Path | None:
        return None if self.chosen.logs_to_terminal else self.folder.logs / f"{name}.log"
