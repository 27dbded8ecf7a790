"""Files on pages: asked for by a form, kept while it comes back, shown, and downloaded."""

import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.agents import creation
from app.agents.models import Agent
from app.files.models import File
from app.files.store import FileStore
from app.lib.office import NewSheet, write_workbook
from app.runs.models import Run
from app.web.words import UTC
from tests.accounts.browser import CSRF_FIELD, Browser
from tests.cast import Cast, sign_in
from tests.files.conftest import Open, StartRun
from tests.runs.flows import answer, in_a_row, step

HERE = "/w/harbour-pine"
FORM = f"{HERE}/agents/reader/runs/new"
START = f"{HERE}/agents/reader/runs"
KEPT = re.compile(r'name="in_list-kept" value="([^"]+)"')
SHEET = write_workbook(
    NewSheet(
        rows=[{"Lamp": f"Skagen {n}", "Price": n} for n in range(9)],
        columns=["Lamp", "Price"],
        zone=UTC,
        name="Orders",
    )
)


@pytest.fixture
def agent(session: Session, cast: Cast) -> Agent:
    """Asks for a name and a list."""
    inputs = [
        {"key": "name", "label": "Name", "kind": "text", "required": True},
        {"key": "list", "label": "List", "kind": "file", "options": [".xlsx", "csv"]},
    ]
    flow = in_a_row(step("start", "start_form", {"inputs": inputs}), answer("{{ trigger.name }}"))
    with database.writing(session):
        return creation.create(session, cast.harbour, by=cast.ben, name="Reader", graph=flow)


@pytest.fixture
def ben(app: Flask, session: Session, cast: Cast, agent: Agent) -> Browser:
    """Ben's browser."""
    return Browser(sign_in(app.test_client(), session, cast.ben))


def send(browser: Browser, action: str = START, /, **fields: object) -> TestResponse:
    """Send the form; a pair of bytes and a name is a file."""
    found = CSRF_FIELD.search(browser.get(FORM).text)
    assert found
    return post(browser, action, csrf_token=found.group(1), **fields)


def post(browser: Browser, action: str, /, **fields: object) -> TestResponse:
    """Send these fields. Written out here: the client leaves large bodies open behind itself."""
    parts = []
    for name, value in fields.items():
        head = f'--lamp\r\nContent-Disposition: form-data; name="{name}"'
        content, file = value if isinstance(value, tuple) else (str(value).encode(), "")
        ending = f'; filename="{file}"\r\nContent-Type: application/x' if file else ""
        parts += [f"{head}{ending}\r\n\r\n".encode(), content, b"\r\n"]
    body = b"".join([*parts, b"--lamp--\r\n"])
    kind = "multipart/form-data; boundary=lamp"
    return browser.client.post(action, data=body, content_type=kind)


def status(browser: Browser, file_id: object) -> int:
    """What the download of a file answers."""
    answer = browser.get(f"{HERE}/files/{file_id}")
    answer.close()
    return answer.status_code


def rows(session: Session) -> list[File]:
    """Every stored file."""
    session.rollback()
    return list(session.scalars(select(File).order_by(File.id)))


def test_it_works(ben: Browser, session: Session, cast: Cast) -> None:
    page = ben.get(FORM).text
    assert 'enctype="multipart/form-data"' in page
    assert 'accept=".xlsx,.csv"' in page
    answer = send(ben, in_name="Ada", in_list=(SHEET, "lists/June.xlsx"))
    assert answer.status_code == 303
    run = session.scalars(select(Run)).one()
    (file,) = rows(session)
    assert (file.run_id, file.name, file.created_by) == (run.id, "June.xlsx", cast.ben.id)
    assert run.trigger_payload["list"] == file.value
    shown = ben.get(answer.headers["Location"]).text
    assert f'href="{HERE}/files/{file.id}"' not in shown or "June.xlsx" in shown


def test_a_wrong_form_comes_back_with_its_file(ben: Browser, session: Session) -> None:
    back = send(ben, in_name="", in_list=(SHEET, "June.xlsx"))
    assert back.status_code == 422
    assert "June.xlsx" in back.text
    assert "Skagen 4" in back.text
    assert "Skagen 5" not in back.text
    found = KEPT.search(back.text)
    assert found
    assert send(ben, **{"in_name": "Ada", "in_list-kept": found[1]}).status_code == 303
    (file,) = rows(session)
    assert file.run_id is not None
    # Sent once more, with the next form: a copy, because the file belongs to a run already.
    assert send(ben, **{"in_name": "Ada", "in_list-kept": found[1]}).status_code == 303
    first, second = rows(session)
    assert first.sha256 == second.sha256
    assert first.run_id != second.run_id


def test_a_file_can_be_left_out_again(ben: Browser, session: Session) -> None:
    found = KEPT.search(send(ben, in_name="", in_list=(SHEET, "June.xlsx")).text)
    assert found
    fields = {"in_name": "Ada", "in_list-kept": found[1], "in_list-without": "yes"}
    assert send(ben, **fields).status_code == 303
    assert session.scalars(select(Run)).one().trigger_payload["list"] is None


