"""How long the supervisor waits before it starts something again."""

from app.supervisor.service import Backoff


def test_waiting_doubles_up_to_half_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.ended(float(at)) for at in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_an_old_trouble_is_forgotten() -> None:
    backoff = Backoff()
    for at in range(4):
        backoff.ended(float(at))
    assert backoff.ended(3 + Backoff.WINDOW_S + 1) == 0.5


def test_five_ends_in_a_short_time_are_a_loop() -> None:
    backoff = Backoff()
    for at in range(4):
        backoff.ended(float(at))
        assert not backoff.is_looping
    backoff.ended(5.0)
    assert backoff.is_looping
