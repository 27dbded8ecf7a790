"""Renews the tokens of a connection: one process at a time, so that none is lost on the way."""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, true, update
from sqlalchemy.orm import Session

from app import database
from app.lib import clock
from app.lib.cipher import CannotOpen, sealed_version
from app.lib.oauth import TIME_LIMIT_S, OAuthTrouble, refresh, revoke
from app.lib.safe_http import Door, HttpFailed, HttpRefused
from app.vault import directory
from app.vault.keys import Keyring
from app.vault.models import Connection, Secret
from app.vault.person_needed import SignInNeeded
from app.vault.secret_values import open_secret, place_of
from app.vault.server_account import Account

HELD_FOR = timedelta(seconds=3 * TIME_LIMIT_S)
WAITS_S = 2 * TIME_LIMIT_S
ASKS_EVERY_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Renews for one workspace. Thread-safe; several processes may do it at once.

    Who wants to renew takes the secret's row by compare-and-set for a short time, asks the server
    with no transaction open, and puts the new tokens in the place of exactly those it read. The
    others wait for them: a refresh token is never used by two.
    """

    door: Door
    keyring: Keyring
    sessions: Callable[[], Session]
    turn_to_write: AbstractContextManager[object]
    workspace_id: uuid.UUID

    def renew(self, connection_id: uuid.UUID, *, than: str) -> None:
        """See to it that the access token is another one than this.

        Raises SignInNeeded, or HttpFailed when it may go later.
        """
        give_up_at = time.monotonic() + WAITS_S
        while True:
            connection, secret, account = self._kept(connection_id)
            if account.access != than:
                return
            if not account.refresh:
                raise SignInNeeded.over(connection)
            if self._take(secret):
                break
            if time.monotonic() > give_up_at:
                raise HttpFailed("The sign-in is being renewed just now. Try again in a minute.")
            time.sleep(ASKS_EVERY_S)
        self._ask(connection, secret, account)

    def end_replaced(self, connection_id: uuid.UUID) -> None:
        """Ask the server to forget the sign-ins that the present one took the place of, once.

        While the tokens are being renewed it is left for another time. Raises HttpRefused where
        nobody is signed in any more.
        """
        _, secret, account = self._kept(connection_id)
        if not account.replaced or not self._take(secret):
            return
        if self._put(secret, replace(account, replaced=())):
            for one in account.replaced:
                if not {one.access, one.refresh} & set(account.secrets):
                    revoke(self.door, one)

    def _ask(self, connection: Connection, secret: Secret, account: Account) -> None:
        try:
            tokens = refresh(
                self.door,
                account.token_address,
                account.client,
                token=account.refresh,
                resource=account.resource,
            )
        except OAuthTrouble as trouble:
            if not trouble.is_refused:
                self._let_go(secret)
                raise HttpFailed(
                    f"The sign-in of “{connection.name}” could not be renewed. {trouble.sentence}"
                ) from trouble
            self._put(secret, replace(account, refresh=""))  # it is not asked again and again
            raise SignInNeeded.over(connection) from trouble
        self._put(secret, account.renewed(tokens))

    def _kept(self, connection_id: uuid.UUID) -> tuple[Connection, Secret, Account]:
        with self.sessions() as session:
            found = directory.by_id(session, self.workspace_id, connection_id=connection_id)
        if found is None or not found.signs_in:
            raise HttpRefused("The connection was deleted or changed meanwhile. Run it again.")
        if found.secret is None:
            raise SignInNeeded.nobody(found)
        try:
            sealed = open_secret(self.keyring, found.secret)
        except CannotOpen as error:
            raise SignInNeeded.over(found) from error
        return found, found.secret, Account.of(found.config_json, sealed)

    def _take(self, secret: Secret) -> bool:
        now = clock.now()
        is_free = or_(Secret.renewing_until.is_(None), Secret.renewing_until < now)
        return self._changed(secret, is_free, renewing_until=now + HELD_FOR)

    def _let_go(self, secret: Secret) -> None:
        self._changed(secret, true(), renewing_until=None)

    def _put(self, secret: Secret, account: Account) -> bool:
        """In the place of what was read; a sign-in that a person made meanwhile stays."""
        sealed = self.keyring.seal_more(
            account.packed.encode(), workspace_id=self.workspace_id, context=place_of(secret)
        )
        new = {"encrypted_value": sealed, "key_version": sealed_version(sealed)}
        return self._changed(secret, true(), renewing_until=None, rotated_at=clock.now(), **new)

    def _changed(self, secret: Secret, only_if: ColumnElement[bool], **values: object) -> bool:
        wanted = (
            update(Secret)
            .where(
                Secret.workspace_id == self.workspace_id,
                Secret.id == secret.id,
                Secret.encrypted_value == secret.encrypted_value,
                only_if,
            )
            .values(**values)
            .returning(Secret.id)
            .execution_options(synchronize_session=False)
        )
        with self.turn_to_write, self.sessions() as session, database.writing(session):
            return session.execute(wanted).one_or_none() is not None
