"""The ways to sign in to a service, and what each adds to a request."""

import base64
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class SignIn(enum.StrEnum):
    """How a connection shows who it is."""

    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"
    QUERY = "query"
    NONE = "none"
    MAILBOX = "mailbox"
    MCP = "mcp"

    @property
    def needs_secret(self) -> bool:
        """Whether it cannot be without a secret; an MCP server may have one, or none."""
        return self not in (SignIn.NONE, SignIn.MCP)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is added to a request, and every text that must never be stored or shown.

    `token` and `is_due` are of a person's sign-in at the service: its token, and whether it ends.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    redactions: tuple[str, ...] = field(default=(), repr=False)
    token: str = field(default="", repr=False)
    is_due: bool = False


def credentials(config: Mapping[str, str], secret: str) -> Credentials:
    """The credentials for a connection's `config_json` and its opened secret."""
    match SignIn(config["sign_in"]):
        case SignIn.BASIC:
            pair = base64.b64encode(f"{config['username']}:{secret}".encode()).decode()
            return Credentials({"Authorization": f"Basic {pair}"}, {}, (secret, pair))
        case SignIn.BEARER:
            return Credentials({"Authorization": f"Bearer {secret}"}, {}, (secret,))
        case SignIn.HEADER:
            return Credentials({config["header"]: secret}, {}, (secret,))
        case SignIn.QUERY:
            return Credentials({}, {config["parameter"]: secret}, (secret,))
        case SignIn.MAILBOX:
            return Credentials({}, {}, (secret,))
        case SignIn.MCP if config["header"]:
            return Credentials({config["header"]: secret}, {}, (secret,))
        case SignIn.MCP:
            return Credentials({"Authorization": f"Bearer {secret}"}, {}, (secret,))
        case SignIn.NONE:
            return Credentials()
