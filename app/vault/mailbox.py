"""Connections that lead to a mailbox: its account, and “Check it”."""

from app.lib.cipher import CannotOpen
from app.lib.imap import Account, MailboxTrouble, open_mailbox
from app.lib.safe_socket import Dialer
from app.vault.keys import Keyring
from app.vault.models import Connection
from app.vault.secret_values import open_secret

CHECK_TIMEOUT_S = 10.0


def account(keyring: Keyring, connection: Connection) -> Account | str:
    """Where the mailbox is and how to sign in; a sentence when that cannot be said any more."""
    if not connection.is_mailbox or connection.secret is None:
        return f"“{connection.name}” is not a mailbox."
    config = connection.config_json
    try:
        password = open_secret(keyring, connection.secret)
    except CannotOpen:
        return (
            f"The password of “{connection.name}” cannot be opened: the master key of this "
            "installation is another one now. Enter the password again."
        )
    return Account(
        host=config["host"],
        port=config["port"],
        encryption=config["encryption"],
        username=config["username"],
        password=password,
        folder=config["folder"],
    )


def check(dialer: Dialer, box: Account) -> str:
    """Sign in and open the folder; what came of it in a sentence. Nothing is marked as read."""
    try:
        with open_mailbox(dialer, box, timeout_s=CHECK_TIMEOUT_S) as opened:
            messages = "1 message" if opened.count == 1 else f"{opened.count:,} messages"
            return f"{box.host} let us in. “{box.folder}” has {messages}."
    except MailboxTrouble as trouble:
        return trouble.sentence
