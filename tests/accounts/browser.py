"""A browser as people use it: it opens a page and sends a form with the token of that page."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CSRF_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A test client that reads the token off the page it is on."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address, headers=headers)

    def send(self, page: str, action: str, /, **fields: str) -> TestResponse:
        """Open `page` and send a form to `action` from it."""
        found = CSRF_FIELD.search(self.client.get(page).text)
        assert found, f"{page} has no form"
        return self.client.post(action, data={"csrf_token": found.group(1), **fields})

    def sign_in(self, email: str, password: str) -> TestResponse:
        """Fill in the sign-in form."""
        return self.send("/sign-in", "/sign-in", email=email, password=password)

    @property
    def is_signed_in(self) -> bool:
        """Whether the account page opens."""
        return self.get("/account").status_code == 200
