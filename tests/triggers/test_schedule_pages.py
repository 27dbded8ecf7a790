"""The pages that show what starts by itself: Schedules, Home, the agent, the step's settings."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.agents import lifecycle
from app.engine.states import RunStatus
from app.lib import clock
from app.triggers.models import WhenBusy
from app.vault.keys import Keyring
from app.workspaces.roles import Role
from tests.cast import Cast
from tests.runs.conftest import MakeAgent, OpenBrowser
from tests.runs.pages import all_runs
from tests.triggers.conftest import SwitchOn, triggers_of
from tests.triggers.flows import scheduled
from tests.triggers.test_failures import listening
from tests.triggers.test_schedules import MINUTES, due_of, look

SCHEDULES = "/w/harbour-pine/schedules"
HOME = "/w/harbour-pine/"
AGENT = "/w/harbour-pine/agents/greeter"


@pytest.mark.parametrize("role", [Role.OWNER, Role.BUILDER, Role.OPERATOR, Role.VIEWER])
def test_it_works(browser: OpenBrowser, cast: Cast, switched_on: SwitchOn, role: Role) -> None:
    switched_on(scheduled())
    shown = browser(cast.of(role)).get(SCHEDULES).text
    for words in ("Greeter", "Every weekday at 8:30", "Next five times", "Not yet", "UTC"):
        assert words in shown
    assert shown.count("8:30</li>") == 5


def test_an_empty_page_offers_the_next_action(browser: OpenBrowser, cast: Cast) -> None:
    shown = browser(cast.ben).get(SCHEDULES).text
    assert "Nothing is planned" in shown
    assert "Choose an agent" in shown
    assert 'type="search"' not in shown


def test_the_last_run_and_its_state(
    browser: OpenBrowser,
    cast: Cast,
    engine: Engine,
    session: Session,
    keyring: Keyring,
    switched_on: SwitchOn,
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled(MINUTES)))
    due = due_of(session, trigger)
    look(engine, keyring, due)
    (run,) = all_runs(session)
    with database.writing(session):
        run.status = RunStatus.FAILED
    shown = browser(cast.ben).get(SCHEDULES).text
    assert "Failed" in shown
    assert f"/runs/{run.id}" in shown

    with database.writing(session):
        run.status = RunStatus.RUNNING
        trigger.when_busy = WhenBusy.SKIP
    look(engine, keyring, due + timedelta(minutes=10))
    shown = browser(cast.ben).get(SCHEDULES).text
    assert "Skipped" in shown
    assert "still going" in shown


def test_late_and_in_trouble(
    browser: OpenBrowser, cast: Cast, session: Session, switched_on: SwitchOn
) -> None:
    (trigger,) = triggers_of(session, switched_on(scheduled()))
    with database.writing(session):
        trigger.next_due = clock.now() - timedelta(minutes=9)
        trigger.failing_since = clock.now()
        trigger.last_error = "The run could not be started."
    ben = browser(cast.ben)
    shown = ben.get(SCHEDULES).text
    assert "Late" in shown
    assert "The run could not be started." in shown
    assert "The run could not be started." in ben.get(AGENT).text


def test_searching(browser: OpenBrowser, cast: Cast, switched_on: SwitchOn) -> None:
    switched_on(scheduled(), "Stock report")
    switched_on(scheduled(), "Parcel finder")
    ben = browser(cast.ben)
    shown = ben.get(f"{SCHEDULES}?q=parcel").text
    assert "Parcel finder" in shown
    assert "Stock report" not in shown
    assert "No schedule like that" in ben.get(f"{SCHEDULES}?q=nothing").text


def test_paging_by_key(
    browser: OpenBrowser,
    cast: Cast,
    switched_on: SwitchOn,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.triggers.schedule_list.PAGE_SIZE", 2)
    for number in range(3):
        switched_on(scheduled({"every": "days", "times": [f"0{number}:00"]}), f"Agent {number}")
    off = switched_on(scheduled(), "Agent 9")
    with database.writing(session):
        lifecycle.switch_off(session, off, by=cast.ben)
    ben, address, seen = browser(cast.ben), SCHEDULES, []
    for _ in range(2):
        shown = ben.get(address).text
        seen += [n for n in "0129" if f">Agent {n}<" in shown]
        if 'rel="next"' in shown:
            before = shown[: shown.index('rel="next"')]
            address = before[before.rindex('href="') + 6 :].split('"')[0].replace("&amp;", "&")
    assert sorted(seen) == ["0", "1", "2", "9"]
    assert seen[-1] == "9"
    assert ben.get(f"{SCHEDULES}?after=nonsense").status_code == 200


def test_what_is_put_away_or_gone_is_not_shown(
    browser: OpenBrowser, cast: Cast, session: Session, switched_on: SwitchOn
) -> None:
    agent = switched_on(scheduled())
    with database.writing(session):
        lifecycle.archive(session, agent, by=cast.ben)
    assert "Nothing is planned" in browser(cast.ben).get(SCHEDULES).text


def test_another_workspace_gets_404(
    browser: OpenBrowser, cast: Cast, switched_on: SwitchOn
) -> None:
    switched_on(scheduled())
    dan = browser(cast.dan)
    assert dan.get(SCHEDULES).status_code == 404
    assert "Greeter" not in dan.get("/w/elsewhere/schedules").text


def test_home_shows_what_is_due_next(
    browser: OpenBrowser, cast: Cast, session: Session, switched_on: SwitchOn
) -> None:
    for number in range(4):
        (trigger,) = triggers_of(session, switched_on(scheduled(), f"Agent {number}"))
        with database.writing(session):
            trigger.next_due = clock.now() + timedelta(minutes=12 + number, seconds=30)
    shown = browser(cast.ben).get(HOME).text
    due = shown[shown.index('class="due"') :]
    assert [n for n in "0123" if f"Agent {n}" in due] == ["0", "1", "2"]
    assert "In 12 min, every weekday at 8:30" in due
    assert SCHEDULES in shown


def test_the_agent_says_what_starts_it(
    browser: OpenBrowser, cast: Cast, session: Session, switched_on: SwitchOn
) -> None:
    agent = switched_on(scheduled())
    other = switched_on(listening(str(agent.id)), "Listener")
    ben = browser(cast.ben)
    shown = ben.get(AGENT).text
    assert "Starts by itself" in shown
    assert "Every weekday at 8:30" in shown
    assert "“Greeter” fails" in ben.get(f"/w/harbour-pine/agents/{other.slug}").text
    with database.writing(session):
        lifecycle.switch_off(session, agent, by=cast.ben)
    assert "Not while the agent is off" in ben.get(AGENT).text


def test_an_agent_that_people_start_says_nothing(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session
) -> None:
    agent = make_agent(scheduled())
    assert triggers_of(session, agent) == []
    assert "Starts by itself" not in browser(cast.ben).get(AGENT).text


def test_the_builder_shows_the_words_and_the_next_times(
    browser: OpenBrowser, cast: Cast, make_agent: MakeAgent, session: Session
) -> None:
    make_agent(scheduled())
    ben = browser(cast.ben)
    editor = f"{AGENT}/edit?step=start000"
    shown = ben.get(editor).text
    assert "Every weekday at 8:30" in shown
    assert shown.count(", 8:30</li>") == 5
    save = f"{AGENT}/edit/steps/start000/settings"
    every = "set-schedule-every"
    typed = {
        "name": "Start",
        "shown": "schedule",
        "on_error": "stop",
        "revision": "1",
        every: "months",
        "set-schedule-day": "first-mon",
        "set-schedule-times": "8.15, 5 pm",
        "set-schedule-timezone": "Asia/Kolkata",
    }
    assert ben.send(editor, save, **typed).status_code == 303
    shown = ben.get(editor).text
    assert "On the first Monday of every month at 8:15 and 17:00" in shown
    assert "Next, in Asia/Kolkata:" in shown

    typed |= {"revision": "2", every: "cron", "set-schedule-cron": "61 * * * *"}
    assert ben.send(editor, save, **typed).status_code == 303
    shown = ben.get(editor).text
    assert "61 * * * *" in shown
    assert "look at the minute" in shown
