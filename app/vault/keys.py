"""The keys of workspaces: made once, wrapped by the master key, re-wrapped when that changes."""

import uuid
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.lib.cipher import (
    CannotOpen,
    DataKey,
    MasterKey,
    master_keys,
    needs_rewrap,
    seal,
    sealed_version,
    unseal,
    unwrap,
    wrap,
)
from app.settings import Settings
from app.vault.models import WorkspaceKey

FIRST_VERSION = 1
_MADE = "workspaces whose key this session made"
Context = tuple[str, ...]


class Keyring:
    """Seals and opens values for workspaces. Thread-safe; one per process.

    masters: the current master key first, then older ones. sessions: makes short sessions of the
    keyring's own, in which it reads only what was committed. A key that the open transaction made
    is not remembered: were that rolled back, values would be sealed with a key that nobody has.
    """

    MAX_REMEMBERED = 5_000

    def __init__(self, masters: Sequence[MasterKey], sessions: Callable[[], Session]) -> None:
        self._masters = tuple(masters)
        self._sessions = sessions
        self._remembered: dict[uuid.UUID, Mapping[int, DataKey]] = {}

    @classmethod
    def of(cls, settings: Settings, sessions: Callable[[], Session]) -> "Keyring":
        """The keyring of this installation. Raises KeyRefused when its master key is no key."""
        path = settings.data_dir / "keys" / "master.key"
        return cls(master_keys(path, text=settings.master_key), sessions)

    def seal(
        self, session: Session, plaintext: bytes, *, workspace_id: uuid.UUID, context: Context
    ) -> bytes:
        """Seal a value; inside a write transaction, because the first one makes the key."""
        key = self._ensure(session, workspace_id)
        return seal(plaintext, key, context=_inside(workspace_id, context))

    def seal_more(self, plaintext: bytes, *, workspace_id: uuid.UUID, context: Context) -> bytes:
        """Seal a value for a workspace that has sealed before. Raises CannotOpen if it has not."""
        keys = self._keys(workspace_id)
        return seal(plaintext, keys[max(keys)], context=_inside(workspace_id, context))

    def open(self, sealed: bytes, *, workspace_id: uuid.UUID, context: Context) -> bytes:
        """What was sealed for this workspace and context. Raises CannotOpen."""
        version = sealed_version(sealed)
        key = self._keys(workspace_id, version=version).get(version)
        if key is None:
            raise CannotOpen("The value was sealed with a key that is not here.")
        return unseal(sealed, key, context=_inside(workspace_id, context))

    def rewrap(self, session: Session) -> int:
        """Put every workspace's key under the current master key; how many had an older one.

        Every process must have been started with both keys before; then nothing has to stop.
        Sealed values stay as they are, so this takes moments.
        """
        count = 0
        for row in session.scalars(select(WorkspaceKey).order_by(WorkspaceKey.id)):
            key = self._unwrapped(row)
            if key is not None and needs_rewrap(row.wrapped_key, self._masters):
                row.wrapped_key = self._wrapped(key, row.workspace_id)
                count += 1
        session.flush()
        return count

    def _keys(self, workspace_id: uuid.UUID, *, version: int = 0) -> Mapping[int, DataKey]:
        """The keys that open, by version; read again when `version` is not among them."""
        keys = self._remembered.get(workspace_id)
        if keys is None or (version and version not in keys):
            with self._sessions() as session:
                keys = self._opened(session.scalars(_rows(workspace_id)).all())
            if not keys:
                raise CannotOpen("This workspace has no key that the master key opens.")
            self._remember(workspace_id, keys)
        return keys

    def _remember(self, workspace_id: uuid.UUID, keys: Mapping[int, DataKey]) -> None:
        if keys:
            if len(self._remembered) >= self.MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[workspace_id] = keys

    def _ensure(self, session: Session, workspace_id: uuid.UUID) -> DataKey:
        keys = self._remembered.get(workspace_id)
        if keys is not None:
            return keys[max(keys)]
        rows = session.scalars(_rows(workspace_id)).all()
        if not rows:
            return self._make(session, workspace_id, version=FIRST_VERSION)
        # What this transaction did not make itself is in the database for good.
        if workspace_id not in session.info.get(_MADE, ()):
            self._remember(workspace_id, self._opened(rows))
        # With the master key lost, what was sealed is lost too, but work must be able to go on.
        newest = self._unwrapped(rows[-1])
        return newest or self._make(session, workspace_id, version=rows[-1].version + 1)

    def _make(self, session: Session, workspace_id: uuid.UUID, *, version: int) -> DataKey:
        key = DataKey.make(version)
        wrapped = self._wrapped(key, workspace_id)
        row = WorkspaceKey(workspace_id=workspace_id, version=version, wrapped_key=wrapped)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # on PostgreSQL another transaction may have been first
            return self._ensure(session, workspace_id)
        session.info.setdefault(_MADE, set()).add(workspace_id)
        return key

    def _opened(self, rows: Sequence[WorkspaceKey]) -> dict[int, DataKey]:
        return {row.version: key for row in rows if (key := self._unwrapped(row))}

    def _wrapped(self, key: DataKey, workspace_id: uuid.UUID) -> bytes:
        return wrap(key, self._masters[0], context=(str(workspace_id),))

    def _unwrapped(self, row: WorkspaceKey) -> DataKey | None:
        context = (str(row.workspace_id),)
        try:
            return unwrap(row.wrapped_key, self._masters, version=row.version, context=context)
        except CannotOpen:
            return None


def _rows(workspace_id: uuid.UUID) -> Select[WorkspaceKey]:
    return (
        select(WorkspaceKey)
        .where(WorkspaceKey.workspace_id == workspace_id)
        .order_by(WorkspaceKey.version)
    )


def _inside(workspace_id: uuid.UUID, context: Context) -> Context:
    return (str(workspace_id), *context)
