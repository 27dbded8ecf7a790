"""Ada owns, Ben builds, Olga operates, Cleo only looks, Dan is from another workspace."""

import hashlib
import secrets
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import Login, User
from app.lib import clock
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role

PASSWORD = "a lamp in the harbour at night"  # the cast's own


@dataclass(frozen=True)
class Cast:
    """Everybody, and the two workspaces they belong to."""

    ada: User
    ben: User
    olga: User
    cleo: User
    dan: User
    harbour: Workspace
    elsewhere: Workspace

    def of(self, role: Role) -> User:
        """The person who has this role in the harbour workspace."""
        return {
            Role.OWNER: self.ada,
            Role.BUILDER: self.ben,
            Role.OPERATOR: self.olga,
            Role.VIEWER: self.cleo,
        }[role]


def assemble(session: Session) -> Cast:
    """Put everybody into the database, without passwords: `sign_in` needs none."""
    people = {
        name: User(email=f"{name.lower()}@harbour.example", name=name)
        for name in ("Ada", "Ben", "Olga", "Cleo", "Dan")
    }
    with database.writing(session):
        session.add_all(people.values())
        session.flush()
        harbour = Workspace(name="Harbour & Pine", slug="harbour-pine", owner_id=people["Ada"].id)
        elsewhere = Workspace(name="Elsewhere", slug="elsewhere", owner_id=people["Dan"].id)
        session.add_all([harbour, elsewhere])
        session.flush()
        places = (
            ("Ada", harbour, Role.OWNER),
            ("Ben", harbour, Role.BUILDER),
            ("Olga", harbour, Role.OPERATOR),
            ("Cleo", harbour, Role.VIEWER),
            ("Dan", elsewhere, Role.OWNER),
        )
        session.add_all(
            Member(workspace_id=workspace.id, user_id=people[name].id, role=role)
            for name, workspace, role in places
        )
    return Cast(
        ada=people["Ada"],
        ben=people["Ben"],
        olga=people["Olga"],
        cleo=people["Cleo"],
        dan=people["Dan"],
        harbour=harbour,
        elsewhere=elsewhere,
    )


def sign_in(client: FlaskClient, session: Session, user: User) -> FlaskClient:
    """The same browser, now with this person signed in."""
    token = secrets.token_urlsafe(32)
    with database.writing(session):
        session.add(
            Login(
                user_id=user.id,
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                last_seen=clock.now(),
                reauthenticated_at=clock.now(),
            )
        )
    with client.session_transaction() as cookies:
        cookies.clear()
        cookies["_user_id"] = token
        cookies["_fresh"] = True
    return client
