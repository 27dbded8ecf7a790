"""Signing in at the authorization server of an MCP server, over the one door to other computers.

Follows modelcontextprotocol.io, revision 2025-11-25, “Authorization”: OAuth 2.1 with PKCE
(RFC 7636), metadata (RFC 9728, RFC 8414, OpenID Connect Discovery), registration (RFC 7591), the
resource that a token is for (RFC 8707), the issuer in the answer (RFC 9207), revocation (RFC 7009),
a client known by a document (draft-ietf-oauth-client-id-metadata-document).
"""

from app.lib.oauth.asking import TIME_LIMIT_S, OAuthTrouble
from app.lib.oauth.client import Asked, Client, document, register
from app.lib.oauth.metadata import Challenge, Place, find_place
from app.lib.oauth.scopes import joined, without
from app.lib.oauth.tokens import Ended, Tokens, refresh, revoke, trade

__all__ = [
    "TIME_LIMIT_S",
    "Asked",
    "Challenge",
    "Client",
    "Ended",
    "OAuthTrouble",
    "Place",
    "Tokens",
    "document",
    "find_place",
    "joined",
    "refresh",
    "register",
    "revoke",
    "trade",
    "without",
]
