"""The first person comes with a link that works once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.first_owner import first_owner_address
from app.accounts.models import User
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role
from tests.accounts.conftest import Browser
from tests.cast import PASSWORD
from tests.databases import on_both

FORM = {
    "name": "Ada",
    "email": "ada@harbour.example",
    "password": PASSWORD,
    "workspace": "Harbour & Pine",
}


@on_both
def test_one_form_makes_the_account_the_workspace_and_signs_in(
    browser: Browser, session: Session
) -> None:
    address = first_owner_address(session, public_url="")
    answer = browser.send(address, address, **FORM)
    assert answer.status_code == 303, answer.text
    assert browser.get("/").status_code in {200, 302, 303}
    assert browser.get("/account").status_code == 200
    ada = session.scalars(select(User)).one()
    assert ada.is_admin
    assert ada.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    workspace = session.scalars(select(Workspace)).one()
    assert (workspace.slug, workspace.owner_id) == ("harbour-pine", ada.id)
    assert session.scalars(select(Member)).one().role is Role.OWNER
