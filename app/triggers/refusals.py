"""Deliveries that were not taken are counted by the day: a flood of them fills nothing."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lib import clock
from app.triggers.called import AnyTrigger
from app.triggers.hook_models import Refusal, RefusalCount
from app.triggers.models import Trigger

SHOWN_FOR = timedelta(days=7)


def count(session: Session, trigger: AnyTrigger, reason: Refusal) -> None:
    """Count one more; call inside `writing()`."""
    now = clock.now()
    session.execute(
        _one_more(session.get_bind().dialect.name),
        {
            "trigger_id": trigger.id,
            "workspace_id": trigger.workspace_id,
            "day": now.date(),
            "reason": reason,
            "count": 1,
            "last_at": now,
        },
    )


def recent(session: Session, trigger: Trigger) -> Sequence[RefusalCount]:
    """The counts of the last days, the newest day first."""
    return session.scalars(
        select(RefusalCount)
        .where(
            RefusalCount.workspace_id == trigger.workspace_id,
            RefusalCount.trigger_id == trigger.id,
            RefusalCount.day >= (clock.now() - SHOWN_FOR).date(),
        )
        .order_by(RefusalCount.day.desc(), RefusalCount.last_at.desc())
    ).all()


def let_go(session: Session, workspace_id: uuid.UUID, *, kept: timedelta) -> None:
    """Forget counts that are older than the workspace keeps its runs."""
    session.execute(
        delete(RefusalCount)
        .where(
            RefusalCount.workspace_id == workspace_id,
            RefusalCount.day < (clock.now() - kept).date(),
        )
        .execution_options(synchronize_session=False)
    )


@cache
def _one_more(dialect: str) -> Any:
    table = cast(Table, RefusalCount.__table__)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_update(
        index_elements=["trigger_id", "day", "reason"],
        set_={"count": table.c.count + 1, "last_at": insert.excluded.last_at},
    )
