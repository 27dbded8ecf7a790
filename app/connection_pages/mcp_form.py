"""The form of an MCP server."""

from wtforms import StringField
from wtforms.validators import Optional, ValidationError

from app.connection_pages.forms import NamedForm
from app.lib.safe_http import HostPattern, HttpCall, HttpRefused
from app.lib.safe_http.target import Target
from app.vault.connections import Wishes
from app.vault.secret_field import secret_field
from app.web.forms import at_most, required, tidy

MAX_ADDRESS_CHARS = 500


class McpForm(NamedForm):
    """Where the server is, and a token if it wants one, which is bound to that host and port."""

    address = StringField(
        "Address",
        description="The server's manual names it, such as https://mcp.example.com/mcp.",
        filters=[tidy],
        validators=[required("Fill in the address of the server."), at_most(MAX_ADDRESS_CHARS)],
        render_kw={"inputmode": "url", "placeholder": "https://", "spellcheck": "false"},
    )
    secret = secret_field("Access token", is_required=False)
    header = StringField(
        "Header for the token",
        description="Leave it empty unless the manual names one, such as X-API-Key.",
        filters=[tidy],
        validators=[Optional(), at_most(100)],
        render_kw={"autocomplete": "off"},
    )

    def validate_address(self, field: StringField) -> None:
        """A complete web address without a question mark, where a key might stand."""
        try:
            target = Target.parse(field.data or "")
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused
        if target.query or "#" in (field.data or ""):
            raise ValidationError(
                "It ends before the question mark. A key goes into its own field."
            )

    def validate_header(self, field: StringField) -> None:
        """A header that may be sent."""
        try:
            HttpCall(
                method="GET", url="https://example.com", headers={field.data or "": ""}
            ).check()
        except HttpRefused as refused:
            raise ValidationError(refused.sentence) from refused

    def wishes(self) -> Wishes:
        """What the person wants; the tools are not known yet."""
        target = Target.parse(self.address.data or "")
        return Wishes(
            name=self.name.data or "",
            hosts=(str(HostPattern.parse(target.authority)),),
            header=self.header.data or "",
            secret=self.secret.data or "",
            server={"address": target.url},
        )
