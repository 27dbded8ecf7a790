"""What the caller of a webhook gets back: the number of its run, or what the flow answered."""

import json
import uuid

from flask import Response, current_app, url_for

from app.engine.states import RunStatus
from app.engine.values import Json
from app.nodes.start_webhook import answers_with_flow, wait_of
from app.nodes.web_answers import JSON, WebAnswer, web_answer
from app.runs.run_answers import RunAnswers, RunEnd
from app.runs.web_process import bell
from app.settings import Settings
from app.triggers.answer_wait import look_at, wait_for_end
from app.triggers.called import Called
from app.triggers.intake import Intake
from app.vault.web_process import keyring
from app.web.transactions import session
from app.workspaces.models import Workspace

RUN_HEADER = "X-Lamplight-Run"
BUSY = "A run of this agent is still going, so this delivery was left out, as its start step says."
FAILED = "The flow could not finish. The people of this agent can see why."
CANCELLED = "Somebody cancelled the run."


def says(status: int, sentence: str, /, **headers: str) -> Response:
    """An answer that is one sentence; `Retry_After="5"` becomes `Retry-After: 5`."""
    answer = in_json(status, {"error": sentence})
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def in_json(status: int, value: Json) -> Response:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(f"{text}\n", status, content_type=JSON)


def answer_to(trigger: Called, intake: Intake) -> Response:
    """The answer to a delivery that was taken; no transaction may be open."""
    if intake.is_caught:
        return in_json(200, {"run": None, "caught": True})
    if intake.run is None:
        return in_json(200, {"run": None, "skipped": BUSY})
    run_id = intake.run.id
    if not answers_with_flow(trigger.settings):
        return _of_run(in_json(202, {"run": str(run_id)}), run_id)
    workspace_id, wait_s = trigger.workspace_id, wait_of(trigger.settings)
    end = wait_for_end(
        RunAnswers(bell().redis, keyring()),
        lambda: look_at(session(), workspace_id, run_id),
        workspace_id=workspace_id,
        run_id=run_id,
        within_s=wait_s,
    )
    return _of_run(_ended(workspace_id, run_id, end), run_id)


def _ended(workspace_id: uuid.UUID, run_id: uuid.UUID, end: RunEnd | None) -> Response:
    number = str(run_id)
    if end is not None and end.status is RunStatus.FAILED:
        return in_json(500, {"run": number, "error": FAILED})
    if end is not None and end.status is RunStatus.CANCELLED:
        return in_json(500, {"run": number, "error": CANCELLED})
    if end is None or end.status is not RunStatus.SUCCESS or not end.is_exact:
        return in_json(202, {"run": number, "look": _page_of(workspace_id, run_id)})
    return _sent(web_answer(end.answer))


def _sent(answer: WebAnswer) -> Response:
    is_text = isinstance(answer.body, str) and answer.content_type != JSON
    text = answer.body if is_text else f"{json.dumps(answer.body, ensure_ascii=False)}\n"
    sent = Response(str(text), answer.status, content_type=answer.content_type)
    for name, value in answer.headers.items():
        sent.headers[name] = value
    return sent


def _of_run(answer: Response, run_id: uuid.UUID) -> Response:
    answer.headers[RUN_HEADER] = str(run_id)
    return answer


def _page_of(workspace_id: uuid.UUID, run_id: uuid.UUID) -> str:
    """Where a person of the workspace sees the run."""
    settings: Settings = current_app.config["LAMPLIGHT"]
    workspace = session().get_one(Workspace, workspace_id)
    address = url_for("runs.show", workspace_slug=workspace.slug, run_id=run_id)
    return f"{settings.public_url}{address}"
