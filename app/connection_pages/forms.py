"""The forms of this room. A secret can be typed in; no form ever carries one out."""

import re

from wtforms import StringField, TextAreaField
from wtforms.validators import Regexp, ValidationError

from app.lib.safe_http import HostPattern, HttpCall, HttpRefused
from app.lib.safe_http.target import Target
from app.vault.connections import Wishes
from app.vault.secret_field import secret_field
from app.web.forms import Form, at_most, required, tidy

MAX_NAME_CHARS = 120
MAX_HOSTS = 10
NAME_TAKEN = "Another connection has this name. Choose a different one."
_HOSTS_HINT = (
    "One a line, such as api.example.com; *.example.com stands for every name below it. "
    "It is sent nowhere else."
)


class NamedForm(Form):
    """What every connection has: a name."""

    name = StringField(
        "Name",
        description="What people see when they choose it in a step.",
        filters=[tidy],
        validators=[required("Give the connection a name."), at_most(MAX_NAME_CHARS)],
    )

    def wishes(self) -> Wishes:
        """What the person wants; after the form was found right."""
        raise NotImplementedError


class ConnectionForm(NamedForm):
    """A connection to a web service, and the hosts it may go to."""

    hosts = TextAreaField(
        "Hosts it may be sent to",
        description=_HOSTS_HINT,
        filters=[tidy],
        validators=[required("Name at least one host, such as api.example.com.")],
    )

    def validate_hosts(self, field: TextAreaField) -> None:
        """Every line is a host or a pattern; a whole web address counts as its host."""
        lines = [line for line in re.split(r"[\s,]+", field.data or "") if line]
        if len(lines) > MAX_HOSTS:
            raise ValidationError(f"Name at most {MAX_HOSTS} hosts.")
        try:
            self._patterns = tuple(dict.fromkeys(_host(line) for line in lines))
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused

    def wishes(self) -> Wishes:
        """What the person wants; after the form was found right."""
        return Wishes(
            name=self.name.data or "",
            hosts=self._patterns,
            username=self._typed("username"),
            header=self._typed("header"),
            parameter=self._typed("parameter"),
            secret=self._typed("secret"),
        )

    def _typed(self, name: str) -> str:
        return self[name].data or "" if name in self else ""


class BearerForm(ConnectionForm):
    """An access token, sent as `Authorization: Bearer …`."""

    secret = secret_field("Access token")


class BasicForm(ConnectionForm):
    """A user name and a password (RFC 7617)."""

    username = StringField(
        "User name",
        validators=[
            required("Fill in the user name."),
            at_most(200),
            Regexp(r"[^:\x00-\x1f\x7f]*\Z", message="A user name has no colon in it."),
        ],
        render_kw={"autocomplete": "off"},
    )
    secret = secret_field("Password")


class HeaderForm(ConnectionForm):
    """A key in a header of the service's own."""

    header = StringField(
        "Header",
        default="X-API-Key",
        description="The service's manual says how it is called.",
        filters=[tidy],
        validators=[required("Name the header."), at_most(100)],
    )
    secret = secret_field("Key")

    def validate_header(self, field: StringField) -> None:
        """A header that may be sent."""
        try:
            HttpCall(
                method="GET", url="https://example.com", headers={field.data or "": ""}
            ).check()
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused


class QueryForm(ConnectionForm):
    """A key in the web address, after the question mark."""

    parameter = StringField(
        "Name in the address",
        default="api_key",
        description="What stands before the equals sign, as in ?api_key=…",
        filters=[tidy],
        validators=[
            required("Fill in the name."),
            at_most(100),
            Regexp(r"[\w.\-\[\]]+\Z", message="Use letters, digits, dots, hyphens and _ only."),
        ],
    )
    secret = secret_field("Key")


class OpenForm(ConnectionForm):
    """No sign-in: it only says where steps may go."""


class SecretForm(Form):
    """A new value for a secret."""

    secret = secret_field("New value")


class CheckForm(Form):
    """One address of the service to ask."""

    url = StringField(
        "Web address to ask",
        description="An address that only looks and needs the sign-in, "
        "such as https://api.example.com/me",
        filters=[tidy],
        validators=[required("Fill in an address of this service."), at_most(2_000)],
        render_kw={"inputmode": "url", "placeholder": "https://"},
    )

    def validate_url(self, field: StringField) -> None:
        """A complete web address."""
        try:
            Target.parse(field.data or "")
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused


def _host(line: str) -> str:
    if "://" not in line:
        return str(HostPattern.parse(line))
    return str(HostPattern.parse(Target.parse(line).authority))
