"""The answers of a batch written into tables."""

from sqlalchemy.orm import Session

from app import database
from app.batches import into_table
from app.batches.models import Batch, BatchStatus, Why
from app.batches.sentences import sentence
from app.batches.tools import Tools
from app.data_tables import tables
from app.data_tables.models import DataRow, DataTable
from tests.batches.conftest import NAMES, End, PutOn, Round, again, begin, of_table
from tests.cast import Cast
from tests.data_tables.conftest import Fill
from tests.databases import on_both
from tests.runs.flows import answer, form, in_a_row


@on_both
def test_answers_go_back_into_the_table(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    tools: Tools,
    go_round: Round,
    end_runs: End,
) -> None:
    first, second = fill({"customer": "Maria"}, {"customer": "Jens"})
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = of_table(session, cast, tools, agent, orders)
    begin(session, cast, batch)
    go_round(batch)
    end_runs(batch, said={"Points": 3, "State": "sent", "Why": ["a", "b"]})
    go_round(batch)
    places = into_table.suggested(batch, orders, may_build=True)
    assert places == {"Points": "new", "State": "state", "Why": "new"}
    with database.writing(session):
        session.delete(session.get_one(DataRow, second))
    written = into_table.back(
        session, lambda: database.writing(session), batch, orders, places=places, by=cast.ben
    )
    assert written.words == "1 row written and 1 not in the table any more."
    row = session.get_one(DataRow, first)
    assert row.values == {"customer": "Maria", "points": 3, "state": "Sent", "why": '["a", "b"]'}
    assert "sent" in row.folded
    assert [one.name for one in again(session, batch).columns] == [
        one.name for one in orders.columns[:6]
    ]


def test_answers_make_a_new_table(
    session: Session, cast: Cast, batch: Batch, go_round: Round, end_runs: End
) -> None:
    begin(session, cast, batch)
    go_round(batch)
    end_runs(batch, said={"Points": 3})
    go_round(batch)
    made, written = into_table.anew(
        session, lambda: database.writing(session), batch, name="Greeted", by=cast.ben
    )
    assert (made.row_count, written.words) == (2, "2 rows written.")
    assert [(one.name, one.kind.value) for one in made.columns] == [
        ("Name", "text"),
        ("Points", "number"),
    ]


def test_a_table_that_is_deleted_ends_the_batch(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    tools: Tools,
    go_round: Round,
    end_runs: End,
) -> None:
    fill(*({"customer": name} for name in NAMES))
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = of_table(session, cast, tools, agent, orders)
    with database.writing(session):
        batch.parallel = 2
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        tables.delete(session, tables.locked(session, orders), by=cast.ben.id)
    end_runs(batch)
    assert go_round(batch) == 0
    assert (batch.status, batch.why) == (BatchStatus.STOPPED, Why.TABLE_GONE)
    assert sentence(batch).startswith("The table “Orders” was deleted")
