"""Where servers may read who Lamplight is, and how it is known to those that do."""

from dataclasses import dataclass
from typing import Any

from app.lib.oauth import document
from app.settings import Settings
from app.workspaces.addresses import works_here_only

DOCUMENT_PATH = "/oauth/client.json"
BACK_PATH = "/oauth/back"


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """The document of an installation that others can reach at `home`, over https."""

    home: str

    @property
    def client_id(self) -> str:
        """Its own web address."""
        return self.home + DOCUMENT_PATH

    @property
    def callback(self) -> str:
        """Where servers that know us by it send people back to."""
        return self.home + BACK_PATH

    @property
    def content(self) -> dict[str, Any]:
        """What stands in it."""
        return document(self.client_id, self.callback, home=self.home)


def own_document(settings: Settings) -> OwnDocument | None:
    """The document of this installation; None where nobody outside could read it."""
    if not settings.is_https or works_here_only(settings.public_url):
        return None
    return OwnDocument(settings.public_url)


def is_document(client_id: str) -> bool:
    """Whether this is such an address, of here or of where Lamplight was before."""
    return client_id.endswith(DOCUMENT_PATH)
