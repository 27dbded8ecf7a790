"""A month of runs put into a house that runs, as if an agent had worked all that time."""

import random
import uuid
from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import RunStatus, TriggerType
from app.lib import clock, ids
from app.performance.keeping import Books
from app.runs.models import Run
from tests.journeys.house import House

DAYS = 29
# The place of the step in the flow, and what its run said.
_FAILURES = (
    (1, "The shop did not answer within 30 seconds."),
    (3, "Nobody answered within 4 hours."),
)


def put_past_runs(house: House, slug: str, *, a_day: int = 9) -> None:
    """Runs of the agent's active version on each of the last days, some of which failed."""
    engine = database.make_engine(house.database_url)
    with database.session_factory(engine)() as session, database.writing(session):
        agent = session.scalars(select(Agent).where(Agent.slug == slug)).one()
        chance = random.Random(slug)  # noqa: S311  # the same days in each picture
        for back in range(DAYS):
            day = clock.now() - timedelta(days=back, hours=2)
            for number in range(chance.randint(a_day // 3, a_day * 2)):
                _put(session, agent, day + timedelta(minutes=number), chance)
        agent.last_active = clock.now()
    Books(database.session_factory(engine), nullcontext()).round()
    engine.dispose()


def _put(session: Session, agent: Agent, at: datetime, chance: random.Random) -> None:
    version = agent.active_version
    assert version is not None
    graph = version.flow_graph.graph
    has_failed = chance.random() < 0.08
    step, why = chance.choices(_FAILURES, weights=(5, 1))[0]
    tokens = chance.randint(400, 2_400)
    session.execute(
        insert(Run).values(
            id=uuid.UUID(int=ids.first_id_at(at).int | chance.getrandbits(61)),
            created_at=at,
            workspace_id=agent.workspace_id,
            agent_id=agent.id,
            agent_version_id=version.id,
            flow_graph_id=version.flow_graph_id,
            trigger_type=TriggerType.FORM,
            status=RunStatus.FAILED if has_failed else RunStatus.SUCCESS,
            started_at=at,
            finished_at=at + timedelta(seconds=chance.lognormvariate(1.2, 0.8)),
            failed_node_id=graph.order[step].id if has_failed else None,
            error_message=why if has_failed else None,
            tokens=tokens,
            cost=tokens * 3,
        )
    )
