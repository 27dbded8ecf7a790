"""The pages of a batch whose rows are being read, or could not be."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.batches import preparing
from app.batches.models import Batch, BatchRow, BatchStatus
from app.files.models import File
from app.handovers.tools import Tools
from tests.batches.conftest import HERE, LEADS, NEW, Open, Upload, only, send
from tests.cast import Cast


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file has no rows. Its first row must name the columns."),
        (b"Name,City\n", "no rows below them"),
        (b"12,ana@example.org\n13,bo@example.org\n", "looks like data"),
        (b"Name\n" + b"x\n" * 60_000, "One batch can have 50,000 rows; this file has 60,000"),
        (b"PK\x03\x04 nothing", "leads"),
    ],
)
def test_a_bad_file_has_its_sentence(
    session: Session,
    cast: Cast,
    visitor: Open,
    greeter: Agent,
    upload: Upload,
    content: bytes,
    sentence: str,
) -> None:
    name = "leads.xlsx" if content.startswith(b"PK") else "leads.csv"
    olga = visitor(cast.olga)
    page = upload(olga, content, name)
    assert sentence in page
    batch = only(session)
    assert (batch.status, batch.total) == (BatchStatus.UNREAD, 0)
    assert session.scalars(select(BatchRow)).all() == []
    assert session.scalars(select(File)).all() == []
    assert "Rows not read" in olga.get(f"{HERE}/batches").text
    olga.post(f"{HERE}/batches/{batch.id}/deletion")
    session.rollback()
    assert session.scalars(select(Batch)).all() == []


def test_without_a_file_nothing_is_made(
    session: Session, cast: Cast, visitor: Open, greeter: Agent
) -> None:
    answer = visitor(cast.olga).post(NEW, data={})
    assert (answer.status_code, session.scalars(select(Batch)).all()) == (422, [])
    assert "Choose a table or a file." in answer.text


def test_reading_is_told_and_cancelled(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, tools: Tools
) -> None:
    olga = visitor(cast.olga)
    send(olga, LEADS)
    batch = only(session)
    here = f"{HERE}/batches/{batch.id}"
    assert "Reading the rows" in olga.get(f"{HERE}/batches").text
    assert olga.get(f"{here}/live?preparing=1&seen={batch.seq}").status_code == 204
    with database.writing(session):
        batch.taken, batch.share, batch.seq = 1_000, 40, 5
    assert "<b>1,000 rows</b> read" in olga.get(f"{here}/live?preparing=1&seen=0").text
    page = olga.post(f"{here}/matching", data={"do": "start"}, follow_redirects=True).text
    assert "These rows are still being read." in page
    page = olga.post(f"{here}/deletion", follow_redirects=True).text
    assert "Nothing ran, and the rows are forgotten." in page
    preparing.prepare(tools, cast.harbour.id, batch.id)
    session.rollback()
    assert session.scalars(select(Batch)).all() == []
    assert session.scalars(select(File)).all() == []


def test_the_page_goes_on_when_the_rows_are_read(
    session: Session, cast: Cast, visitor: Open, greeter: Agent, upload: Upload
) -> None:
    olga = visitor(cast.olga)
    upload(olga, LEADS)
    here = f"{HERE}/batches/{only(session).id}"
    answer = olga.get(f"{here}/live?preparing=1&seen=0", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == here
