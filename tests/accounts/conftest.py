"""A browser as people use it: it opens pages and sends the forms that are on them."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.first_owner import first_owner_address
from tests.cast import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A test client that carries the token of the page it is on."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def send(self, page: str, action: str, **fields: str) -> TestResponse:
        """Open `page` and send one of its forms to `action`."""
        token = TOKEN.search(self.client.get(page).text)
        assert token, f"{page} has no form"
        return self.client.post(action, data={"csrf_token": token.group(1), **fields})


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """A browser that is not signed in."""
    return Browser(client)


@pytest.fixture
def ada(browser: Browser, session: Session) -> Browser:
    """The browser in which Ada made the first account."""
    address = first_owner_address(session, public_url="")
    assert address
    answer = browser.send(
        address,
        address,
        name="Ada",
        email="Ada@Harbour.example",
        password=PASSWORD,
        workspace="Harbour & Pine",
    )
    assert answer.status_code == 303, answer.text
    return browser
