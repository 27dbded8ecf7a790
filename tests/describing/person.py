"""A person who describes an agent in a browser."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.chats.models import Message
from app.describing.models import Workflow
from app.engine.states import RunStatus
from app.runs.models import Run
from tests.accounts.browser import Browser
from tests.chats.talk import ONCE, TOKEN
from tests.runs.house import until

PLACE = "/w/harbour-pine"


@dataclass
class Describing:
    """A person who describes; `at` is the address of the page."""

    browser: Browser
    session: Session
    at: str = ""

    def begin(self, text: str, agent: str = "") -> int:
        to = f"{PLACE}/describe" + (f"?agent={agent}" if agent else "")
        answer = self.post(self.browser.get(to).text, to, text=text)
        if answer.status_code == 303:
            self.at = answer.headers["Location"]
        return answer.status_code

    def say(self, text: str) -> int:
        chat = self.at.rsplit("/", 1)[-1]
        return self.post(self.page, f"{PLACE}/chats/{chat}/messages", text=text).status_code

    def do(self, what: str, **fields: Any) -> str:
        flow = self.newest
        answer = self.post(self.page, f"{PLACE}/workflows/{flow.id}/{what}", **fields)
        return answer.headers.get("Location", "") or answer.text

    def answer_all(self) -> Workflow:
        """Wait for each question and take its first choice, until something is proposed."""
        for _ in range(5):
            self.settled()
            if (found := self.found()) is not None:
                return found
            self.say(self.question()["choices"][0])
        raise AssertionError("Nothing was proposed.")

    def ended(self) -> Run:
        """The first run, once it has ended, whatever became of it."""

        def found() -> Run | None:
            self.session.rollback()
            run = self.session.scalars(select(Run).order_by(Run.id).limit(1)).one_or_none()
            return run if run and run.status.is_final else None

        return until(found)  # type: ignore[return-value]  # it waits until there is one

    def settled(self) -> None:
        def all_ended() -> bool:
            self.session.rollback()
            runs = self.session.scalars(select(Run)).all()
            return bool(runs) and all(run.status.is_final for run in runs)

        until(all_ended)
        failed = self.session.scalars(select(Run).where(Run.status == RunStatus.FAILED)).all()
        assert [run.error_message for run in failed] == []

    def question(self) -> dict[str, list[str]]:
        query = select(Message).where(Message.agent_id.is_not(None)).order_by(Message.id.desc())
        return self.session.scalars(query.limit(1)).one().meta

    def found(self, *, number: int = 0) -> Workflow | None:
        query = select(Workflow).where(Workflow.is_complete).order_by(Workflow.id.desc())
        found = self.session.scalars(query.limit(1)).one_or_none()
        return found if found and found.number > number else None

    @property
    def newest(self) -> Workflow:
        self.session.rollback()
        found = self.found()
        assert found is not None
        return found

    @property
    def page(self) -> str:
        answer = self.browser.get(self.at)
        assert answer.status_code == 200
        return answer.text

    @property
    def changes(self) -> list[str]:
        return re.findall(r'name="change" value="([^"]+)"', self.page)

    def post(self, page: str, address: str, **fields: Any) -> TestResponse:
        token, once = TOKEN.search(page), ONCE.search(page)
        assert token is not None
        known = {"csrf_token": token[1]} | ({"once": once[1]} if once else {})
        return self.browser.client.post(address, data={**known, **fields})
