"""Texts as they were typed, told without the values that a run fills in."""

from app.engine.words import gaps


def test_values_are_gaps() -> None:
    assert gaps("Hello {{ trigger.name }}, {{ steps.sum.value | round }}.") == "Hello …, …."
    assert gaps(None) == ""


def test_braces_that_never_close_are_read_once() -> None:
    text = "{{" * 200_000
    assert gaps(text) == text