@pytest.mark.parametrize("word", ["", "x", "WyJ4Il0.x.y"])
def test_a_made_up_ticket_gives_nothing(ben: Browser, session: Session, word: str) -> None:
    back = send(ben, **{"in_name": "Ada", "in_list-kept": word})
    if word:
        assert back.status_code == 422
        assert "Choose it again" in back.text
    assert rows(session) == []


def test_a_ticket_is_good_for_one_person(
    app: Flask, ben: Browser, session: Session, cast: Cast
) -> None:
    found = KEPT.search(send(ben, in_name="", in_list=(SHEET, "June.xlsx")).text)
    assert found
    ada = Browser(sign_in(app.test_client(), session, cast.ada))
    back = send(ada, **{"in_name": "Ada", "in_list-kept": found[1]})
    assert back.status_code == 422
    assert "Choose it again" in back.text


def test_another_kind_of_file_is_refused(ben: Browser) -> None:
    back = send(ben, in_name="Ada", in_list=(b"x", "June.exe"))
    assert back.status_code == 422
    assert "It must be a file of the kind .xlsx or .csv." in back.text


def test_a_value_typed_in_place_of_a_file_counts_for_nothing(ben: Browser) -> None:
    assert send(ben, in_name="Ada", in_list="/etc/passwd").status_code == 303


def test_a_file_over_the_limit_is_told_in_words(ben: Browser) -> None:
    back = send(ben, in_name="Ada", in_list=(bytes(25_000_001), "June.xlsx"))
    assert back.status_code == 422
    assert "“June.xlsx” is larger than 25 MB" in back.text


def test_other_forms_keep_the_small_limit(ben: Browser) -> None:
    found = CSRF_FIELD.search(ben.get(f"{HERE}/agents/new").text)
    assert found
    fields = {"csrf_token": found.group(1), "name": (bytes(5_000_000), "x")}
    assert post(ben, f"{HERE}/agents", **fields).status_code == 413


def test_without_scripts_the_files_can_be_looked_at_first(ben: Browser, session: Session) -> None:
    page = send(ben, in_name="Ada", in_list=(b"a;b\n1;2\n", "June.csv"), look="yes")
    assert page.status_code == 200
    assert "<td>2</td>" in page.text
    assert 'value="Ada"' in page.text
    assert session.scalars(select(Run)).all() == []


def test_a_chosen_file_is_kept_and_shown_at_once(ben: Browser, session: Session) -> None:
    address = f"{HERE}/uploads?control=in_list"
    shown = send(ben, address, in_list=(SHEET, "June.xlsx"))
    assert shown.status_code == 200
    assert KEPT.search(shown.text)
    assert '<th scope="col">Lamp</th>' in shown.text
    assert rows(session)[0].run_id is None
    assert send(ben, f"{HERE}/uploads?control=<x>", in_list=(b"", "x")).status_code == 400


def test_a_workbook_with_a_fault_is_kept_and_says_so(ben: Browser) -> None:
    shown = send(ben, f"{HERE}/uploads?control=in_list", in_list=(b"PK\x03\x04", "June.xlsx"))
    assert "“June.xlsx” is damaged" in shown.text


def test_the_same_input_again_offers_the_file(ben: Browser, session: Session) -> None:
    send(ben, in_name="Ada", in_list=(SHEET, "June.xlsx"))
    run = session.scalars(select(Run)).one()
    page = ben.get(f"{FORM}?again={run.id}").text
    assert KEPT.search(page)
    with database.writing(session):
        session.execute(delete(File))
    assert not KEPT.search(ben.get(f"{FORM}?again={run.id}").text)


def test_a_download_is_saved_and_never_shown(
    ben: Browser, cast: Cast, start_run: StartRun, open_door: Open
) -> None:
    value = open_door(start_run(cast)).keep("Bücher.html", "text/html", b"<script>")
    answer = ben.get(f"{HERE}/files/{value['file']}")
    assert answer.data == b"<script>"
    answer.close()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "UTF-8''B%C3%BCcher.html" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_may_download(
    app: Flask,
    ben: Browser,
    session: Session,
    cast: Cast,
    start_run: StartRun,
    open_door: Open,
    store: FileStore,
) -> None:
    value = open_door(start_run(cast)).keep("a.txt", "text/plain", b"x")
    of_dan = open_door(start_run(cast, "elsewhere")).keep("b.txt", "text/plain", b"x")
    cleo = Browser(sign_in(app.test_client(), session, cast.cleo))
    assert status(cleo, value["file"]) == 200
    assert status(ben, of_dan["file"]) == 404
    assert status(ben, uuid.uuid4()) == 404
    dan = Browser(sign_in(app.test_client(), session, cast.dan))
    assert status(dan, value["file"]) == 404
    send(ben, f"{HERE}/uploads?control=in_list", in_list=(SHEET, "June.xlsx"))
    upload = rows(session)[-1]
    assert status(ben, upload.id) == 200
    assert status(cleo, upload.id) == 404
    store.delete(uuid.UUID(str(value["file"])))
    assert status(ben, value["file"]) == 404


def test_a_viewer_may_not_send_files(app: Flask, session: Session, cast: Cast) -> None:
    cleo = Browser(sign_in(app.test_client(), session, cast.cleo))
    app.config["WTF_CSRF_ENABLED"] = False
    assert post(cleo, f"{HERE}/uploads?control=x", x=(b"x", "x")).status_code == 403
