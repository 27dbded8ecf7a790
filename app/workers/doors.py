"""The doors through which the steps of one run reach the world, made when a step needs them."""

import uuid

from sqlalchemy import select

from app.data_tables.door import TableDoor
from app.engine.graph import Step
from app.engine.hands import PortsFor
from app.engine.ports import Ports
from app.files.door import FileDoor
from app.lib import clock
from app.mail.door import MailDoor
from app.runs.models import Run
from app.variables.door import VariableDoor
from app.workers.agent_door import AgentDoor
from app.workers.desk import Desk
from app.workers.http_door import HttpDoor
from app.workers.signals import LiveRun
from app.workers.work_order import WorkOrder

MAX_FAMILY = 5


def doors(desk: Desk, order: WorkOrder, live: LiveRun) -> PortsFor:
    """What the runner asks for the doors of a step."""
    claim = order.claim
    whose = {"workspace_id": claim.workspace_id, "run_id": claim.run_id}
    http = HttpDoor(desk.door, order.authoriser, order.redactor, order.mode)
    files = FileDoor(
        desk.files,
        desk.sessions,
        **whose,
        kin=lambda: _kin(desk, order),
        turn=desk.turn_to_write,
    )
    tables = TableDoor(desk.sessions, **whose, turn_to_write=desk.turn_to_write)
    variables = VariableDoor(desk.sessions, **whose, turn_to_write=desk.turn_to_write)
    mail = MailDoor(desk.sessions, desk.keyring, **whose, files=files, turn=desk.turn_to_write)

    def ports_for(step: Step, iteration: str) -> Ports:
        return Ports(
            http=http,
            clock=clock.now,
            cancelled=lambda: live.must_stop,
            files=files,
            sandbox=desk.sandbox,
            tables=tables,
            variables=variables,
            mail=mail,
            agents=AgentDoor(desk, order, step, iteration),
        )

    return ports_for


def _kin(desk: Desk, order: WorkOrder) -> frozenset[uuid.UUID]:
    """The runs above this one, and those that it started itself."""
    found: set[uuid.UUID] = set()
    with desk.sessions() as session:
        above = order.claim.parent_run
        while above is not None and len(found) < MAX_FAMILY:
            found.add(above)
            above = session.scalar(select(Run.parent_run).where(Run.id == above))
        started = select(Run.id).where(
            Run.workspace_id == order.claim.workspace_id, Run.parent_run == order.claim.run_id
        )
        found.update(session.scalars(started))
    return frozenset(found)
