"""The greeting at the head of Home."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.lib import clock
from app.web import words

MORNING, AFTERNOON, EVENING = 5, 12, 18


@dataclass(frozen=True, slots=True)
class Greeting:
    """What part of the day it is for this person: `morning`, `day`, `evening`, and the date."""

    part_of_day: str
    first_name: str
    today: datetime


def greet(user: User) -> Greeting:
    """The greeting for this person at this moment, in their time zone."""
    here = words.local(clock.now())
    name = user.nickname or user.name.split()[0]
    return Greeting(_part_of_day(here.hour), name, here)


def _part_of_day(hour: int) -> str:
    if MORNING <= hour < AFTERNOON:
        return "morning"
    return "afternoon" if AFTERNOON <= hour < EVENING else "evening"
