"""A mail server as it is spoken to, and the one of the installation (`LAMPLIGHT_SMTP_URL`)."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from app.mail.models import Encryption, MailServer
from app.vault.keys import Keyring
from app.vault.secret_values import open_secret

_SCHEMES = {"smtp": (Encryption.STARTTLS, 587), "smtps": (Encryption.TLS, 465)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail goes out, and as whom. `is_shared` is the one of the whole installation."""

    host: str
    port: int
    encryption: Encryption
    from_address: str
    from_name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    is_shared: bool = False


def opened(keyring: Keyring, row: MailServer) -> Server:
    """A workspace's server with its password. Raises CannotOpen."""
    return Server(
        host=row.host,
        port=row.port,
        encryption=row.encryption,
        from_address=row.from_address,
        from_name=row.from_name,
        username=row.username,
        password=open_secret(keyring, row.secret) if row.secret else "",
    )


def shared(url: str) -> Server | None:
    """The server that `LAMPLIGHT_SMTP_URL` names; None when it is empty.

    `smtp://` steps up to TLS, `smtps://` begins with it, and `smtp://…?encryption=none` does
    neither. Settings has checked that there is a host and a sender.
    """
    if not url:
        return None
    parts = urlsplit(url)
    encryption, port = _SCHEMES[parts.scheme]
    options = parse_qs(parts.query)
    if options.get("encryption") == ["none"]:
        encryption, port = Encryption.NONE, 25
    name, address = parseaddr(options["from"][0])
    return Server(
        host=parts.hostname or "",
        port=parts.port or port,
        encryption=encryption,
        from_address=address,
        from_name=name,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_shared=True,
    )
