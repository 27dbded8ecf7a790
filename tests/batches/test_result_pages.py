"""The pages on which results are asked for, waited for and found."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.batch_results import asking
from app.data_tables.models import DataTable
from app.handovers.models import Handover, HandoverKind
from app.handovers.tools import Tools
from tests.batches.conftest import HERE, MakeBatch, Open, PutOn
from tests.batches.handed import Ask, Scored, handed_over
from tests.cast import Cast
from tests.runs.flows import greeting

RELOAD = "Reload to see what is new"


def _asked(session: Session) -> Handover:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Handover)).one()


def test_a_table_is_asked_for_and_opened(
    session: Session, cast: Cast, visitor: Open, scored: Scored, tools: Tools
) -> None:
    batch = scored(3)
    ben, here = visitor(cast.ben), f"{HERE}/batches/{batch.id}"
    page = ben.post(
        f"{here}/table", data={"into": "new", "name": "Greeted"}, follow_redirects=True
    ).text
    assert "Writing into “Greeted”" in page
    assert "It begins in a moment" in page
    assert "Stop writing" in page
    assert "Write into a table" not in page
    assert "batch-poll" in page
    assert RELOAD in page
    held = _asked(session)
    seen = f"{here}/live?seen={session.get_one(type(batch), batch.id).seq}"
    assert ben.get(seen).status_code == 204
    with database.writing(session):
        held.rows = 2
    assert "<b>2</b> of 3 rows written" in ben.get(f"{here}/live?seen=-1").text
    with database.writing(session):
        held.rows = 0
    handed_over(session, tools, held)
    page = ben.get(seen).text
    assert "3 rows written into “Greeted”." in page
    assert f'href="{HERE}/tables/greeted"' in page
    assert "Write into a table" in page
    assert "batch-poll" not in page
    assert "Maria" not in ben.get(f"{HERE}/tables/greeted").text
    assert "Person 1" in ben.get(f"{HERE}/tables/greeted").text


def test_a_file_is_asked_for_and_downloaded_by_whoever_may_look(
    session: Session, cast: Cast, visitor: Open, scored: Scored, tools: Tools
) -> None:
    batch = scored(3)
    cleo, here = visitor(cast.cleo), f"{HERE}/batches/{batch.id}"
    assert (
        "This file is not kept any more."
        in cleo.get(f"{here}/files/xlsx", follow_redirects=True).text
    )
    page = cleo.post(f"{here}/files/xlsx", follow_redirects=True).text
    assert "Making “greeter-results.xlsx”" in page
    page = cleo.post(f"{here}/files/xlsx", follow_redirects=True).text
    assert "This file is being made already." in page
    handed_over(session, tools, _asked(session))
    page = visitor(cast.olga).get(here).text
    assert "“greeter-results.xlsx” is ready: 3 rows." in page
    with visitor(cast.olga).get(f"{here}/files/xlsx") as answer:
        assert answer.data.startswith(b"PK\x03\x04")
        assert answer.headers["Content-Disposition"] == "attachment; filename=greeter-results.xlsx"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["table", "files/xlsx"])
def test_it_is_stopped(
    session: Session, cast: Cast, visitor: Open, scored: Scored, ask: Ask, kind: str
) -> None:
    batch = scored(3)
    ask(batch, {"new": "Greeted"} if kind == "table" else {"runs": "", "zone": "UTC"})
    olga, here = visitor(cast.olga), f"{HERE}/batches/{batch.id}"
    page = olga.post(f"{here}/deletion", follow_redirects=True).text
    assert "still being handed over" in page
    page = olga.post(f"{here}/{kind}/cancellation", follow_redirects=True).text
    assert "was stopped" in page
    assert RELOAD not in page
    page = olga.post(f"{here}/deletion", follow_redirects=True).text
    assert "The batch of leads.csv is deleted." in page


def test_what_went_wrong_stands_on_the_page(
    session: Session, cast: Cast, visitor: Open, scored: Scored, ask: Ask, tools: Tools
) -> None:
    batch = scored(3)
    handed_over(session, tools, ask(batch, {"new": "Greeted"}))
    held = ask(batch, {"new": "Greeted"})
    ben, here = visitor(cast.ben), f"{HERE}/batches/{batch.id}"
    handed_over(session, tools, held)
    page = ben.get(here).text
    assert "Writing into “Greeted” could not go on" in page
    assert "Another table has this name." in page
    answer = ben.post(f"{here}/table", data={"into": "new", "name": "Greeted"})
    assert (answer.status_code, "Another table has this name." in answer.text) == (422, True)
    session.rollback()
    assert len(session.scalars(select(DataTable)).all()) == 1


def test_who_may_not_build_makes_no_table(
    session: Session, cast: Cast, visitor: Open, scored: Scored
) -> None:
    here = f"{HERE}/batches/{scored(3).id}"
    answer = visitor(cast.olga).post(f"{here}/table", data={"into": "new", "name": "Greeted"})
    assert answer.status_code == 403
    assert session.scalars(select(Handover)).all() == []


def test_before_anything_ran_there_are_no_results(
    session: Session, cast: Cast, visitor: Open, put_on: PutOn, make_batch: MakeBatch
) -> None:
    batch = make_batch(put_on(greeting()), "Name", "Maria")
    here = f"{HERE}/batches/{batch.id}"
    page = visitor(cast.ben).post(f"{here}/files/xlsx", follow_redirects=True).text
    assert asking.NO_RESULTS in page
    with database.writing(session):
        asking.stop(session, batch, HandoverKind.TABLE, by=cast.ben)  # nothing to stop
    assert session.scalars(select(Handover)).all() == []
