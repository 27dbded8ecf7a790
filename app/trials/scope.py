"""Finds the runs that an address of this room names, or answers 404."""

import uuid

from flask import abort, request

from app.agents.models import Agent
from app.runs.models import Run
from app.runs.scope import run_here
from app.trials import earlier
from app.trials.bench import Bench, bench
from app.vault.web_process import keyring
from app.web.transactions import session


def bench_here(agent: Agent) -> Bench:
    """The step that the address names, with the values of the run that `data` names."""
    values = request.view_args or {}
    again = request.args.get("run")
    found = bench(
        session(),
        keyring(),
        agent,
        values["step_id"],
        data=_data_run(agent),
        again=run_of(agent, again) if again else None,
    )
    if found is None:
        abort(404)
    return found


def run_of(agent: Agent, typed: str) -> Run:
    """The run of this agent with this id."""
    try:
        run = run_here(uuid.UUID(typed))
    except ValueError:
        abort(404)
    return run if run.agent_id == agent.id else abort(404)


def source_of(run: Run) -> str:
    """Where a value of this run came from, in words."""
    return earlier.words_of(run)


def _data_run(agent: Agent) -> Run | None:
    typed = request.values.get("data", "")
    return run_of(agent, typed) if typed else None
