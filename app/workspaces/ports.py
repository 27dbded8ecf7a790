"""What higher rooms do when something happens here; the factory fills it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.workspaces.models import Workspace

# Called inside the transaction that makes the workspace, so that all of it or nothing is there.
on_created: list[Callable[[Session, Workspace, User], None]] = []
