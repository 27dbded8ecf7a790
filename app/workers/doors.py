"""The doors through which the steps of one run reach the world, made when a step needs them."""

import uuid
from dataclasses import replace
from functools import cache

from app.chats.door import ChatDoor
from app.data_tables.door import TableDoor
from app.engine.graph import Step
from app.engine.hands import PortsFor
from app.engine.ports import Ports
from app.engine.states import TriggerType
from app.files.door import FileDoor
from app.growing_answers.line import GrowingAnswers
from app.growing_answers.speech import Speech
from app.growing_answers.spoken_models import SpokenModels
from app.lib import clock
from app.mail.door import MailDoor
from app.nodes.spoken_steps import spoken_steps
from app.runs.kin import are_kin
from app.variables.door import VariableDoor
from app.workers.agent_door import AgentDoor
from app.workers.build_door import BuildDoor
from app.workers.claims import Claim
from app.workers.connection_notes import ConnectionNotes
from app.workers.default_model import DefaultModel
from app.workers.desk import Desk
from app.workers.http_door import HttpDoor
from app.workers.memory_door import MemoryDoor
from app.workers.model_door import ModelDoor
from app.workers.model_notes import ModelNotes
from app.workers.server_door import ServerDoor
from app.workers.signals import LiveRun
from app.workers.work_order import WorkOrder


def doors(desk: Desk, order: WorkOrder, live: LiveRun) -> PortsFor:
    """What the runner asks for the doors of a step."""
    live.speech = speech = _speech(desk, order)
    spoken = spoken_steps(order.plan.graph) if speech else frozenset()
    same_for_all = cache(lambda: _shared(desk, order, live, speech))

    def ports_for(step: Step, iteration: str) -> Ports:
        shared = same_for_all()
        models = shared.models
        if speech is not None and step.id in spoken:
            models = SpokenModels(models, speech)
        return replace(
            shared,
            models=models,
            agents=AgentDoor(desk, order, step, iteration),
            memory=MemoryDoor(desk, order, live, step.id, iteration),
            build=BuildDoor(desk, order),
        )

    return ports_for


def _shared(desk: Desk, order: WorkOrder, live: LiveRun, speech: Speech | None) -> Ports:
    """The doors that are the same for all steps of a run."""
    claim, turn = order.claim, desk.turn_to_write
    whose = {"workspace_id": claim.workspace_id, "run_id": claim.run_id}
    notes = ConnectionNotes(desk.sessions, claim.workspace_id, turn)
    files = FileDoor(
        desk.files,
        desk.sessions,
        **whose,
        is_kin=lambda run_id: _is_kin(desk, claim, run_id),
        turn=turn,
    )
    mode, heard = order.mode, speech.take_back if speech else None
    return Ports(
        http=HttpDoor(desk.door, order.authoriser, order.redactor, mode, notes),
        clock=clock.now,
        cancelled=lambda: live.must_stop,
        files=files,
        sandbox=desk.sandbox,
        tables=TableDoor(desk.sessions, **whose, mode=mode, turn_to_write=turn),
        variables=VariableDoor(desk.sessions, **whose, mode=mode, turn_to_write=turn),
        mail=MailDoor(desk.sessions, desk.keyring, **whose, mode=mode, files=files, turn=turn),
        chat=ChatDoor(desk.sessions, **whose, mode=mode, files=files, turn=turn, on_said=heard),
        models=DefaultModel(models_of(desk, order), order.manner.model),
        servers=_servers(desk, order, notes),
        told_first=order.manner.told_first,
    )


def _speech(desk: Desk, order: WorkOrder) -> Speech | None:
    """What open chats hear of this run; None where nobody can listen."""
    line = GrowingAnswers(desk.bell.redis, desk.keyring)
    if order.trigger_type is not TriggerType.CHAT or not line.is_there:
        return None
    claim = order.claim
    return Speech(line, order.redactor, workspace_id=claim.workspace_id, run_id=claim.run_id)


def _servers(desk: Desk, order: WorkOrder, notes: ConnectionNotes) -> ServerDoor:
    return ServerDoor(
        door=desk.door,
        sessions=desk.sessions,
        authoriser=order.authoriser,
        redactor=order.redactor,
        mode=order.mode,
        notes=notes,
        workspace_id=order.claim.workspace_id,
    )


def models_of(desk: Desk, order: WorkOrder) -> ModelDoor:
    """The door to language models for one run."""
    claim, purse = order.claim, desk.purse(order.claim.workspace_id, order.claim.run_id)
    return ModelDoor(
        connect=desk.models,
        sessions=desk.sessions,
        keyring=desk.keyring,
        workspace_id=claim.workspace_id,
        redactor=order.redactor,
        notes=ModelNotes(
            sessions=desk.sessions,
            workspace_id=claim.workspace_id,
            run_id=claim.run_id,
            turn_to_write=desk.turn_to_write,
            purse=purse,
        ),
        purse=purse,
    )


def _is_kin(desk: Desk, claim: Claim, run_id: uuid.UUID) -> bool:
    with desk.sessions() as session:
        return are_kin(session, claim.workspace_id, claim.run_id, run_id)
