"""A run goes by the settings of the version that runs: instructions, model, time zone."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app import database
from app.agents import settings
from app.agents.manner import Manner
from app.agents.models import Agent
from app.engine.model_port import Answer, Ask, Usage
from app.engine.states import TriggerType
from app.nodes.agent_with_tools import AgentWithTools
from app.nodes.ask_model import AskModel
from app.runs import starting
from app.runs.starting import Start
from app.versions import publication
from app.workers import claims, work_order
from app.workers.choosing import Room
from app.workers.default_model import DefaultModel
from app.workers.desk import Desk
from tests.cast import Cast
from tests.databases import on_both
from tests.llm.practising import Practising
from tests.nodes.tooling import Memory
from tests.nodes.trying import PORTS, tried
from tests.runs.conftest import StartRun

HOW = Manner(system_message="Be brief.", model="fast", timezone="Europe/Berlin", language="German")


def orders(session: Session, desk: Desk) -> list[work_order.WorkOrder]:
    """What a worker that takes all that waits would work on."""
    with database.writing(session):
        taken, _ = claims.take(session, owner=desk.owner, room=Room(chat=5, other=5))
    return work_order.load(session, desk, taken)


@on_both
def test_the_draft_and_the_version_each_go_by_their_own(
    session: Session, desk: Desk, agent: Agent, cast: Cast, start_run: StartRun
) -> None:
    with database.writing(session):
        version = publication.publish(session, agent, by=cast.ben, expected_revision=1)
        settings.set_manner(session, agent, by=cast.ben, type_=agent.type, how=HOW)
    start_run(agent, {"name": "Ada"})
    (order,) = orders(session, desk)
    assert order.manner == HOW
    assert order.timezone == "Europe/Berlin"
    begin = Start(payload={"name": "Ada"}, trigger_type=TriggerType.MANUAL, by=cast.ben)
    with database.writing(session):
        starting.start(session, desk.keyring, agent=agent, version=version, begin=begin)
    (order,) = orders(session, desk)
    assert order.manner == Manner()
    assert order.timezone == "UTC"


def test_models_read_it_before_the_step_s_own_words() -> None:
    models = Practising()
    ports = replace(PORTS, models=models, told_first=HOW.told_first)
    tried(AskModel(), ports, instructions="Be kind.", question="Hello?")
    system = models.asked[-1][1].messages[0].text
    assert system.startswith("Be brief.\n\nAnswer in German")
    assert system.endswith("Be kind.")
    tried(AskModel(), ports, instructions="Be kind.", question="Hello?", agent_first=False)
    assert models.asked[-1][1].messages[0].text == "Be kind."


def test_an_agent_with_tools_reads_it_too() -> None:
    models = Practising(Answer(text="Done.", usage=Usage(1, 1), model="a-model"))
    ports = replace(PORTS, models=models, memory=Memory(), told_first="Be brief.")
    kind = AgentWithTools()
    kind.run({**kind.initial_fields(), "task": "Say hello.", "tools": []}, ports)
    assert models.asked[-1][1].messages[0].text.startswith("Be brief.\n\nUse the tools")


def test_steps_that_name_no_model_ask_the_agent_s() -> None:
    models = Practising()
    mine = DefaultModel(models, "good")
    ask = Ask(messages=())
    mine.answer("", ask)
    mine.answer("fast", ask)
    list(mine.stream("", ask))
    DefaultModel(models, "").answer("", ask)
    assert [named for named, _ in models.asked] == ["good", "fast", "good", ""]
