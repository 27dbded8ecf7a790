"""What the workspaces' room tells higher rooms; `app/ports.py` says who listens."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.workspaces.models import Workspace

# Called inside the transaction that gives a workspace another time zone.
on_time_zone: list[Callable[[Session, Workspace], None]] = []
