"""What a page costs: CPU time of the app for one request of somebody who is signed in."""

import gc
import time
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.factory import create_app
from app.runs.models import Run
from app.settings import Settings
from app.workspaces.models import Workspace
from tests.cast import sign_in

ROUNDS = 100


def measure(data: Path) -> dict[str, float]:
    """CPU ms (median) of home, runs list and run page over the data that the runs left."""
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data)})
    app = create_app(settings)
    engine = database.make_engine(settings.database_url)
    with database.session_factory(engine)() as session:
        client = sign_in(app.test_client(), session, _ben(session))
        home, run = _addresses(session)
        figures = {
            "page_home_cpu_ms": _cpu_ms(client, home),
            "page_runs_cpu_ms": _cpu_ms(client, f"{home}runs"),
            "page_run_cpu_ms": _cpu_ms(client, f"{home}runs/{run}"),
        }
    engine.dispose()
    return figures


def _ben(session: Session) -> User:
    return session.scalars(select(User).where(User.name == "Ben")).one()


def _addresses(session: Session) -> tuple[str, str]:
    run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    workspace = session.get_one(Workspace, run.workspace_id)
    return f"/w/{workspace.slug}/", str(run.id)


def _cpu_ms(client: FlaskClient, address: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        answer = client.get(address)
        taken.append(time.process_time() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
    return sorted(taken)[ROUNDS // 2] * 1000
