"""Runs that wait for a person, put there as a worker does it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.approvals import asking
from app.approvals.answering import Given, Verdict
from app.approvals.asking import Asked
from app.approvals.models import Approval
from app.engine.given import Settings
from app.engine.graph import Graph, Link
from app.engine.ports import SHUT, Ports
from app.engine.states import Reason, RunStatus
from app.engine.values import Json
from app.lib import clock
from app.nodes.ask_person import AskPerson
from app.runs.models import Run, RunWait
from app.vault.keys import Keyring
from app.vault.run_values import RunValues
from tests.runs.flows import answer, form, in_a_row, step

TITLE = "Send this answer and refund €84.00?"
LETTER = "Dear Tobias,\n\nwe have refunded the full €84.00 to your card."
VALUES: list[Json] = [
    {"name": "To", "value": "tobias@post.example"},
    {"name": "Message", "value": LETTER},
    {"name": "Refund", "value": 84},
    {"name": "Gift", "value": False},
    {"name": "Paid back to", "value": "Card ending 4417"},
]
CHOICES: list[Json] = [{"name": "Paid back to", "value": "Card ending 4417, Voucher"}]
FACTS: list[Json] = [{"name": "Order", "value": "48190, paid €84.00"}]
WHY = "The customer reported a crack within 19 days of delivery."
QUESTIONS: list[Json] = [
    {"label": "How much", "key": "amount", "kind": "number", "required": True},
    {"label": "Words to the customer", "key": "words", "kind": "long_text"},
]


def fields(**more: Json) -> dict[str, Json]:
    """Settings of the asking step."""
    return {
        "title": TITLE,
        "values": VALUES,
        "choices": CHOICES,
        "why": WHY,
        "facts": FACTS,
        **more,
    }


def flow(**more: Json) -> Graph:
    """A form, the question, and an answer on the way “Approved”."""
    graph = in_a_row(form("name"), step("ask", "ask_person", fields(**more)), answer("Sent"))
    port = "out" if more.get("kind") == "form" else "approved"
    links = tuple(_through(link, port) for link in graph.links)
    return replace(graph, links=links)


def _through(link: Link, port: str) -> Link:
    return replace(link, source_port=port) if link.source.startswith("ask") else link


@dataclass
class Desk:
    """Asks questions as a worker would, and answers them."""

    session: Session
    keyring: Keyring
    new_run: Callable[..., Run]

    def ask(self, *, due: datetime | None = None, of: Run | None = None, **more: Any) -> Approval:
        """A question of a new run, or of this one, that waits for its answer."""
        run = of or self.new_run(flow(**more))
        given = Settings(AskPerson.fields, fields(**more)).fill({})
        ports = Ports(http=SHUT, clock=clock.now, mode=run.mode)
        pause = AskPerson().run(given, ports)
        due = due or pause.due
        detail: Any = pause.detail
        with database.writing(self.session):
            self._store(run, detail, due)
            one = Asked(node_id="ask00000", iteration="", step_name="Ask", detail=detail, due=due)
            asking.ask(self.session, self.keyring, run=run, asked=[one])
        return self.of(run)

    def of(self, run: Run) -> Approval:
        """The latest question of the run."""
        self.session.rollback()
        return self.session.scalars(
            select(Approval).where(Approval.run_id == run.id).order_by(Approval.round.desc())
        ).all()[0]

    def reply(self, approval: Approval) -> Any:
        """The answer that the run has got; None while it has none."""
        self.session.rollback()
        wait = self.session.scalars(select(RunWait).where(RunWait.run_id == approval.run_id)).one()
        self.session.refresh(wait)
        if wait.reply is None:
            return None
        values = RunValues(self.keyring, workspace_id=approval.workspace_id, run_id=approval.run_id)
        return values.open_reply(wait.reply, step_id=wait.node_id, iteration="")

    def make_due(self, approval: Approval) -> None:
        """Let the time of a question be over, for the run and for the inbox."""
        with database.writing(self.session):
            now = clock.now()
            self.session.get_one(Approval, approval.id).due = now
            self.session.get_one(RunWait, (approval.run_id, approval.node_id, "")).due = now
            self.session.get_one(Run, approval.run_id).wake_at = now

    def _store(self, run: Run, detail: Json, due: datetime | None) -> None:
        """What the worker writes of a step that waits."""
        values = RunValues(self.keyring, workspace_id=run.workspace_id, run_id=run.id)
        sealed = values.seal_detail(detail, step_id="ask00000", iteration="")
        stored = self.session.get(RunWait, (run.id, "ask00000", ""))
        if stored is None:
            self.session.add(
                RunWait(
                    workspace_id=run.workspace_id,
                    run_id=run.id,
                    node_id="ask00000",
                    iteration="",
                    reason=Reason.APPROVAL,
                    due=due,
                    detail=sealed,
                )
            )
        else:
            stored.detail, stored.due = sealed, due
        run.status, run.reason = RunStatus.WAITING, Reason.APPROVAL
        self.session.flush()


def given(approval: Approval, verdict: str = "approve", **more: Any) -> Given:
    """An answer to exactly what was asked."""
    options: dict[str, Any] = {"values": {}, "argument_hash": approval.argument_hash, **more}
    return Given(verdict=Verdict(verdict), **options)


def in_hours(hours: float) -> datetime:
    """A moment to come."""
    return clock.now() + timedelta(hours=hours)


def names(people: Any) -> list[str]:
    """First names of members."""
    return [one.user.name for one in people]


__all__ = ["TITLE", "Desk", "User", "fields", "flow", "given", "in_hours", "names"]
