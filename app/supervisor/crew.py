"""The services of a house together: watched, started again, noted for the next start, stopped."""

import time
from dataclasses import dataclass, field

from app.supervisor.attention import Attention
from app.supervisor.data_folder import DataFolder
from app.supervisor.progress import Progress
from app.supervisor.service import Service

LOG_CHECK_S = 60.0
# Web first, so that nothing new comes in; Valkey last, so that workers can hand over.
STOP_ORDER = ("web", "workers", "model", "valkey")


@dataclass
class Crew:
    """Starts nothing by itself: services join once they run."""

    folder: DataFolder
    attention: Attention
    progress: Progress
    services: list[Service] = field(default_factory=list)

    def join(self, service: Service) -> None:
        """Start a service and watch it from now on."""
        service.start()
        self.services.append(service)
        self._note()

    def watch(self) -> None:
        """Keep all services alive until StopAsked."""
        while True:
            self.attention.nap(self._next_wake())
            self.folder.trim_logs()
            for service in self.services:
                self._keep_alive(service)

    def stop(self) -> None:
        """Stop all in order; each gets its own time to end well."""
        if not self.services:
            return
        started = time.monotonic()
        self.progress.say("Stopping …")
        for service in sorted(self.services, key=lambda one: STOP_ORDER.index(one.name)):
            service.stop(self.attention)
        self.progress.say(f"Stopped in {time.monotonic() - started:.1f} s.")

    def _keep_alive(self, service: Service) -> None:
        if service.is_running:
            return
        if service.next_start is None:
            self._plan(service)
        elif service.next_start <= time.monotonic():
            service.start()
            self._note()

    def _plan(self, service: Service) -> None:
        wait_s = service.note_end()
        self.progress.say(f"{service.name} ended; starting it again in {wait_s:.1f} s.")
        if service.backoff.is_looping:
            self.progress.say(f"{service.name} keeps ending. Its last words:")
            self.progress.say(service.last_lines())

    def _next_wake(self) -> float:
        due = [one.next_start - time.monotonic() for one in self.services if one.next_start]
        return max(0.0, min([LOG_CHECK_S, *due]))

    def _note(self) -> None:
        """Who runs, for a next start that finds this one killed."""
        running = {one.name: one.identity for one in self.services if one.is_running}
        self.folder.note("processes", running)
