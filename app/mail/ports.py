"""What the mail room tells higher rooms; `app/ports.py` fills it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.mail.models import Mail


def _nobody(_session: Session, _mail: Mail) -> None:
    return None


# Called inside the transaction that gives a mail up.
on_given_up: Callable[[Session, Mail], None] = _nobody
