"""A process that asks models from many threads at once, as a worker does; see `test_parallel`."""

import json
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app import database, ports
from app.budgets.book import Book
from app.budgets.purse import Purse, purse_of
from app.engine.errors import BudgetSpent
from app.engine.model_port import Answer, Ask, Message, Usage
from app.language_models.reaching import Reached, Way
from app.llm.port import ModelAccess
from app.llm.prices import Price
from app.workers.model_door import ModelDoor
from app.workers.model_notes import ModelNotes
from app.workers.run_redactor import RunRedactor

ASK = Ask(messages=(Message("user", "How much is the fish?" * 20),), max_output_tokens=2_000)
PRICE = Price(Decimal(2), Decimal(10))


@dataclass
class Stub:
    """A model that answers with as many tokens as it may at most, after a moment."""

    takes_s: float

    def answer(self, ask: Ask) -> Answer:
        """An answer."""
        time.sleep(self.takes_s)  # what the provider takes
        return Answer(text="Much.", usage=Usage(200, ask.max_output_tokens or 0))

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """The same in pieces."""
        yield "Much."
        yield self.answer(ask)


class Priced(ModelDoor):
    """The door to one priced model, without looking it up."""

    def _way(self, model: str) -> Way:
        access = ModelAccess(provider="openai", model="stub")
        return Way(Reached(access, "Stub", PRICE))


def main() -> None:
    """Ask until nothing fits any more; prints how often a question was refused and answered."""
    wishes = json.loads(sys.argv[1])
    ports.fill()
    engine = database.make_engine(wishes["url"])
    sessions = database.session_factory(engine)
    workspace, run = uuid.UUID(wishes["workspace"]), uuid.UUID(wishes["run"])
    turn = threading.Lock()
    counts = {"answered": 0, "refused": 0}

    def ask_on() -> None:
        book = Book()
        purse = purse_of(sessions, turn, book, workspace, run)
        purse = Purse(
            sessions=sessions,
            turn_to_write=turn,
            book=book,
            account=purse.account,
            grace_s=wishes.get("grace_s", 60.0),
            wait_s=30.0,
        )
        notes = ModelNotes(
            sessions=sessions,
            workspace_id=workspace,
            run_id=run,
            turn_to_write=turn,
            purse=purse,
        )
        door = Priced(
            connect=lambda _access: Stub(wishes["takes_s"]),
            sessions=sessions,
            keyring=None,  # type: ignore[arg-type]  # nothing is opened
            workspace_id=workspace,
            redactor=RunRedactor(),
            notes=notes,
            purse=purse,
        )
        for _ in range(wishes["times"]):
            try:
                print("asks", flush=True)
                door.answer("", ASK)
                counts["answered"] += 1
            except BudgetSpent:
                counts["refused"] += 1
                return

    threads = [threading.Thread(target=ask_on) for _ in range(wishes["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(counts), flush=True)


if __name__ == "__main__":
    main()
