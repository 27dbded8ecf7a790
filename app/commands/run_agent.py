"""`lamplight run AGENT`: starts an agent as one of its people, and prints what it answers."""

import argparse
import json
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

from app.commands.command import CommandRefused, Commands
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from app.runs.models import Run

WAIT_S = 300
LOOK_EVERY_S = 0.25
DONE, REFUSED, FAILED, CANCELLED, STILL_GOING, WAITS_FOR_SOMEBODY = 0, 1, 3, 4, 5, 6
_EPILOG = """\
exit codes:
  0  the run is done, or with --wait 0 was started
  1  it was not started; the reason is on standard error
  3  the run failed        4  the run was cancelled
  5  it still goes on      6  it waits for somebody's answer
"""


def add_to(commands: Commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "run",
        help="run an agent and print its answer",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("agent", help="its command (summarise), or the last part of its address")
    parser.add_argument(
        "--as", dest="person", metavar="EMAIL", help="who starts it; needed with several accounts"
    )
    parser.add_argument("--workspace", metavar="SLUG", help="needed for people with several")
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an answer to a question of its form; - reads standard input: text, or a JSON object",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=WAIT_S,
        metavar="SECONDS",
        help=f"how long to wait for the answer ({WAIT_S}); 0 starts it and prints its id",
    )
    parser.add_argument("--json", action="store_true", help="print the run as one JSON object")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Start it, wait, and print. Raises CommandRefused with the reason."""
    from app import database, ports
    from app.commands.run_request import Request, start
    from app.queue import Bell
    from app.vault.keys import Keyring

    settings = Settings.from_environment()
    ports.fill()
    engine = database.make_engine(settings.database_url)
    sessions = database.session_factory(engine)
    try:
        request = Request(given.agent, given.person, given.workspace, *_read(given.input))
        with sessions() as session:
            started, lane = start(session, Keyring.of(settings, sessions), request)
        Bell(_valkey(settings)).ring(lane)
        return _told(_ended(sessions, started, given.wait), given)
    finally:
        engine.dispose()


def _read(inputs: list[str]) -> tuple[dict[str, Any], str]:
    """The named values, and the text of standard input if it was no JSON object."""
    values: dict[str, Any] = {}
    text = ""
    for one in inputs:
        if one == "-":
            text = sys.stdin.read()
            named = _as_object(text)
            if named is not None:
                values, text = {**values, **named}, ""
            continue
        key, sign, value = one.partition("=")
        if not sign or not key.strip():
            raise CommandRefused(f"--input takes KEY=VALUE, or - for standard input, not {one!r}.")
        values[key.strip()] = value
    return values, text


def _as_object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    from app.lib.json_guard import JsonRefused, parse

    try:
        found = parse(text)
    except JsonRefused:
        return None
    return found if isinstance(found, dict) else None


def _valkey(settings: Settings) -> str:
    """Where the house that runs on this data folder has its doorbell."""
    from app.supervisor import data_folder

    noted = data_folder.read_note(settings.data_dir, "valkey")
    return settings.redis_url or (f"unix://{noted['socket']}" if noted else "")


def _ended(sessions: "sessionmaker[Session]", run_id: uuid.UUID, wait_s: float) -> "Run":
    """The run as it is when it has ended, or when the time is over."""
    from app.runs.models import Run

    until = time.monotonic() + wait_s
    while True:
        with sessions() as session:
            found = session.get_one(Run, run_id)
        if found.status.is_final or time.monotonic() >= until:
            return found
        time.sleep(LOOK_EVERY_S)


def _told(run: "Run", given: argparse.Namespace) -> int:
    if given.json:
        print(json.dumps(_as_json(run), ensure_ascii=False))
    elif given.wait <= 0:
        print(run.id)
    elif run.status.value == "success":
        print(run.answer if isinstance(run.answer, str) else _pretty(run.answer))
    else:
        print(_sentence(run), file=sys.stderr)
    return DONE if given.wait <= 0 and not run.status.is_final else _code(run)


def _pretty(answer: object) -> str:
    return "" if answer is None else json.dumps(answer, ensure_ascii=False, indent=2)


def _as_json(run: "Run") -> dict[str, Any]:
    return {
        "run": str(run.id),
        "status": run.status.value,
        "reason": run.reason,
        "answer": run.answer,
        "error": run.error_message,
        "seconds": round(run.seconds, 3) if run.finished_at and run.seconds is not None else None,
        "tokens": run.tokens,
        "cost_usd": run.cost / 1_000_000,
    }


def _sentence(run: "Run") -> str:
    code = _code(run)
    if code == FAILED:
        return run.error_message or "The run failed."
    if code == CANCELLED:
        return "The run was cancelled."
    if code == WAITS_FOR_SOMEBODY:
        return f"The run {run.id} waits for somebody's answer. It goes on by itself then."
    if run.status.value == "pending":
        return f"The run {run.id} has not begun. Is Lamplight running? bin/up starts it."
    return f"The run {run.id} still goes on. Its page shows what it does."


def _code(run: "Run") -> int:
    if run.status.value == "waiting" and run.reason in ("approval", "form", "needs_you"):
        return WAITS_FOR_SOMEBODY
    codes = {"success": DONE, "failed": FAILED, "cancelled": CANCELLED}
    return codes.get(run.status.value, STILL_GOING)
