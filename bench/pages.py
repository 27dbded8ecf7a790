"""What a page costs: CPU time of the app for one request of somebody who is signed in."""

import time
from collections.abc import Callable
from pathlib import Path
from wsgiref.types import WSGIApplication, WSGIEnvironment

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import create_environ, run_wsgi_app

from app import database
from app.accounts.models import User
from app.factory import create_app
from app.queue import LiveKeys, connection
from app.runs.models import Run
from app.settings import Settings
from app.workspaces.models import Workspace
from tests.cast import sign_in
from tests.valkey import Valkey

WARM_UP_ROUNDS = 20
ROUNDS = 200
NOW = "&at=9999999999"  # a poll says when the page was made; one of the far future is never old


def measure(data: Path) -> dict[str, float]:
    """CPU ms (median) of home, runs list, run page and its polls over what the runs left."""
    valkey = Valkey.start()
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data), "REDIS_URL": valkey.url})
    engine = database.make_engine(settings.database_url)
    try:
        with database.session_factory(engine)() as session:
            return _figures(create_app(settings), settings, session)
    finally:
        engine.dispose()
        valkey.stop()


def _figures(app: Flask, settings: Settings, session: Session) -> dict[str, float]:
    run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    home = f"/w/{session.get_one(Workspace, run.workspace_id).slug}/"
    cookie = cookie_of_ben(app, session, home)
    with connection(settings.redis_url) as redis:
        LiveKeys(redis).put_one(run.workspace_id, run.id, "seen.all")
    live = f"{home}runs/{run.id}/live"
    return {
        "page_home_cpu_ms": _cpu_ms(app, home, cookie),
        "page_runs_cpu_ms": _cpu_ms(app, f"{home}runs", cookie),
        "page_run_cpu_ms": _cpu_ms(app, f"{home}runs/{run.id}", cookie),
        "poll_news_cpu_ms": _cpu_ms(app, f"{live}?seen=not.all{NOW}", cookie),
        "poll_nothing_new_cpu_ms": _cpu_ms(app, f"{live}?seen=seen.all{NOW}", cookie, status=204),
    }


def cookie_of_ben(app: Flask, session: Session, home: str) -> str:
    """The cookie of Ben's browser after its first page."""
    ben = session.scalars(select(User).where(User.name == "Ben")).one()
    client = sign_in(app.test_client(), session, ben)
    client.get(home)
    name = app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    return f"{name}={kept.value if kept else ''}"


def _cpu_ms(app: WSGIApplication, address: str, cookie: str, *, status: int = 200) -> float:
    return cpu_ms(
        app,
        lambda _: create_environ(address, headers={"Cookie": cookie}),
        rounds=ROUNDS,
        status=status,
    )


def cpu_ms(
    app: WSGIApplication,
    request: Callable[[int], WSGIEnvironment],
    *,
    rounds: int,
    status: int = 200,
) -> float:
    """CPU ms (median) of the thread that answers; `request` makes the request of each round."""
    taken = []
    for number in range(WARM_UP_ROUNDS + rounds):
        environ = request(number)
        began = time.thread_time()
        _body, said, _headers = run_wsgi_app(app, environ, buffered=True)
        taken.append(time.thread_time() - began)
        if not said.startswith(str(status)):
            raise RuntimeError(f"{environ['PATH_INFO']} answered {said}")
    return sorted(taken[WARM_UP_ROUNDS:])[rounds // 2] * 1000
