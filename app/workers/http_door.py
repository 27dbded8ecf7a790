"""The engine's way out to other hosts: credentials are added at the last moment, here only."""

from dataclasses import dataclass

from app.engine.states import RunMode
from app.lib.safe_http import Door, HttpAnswer, HttpCall, HttpRefused
from app.lib.safe_http.target import Target
from app.vault.authoriser import Authoriser
from app.vault.person_needed import SignInNeeded
from app.workers.connection_notes import ConnectionNotes
from app.workers.run_redactor import RunRedactor

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """The HTTP port of one run; steps on several threads may use it at once."""

    door: Door
    authoriser: Authoriser
    redactor: RunRedactor
    mode: RunMode
    notes: ConnectionNotes

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Send, with the connection's credentials where its hosts allow it.

        Raises HttpRefused where a rule forbids it, HttpFailed where no usable answer came.
        """
        if self.mode is RunMode.REHEARSAL and call.method not in _READS:
            # The engine does not come here with one; this is the second lock on that door.
            raise HttpRefused("This is a rehearsal: nothing is changed in other services.")
        if connection_id is None:
            return self.door.send(call)
        try:
            granted = self.authoriser.authorise(connection_id, url=call.url)
        except SignInNeeded as needed:
            self.notes.needs_person(needed)
            raise
        self.redactor.learn(granted.redactions)
        answer = self.door.send(
            call,
            secret_headers=granted.secret_headers,
            secret_query=granted.secret_query,
            secret_hosts=granted.hosts,
        )
        asked = Target.parse(call.url)
        if asked.is_same_place(Target.parse(answer.url)):  # else another service answered
            self.notes.heard(granted, host=asked.host, status=answer.status)
        return answer
