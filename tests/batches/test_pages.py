"""The pages of batches: who may what, what comes back with a sentence, what is shown."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.batches.models import BatchRow, BatchStatus, RowStatus, Why
from app.data_tables.models import DataRow, DataTable
from app.handovers.models import Handover
from app.handovers.tools import Tools
from tests.batches.conftest import (
    HERE,
    LEADS,
    NEW,
    MakeBatch,
    Open,
    PutOn,
    Upload,
    again,
    begin,
    only,
    prepared,
    rows_of,
)
from tests.batches.handed import handed_over
from tests.cast import Cast
from tests.data_tables.conftest import Fill
from tests.runs.flows import form, greeting, in_a_row, step


def test_it_works(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, upload: Upload
) -> None:
    olga = visitor(cast.olga)
    assert "Run on many rows" in olga.get(f"{HERE}/agents/greeter").text
    assert "Rows of a file" in olga.get(f"{NEW}/new").text
    page = upload(olga, LEADS)
    assert "Every row fits what the agent asks for." in page
    assert "Maria" in page
    batch = only(session)
    assert (batch.total, batch.ready, batch.matching) == (2, 2, {"name": {"column": 0}})
    sent = {"from-name": "1", "parallel": "4", "stop_after": "3", "do": "check"}
    page = olga.post(f"{HERE}/batches/{batch.id}/matching", data=sent, follow_redirects=True).text
    assert "Bergen" in page
    again(session, batch)
    assert (batch.parallel, batch.stop_after) == (4, 3)
    page = olga.post(
        f"{HERE}/batches/{batch.id}/matching", data={**sent, "do": "start"}, follow_redirects=True
    ).text
    assert "of 2 rows" in page
    assert again(session, batch).status is BatchStatus.RUNNING
    live = f"{HERE}/batches/{batch.id}/live"
    assert olga.get(f"{live}?seen={batch.seq}").status_code == 204
    assert "batch-poll" in olga.get(f"{live}?seen=0").text
    assert "leads.csv" in olga.get(f"{HERE}/batches").text
    assert "leads.csv" in olga.get(f"{HERE}/batches?agent=greeter").text


def test_a_needed_question_without_a_column_stops_the_start(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, upload: Upload
) -> None:
    olga = visitor(cast.olga)
    upload(olga, b"Colour\nred\n")
    batch = only(session)
    assert batch.left_out == 1
    page = olga.post(
        f"{HERE}/batches/{batch.id}/matching", data={"from-name": "", "do": "start"}
    ).text
    assert "Say where “Name” comes from first" in page
    same = {"from-name": "text", "text-name": "everybody", "do": "start"}
    olga.post(f"{HERE}/batches/{batch.id}/matching", data=same)
    assert again(session, batch).status is BatchStatus.RUNNING


def test_rows_that_do_not_fit_are_told_by_number(
    session: Session, cast: Cast, visitor: Open, put_on: PutOn, upload: Upload
) -> None:
    ask = {"key": "due", "label": "Due", "kind": "date", "required": True}
    much = {"key": "amount", "label": "Amount", "kind": "number", "required": False}
    put_on(in_a_row(step("start", "start_form", {"inputs": [ask, much]})))
    page = upload(
        visitor(cast.olga),
        b"Due;Amount\n30.11.2026;1.234,50\nsoon;2\n2026-12-01;many\n",
    )
    assert "Row 2: “soon” in “Due” is not a date" in page
    assert "Row 3: “many” in “Amount” is not a number" in page
    assert "2026-11-30" in page
    assert "1234.5" in page
    assert only(session).left_out == 2


def test_a_table_is_narrowed_as_on_its_page(
    session: Session,
    cast: Cast,
    visitor: Open,
    greeter: Agent,
    orders: DataTable,
    fill: Fill,
    tools: Tools,
) -> None:
    fill({"customer": "Maria", "price": 3}, {"customer": "Jens", "price": 30})
    olga = visitor(cast.olga)
    look = {"table": "orders", "column": "price", "operator": "more_than", "value": "10"}
    page = olga.get(f"{NEW}/new", query_string=look).text
    assert "Jens" in page
    assert "Maria" not in page
    olga.post(NEW, data=look)
    batch = prepared(session, tools, only(session))
    assert (batch.total, batch.table_id, batch.name) == (1, orders.id, "Orders")
    row = rows_of(session, batch)[0]
    assert row.cells[0] == "Jens"
    assert (
        row.source_row_id == session.scalars(select(DataRow.id).where(DataRow.position == 2)).one()
    )
    page = olga.post(NEW, data={**look, "value": "99"}).text
    assert "No row of this table fits what you look for." in page


def test_an_agent_that_cannot_is_told_why(
    session: Session, cast: Cast, visitor: Open, make_agent: Callable[..., Agent], put_on: PutOn
) -> None:
    olga = visitor(cast.olga)
    make_agent(greeting(), "Draft")
    assert "Publish this agent first" in olga.get(f"{HERE}/agents/draft/batches/new").text
    put_on(in_a_row(form()), "Silent")
    assert "asks nothing" in olga.get(f"{HERE}/agents/silent/batches/new").text
    put_on(in_a_row(step("start", "start_chat")), "Talker")
    assert "does not begin with a form" in olga.get(f"{HERE}/agents/talker/batches/new").text
    paper = {"key": "paper", "label": "Paper", "kind": "file", "required": True}
    name = {"key": "name", "label": "Name", "kind": "text"}
    put_on(in_a_row(step("start", "start_form", {"inputs": [name, paper]})), "Reader")
    assert "needs a file in “Paper”" in olga.get(f"{HERE}/agents/reader/batches/new").text


def test_a_viewer_may_look_and_not_start(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, make_batch: MakeBatch
) -> None:
    batch = make_batch(greeter, "Name", "Maria")
    cleo = visitor(cast.cleo)
    assert cleo.get(f"{HERE}/batches/{batch.id}").status_code == 200
    assert cleo.get(f"{NEW}/new").status_code == 403
    for act in ("matching", "start", "pause", "continuation", "cancellation", "retries"):
        assert cleo.post(f"{HERE}/batches/{batch.id}/{act}").status_code == 403
    assert cleo.post(f"{HERE}/batches/{batch.id}/deletion").status_code == 403
    assert cleo.get(f"{HERE}/batches/{batch.id}/table").status_code == 403
    assert cleo.post(f"{HERE}/batches/{batch.id}/table").status_code == 403
    assert cleo.post(f"{HERE}/batches/{batch.id}/table/cancellation").status_code == 403


def test_another_workspace_gets_404(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, make_batch: MakeBatch
) -> None:
    batch = make_batch(greeter, "Name", "Maria")
    dan = visitor(cast.dan)
    for path in ("", "/live", "/files/csv", "/table", "/files/xlsx"):
        assert dan.get(f"/w/elsewhere/batches/{batch.id}{path}").status_code == 404
    for path in ("/table", "/workbook", "/workbook/cancellation", "/table/cancellation"):
        assert dan.post(f"/w/elsewhere/batches/{batch.id}{path}").status_code == 404
    assert dan.post(f"/w/elsewhere/batches/{batch.id}/cancellation").status_code == 404
    assert dan.get(f"{HERE}/batches/{batch.id}").status_code == 404


def test_pages_of_rows_go_on_by_number(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, make_batch: MakeBatch
) -> None:
    batch = make_batch(greeter, "Name", *(f"Person {n}" for n in range(1, 121)))
    begin(session, cast, batch)
    olga, here = visitor(cast.olga), f"{HERE}/batches/{batch.id}"
    assert "Person 50" in (page := olga.get(here).text)
    assert "Person 51" not in page
    assert "Person 51" in (page := olga.get(f"{here}?after=50").text)
    assert "Person 100" in page
    assert "Person 50<" not in page
    assert "Person 50<" in olga.get(f"{here}?before=51").text
    assert "No row has failed." in olga.get(f"{here}?show=failed").text
    assert olga.get(f"{here}?show=nonsense").status_code == 404


def test_a_batch_is_deleted_with_its_rows(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, make_batch: MakeBatch
) -> None:
    batch = make_batch(greeter, "Name", "Maria")
    begin(session, cast, batch)
    olga, here = visitor(cast.olga), f"{HERE}/batches/{batch.id}"
    page = olga.post(f"{here}/deletion", follow_redirects=True).text
    assert "This batch is still at work." in page
    olga.post(f"{here}/cancellation")
    assert again(session, batch).why is Why.PERSON
    page = olga.post(f"{here}/deletion", follow_redirects=True).text
    assert "The batch of leads.csv is deleted." in page
    session.rollback()
    assert session.scalars(select(BatchRow)).all() == []


def test_results_are_files_that_no_program_takes_for_formulas(
    session: Session,
    cast: Cast,
    visitor: Open,
    greeter: Agent,
    make_batch: MakeBatch,
    tools: Tools,
) -> None:
    batch = make_batch(greeter, "Name,State", "Maria,=1+1", "Jens,")
    begin(session, cast, batch)
    with database.writing(session):
        row = session.get_one(BatchRow, (batch.id, 1))
        row.status, row.answer = RowStatus.DONE, {"greeting": "=Hello", "list": [1, "a"]}
        batch.answer_names = ["greeting", "list"]
    olga, here = visitor(cast.olga), f"{HERE}/batches/{batch.id}"
    assert olga.get(f"{here}/files/pdf").status_code == 404
    olga.post(f"{here}/files/csv")
    handed_over(session, tools, session.scalars(select(Handover)).one())
    with olga.get(f"{here}/files/csv") as answer:
        lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Name,State,greeting,list,State 2,What went wrong,Run"
    assert lines[1].startswith("Maria,'=1+1,'=Hello,")
    assert ",Done," in lines[1]
