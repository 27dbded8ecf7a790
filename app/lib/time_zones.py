"""The world's time zones, for people to choose from."""

from functools import cache
from zoneinfo import available_timezones

_NOT_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def time_zones() -> tuple[str, ...]:
    """The names of the world's time zones, UTC first."""
    places = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NOT_PLACES)
    )
    return ("UTC", *sorted(places))
