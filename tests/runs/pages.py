"""Addresses of the pages of runs, and what tests read off them."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.runs.models import Run

RUNS = "/w/harbour-pine/runs"
AGENT = "/w/harbour-pine/agents/greeter"
START = f"{AGENT}/runs"
FORM = f"{AGENT}/runs/new"


def all_runs(session: Session) -> list[Run]:
    """Every run there is, oldest first."""
    session.rollback()
    return list(session.scalars(select(Run).order_by(Run.id)))


def poll_address(page: str) -> str:
    """What the page asks each second."""
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")
