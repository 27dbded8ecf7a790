"""A person in a browser who talks to an agent."""

import re
from dataclasses import dataclass
from uuid import UUID

from werkzeug.test import TestResponse

from tests.accounts.browser import Browser

CHATS = "/w/harbour-pine/chats"
WITH = f"{CHATS}/with/enquiry-desk"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ONCE = re.compile(r'name="once" value="(\w+)"')


@dataclass
class Talk:
    """What a person does; `at` is the address of the open chat."""

    browser: Browser
    at: str = ""

    def begin(self, text: str, to: str = WITH, **fields: object) -> TestResponse:
        """Say the first thing."""
        page = self.browser.get(to).text
        answer = self._post(page, to, text=text, **fields)
        if answer.status_code == 303:
            self.at = answer.headers["Location"]
        return answer

    def say(self, text: str, **fields: object) -> TestResponse:
        """Say one more thing."""
        return self._post(self.page, f"{self.at}/messages", text=text, **fields)

    def do(self, what: str, **fields: object) -> TestResponse:
        """Send a form of the chat to an address below its own."""
        page = self.browser.get("/account").text
        return self._post(page, f"{self.at}/{what}", **fields)

    @property
    def page(self) -> str:
        """The open page."""
        return self.browser.get(self.at).text

    @property
    def chat_id(self) -> UUID:
        """Its id."""
        return UUID(self.at.rsplit("/", 1)[-1])

    def _post(self, page: str, address: str, **fields: object) -> TestResponse:
        token = TOKEN.search(page)
        assert token is not None
        once = ONCE.search(page)
        known = {"csrf_token": token[1]} | ({"once": once[1]} if once else {})
        return self.browser.client.post(address, data={**known, **fields})
