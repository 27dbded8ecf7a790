"""What a sign-in at an MCP server left: who gave the tokens, and the tokens, which are sealed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app.lib import clock
from app.lib.oauth import Asked, Client, Ended, Tokens

EARLY_S = 60
"""So long before its end a token is renewed; a short-lived one after half its life."""
MOST_REPLACED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`until` is when to renew it, in seconds of the epoch; None where nobody said how long.

    `asked` are the rights that the person was sent for, `scope` those that the server gave.
    `replaced` are the sign-ins before it that the server has not been asked to forget yet.
    """

    issuer: str
    token_address: str
    revocation: str
    resource: str
    callback: str
    client: Client
    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    until: int | None = None
    asked: str = ""
    scope: str = ""
    replaced: tuple[Ended, ...] = ()

    @classmethod
    def of(cls, config: Mapping[str, Any], sealed: str) -> "Account":
        """From the two places where it is kept."""
        kept, secret = config["oauth"], json.loads(sealed)
        names = ("issuer", "token_address", "revocation", "resource", "callback")
        return cls(
            **{name: kept[name] for name in names},
            client=Client(kept["client_id"], secret["client_secret"], kept["method"]),
            access=secret["access"],
            refresh=secret["refresh"],
            until=secret["until"],
            asked=kept.get("asked", ""),
            scope=kept.get("scope", ""),
            replaced=tuple(
                Ended(**one | {"client": Client(**one["client"])})
                for one in secret.get("replaced", ())
            ),
        )

    @classmethod
    def begun(cls, asked: Asked, tokens: Tokens) -> "Account":
        """What came of a sign-in."""
        place = asked.place
        empty = cls(
            issuer=place.issuer,
            token_address=place.token,
            revocation=place.revocation,
            resource=place.resource,
            callback=asked.callback,
            client=asked.client,
            access="",
            asked=place.scope,
            scope=tokens.scope or place.scope,  # RFC 6749, 5.1
        )
        return empty.renewed(tokens)

    def renewed(self, tokens: Tokens) -> "Account":
        """With new tokens."""
        until = None
        if tokens.lives_s is not None:
            left_s = tokens.lives_s - min(EARLY_S, tokens.lives_s // 2)
            until = int(clock.now().timestamp()) + left_s
        return replace(self, access=tokens.access, refresh=tokens.refresh, until=until)

    def in_place_of(self, before: "Account") -> "Account":
        """With what has to end at the server now that this is the sign-in.

        Not what the same client was given: many servers know one permission for a person and a
        client, and to revoke a token of the sign-in before would end this one, too.
        """
        replaced = before.replaced
        if before.revocation and before.client.id != self.client.id:
            replaced = (*replaced, before.ended)
        return replace(self, replaced=replaced[-MOST_REPLACED:])

    @property
    def ended(self) -> Ended:
        """What the server is to forget when this is over."""
        return Ended(
            address=self.revocation,
            client=self.client,
            access=self.access,
            refresh=self.refresh,
        )

    @property
    def is_due(self) -> bool:
        """Whether the access token ends soon, or has."""
        return self.until is not None and clock.now().timestamp() >= self.until

    @property
    def in_clear(self) -> dict[str, str | bool]:
        """What may stand in `config_json`."""
        own: dict[str, str | bool] = {"registers": False} if self.client.is_typed else {}
        return {
            **own,
            "issuer": self.issuer,
            "token_address": self.token_address,
            "revocation": self.revocation,
            "resource": self.resource,
            "callback": self.callback,
            "client_id": self.client.id,
            "method": self.client.method,
            "asked": self.asked,
            "scope": self.scope,
        }

    @property
    def packed(self) -> str:
        """What has to be sealed."""
        secret = {
            "access": self.access,
            "refresh": self.refresh,
            "until": self.until,
            "client_secret": self.client.secret,
            "replaced": [asdict(one) for one in self.replaced],
        }
        return json.dumps(secret)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must never be stored or shown."""
        return tuple(one for one in (self.access, self.refresh, self.client.secret) if one)
