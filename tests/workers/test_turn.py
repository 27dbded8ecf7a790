"""One process of all keeps the timetable."""

from pathlib import Path

from sqlalchemy import Engine

from app.workers.turn import turn
from tests.databases import on_both


@on_both
def test_one_at_a_time(engine: Engine, tmp_path: Path) -> None:
    lock = tmp_path / "run" / "turn.lock"
    with turn(engine, lock_file=lock) as first:
        assert first is not None
        assert first()
        with turn(engine, lock_file=lock) as second:
            assert second is None
    with turn(engine, lock_file=lock) as third:
        assert third is not None
