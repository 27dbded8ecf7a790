"""What people read of a value: short, without secrets, and never cut silently."""

from app.engine.redact import HIDDEN, Redactor
from app.runs.people_copy import MAX_CHARS, MAX_ITEMS, MAX_TEXT_CHARS, people_copy

NOTHING = Redactor()


def test_small_values_are_shown_whole() -> None:
    value = {"order": 48213, "items": [{"name": "Lamp", "price": 89.0}], "paid": True, "note": None}
    assert people_copy(value, NOTHING) == value


def test_secrets_are_hidden_by_value_and_by_name() -> None:
    copy = people_copy({"said": "my sesame opens", "password": "hunter"}, Redactor(["sesame"]))
    assert copy == {"said": f"my {HIDDEN} opens", "password": HIDDEN}


def test_a_secret_at_the_cut_is_hidden_whole() -> None:
    text = "a" * (MAX_TEXT_CHARS - 3) + "sesame"
    copy = people_copy({"text": text, "sesame": [text]}, Redactor(["sesame"]))
    assert "ses" not in str(copy)


def test_what_is_left_out_is_said() -> None:
    copy = people_copy({"text": "a" * 9_000, "list": list(range(500))}, NOTHING)
    assert isinstance(copy, dict)
    assert copy["text"] == "a" * MAX_TEXT_CHARS + "… (9,000 characters in all)"
    assert copy["list"] == [*range(MAX_ITEMS), "… 400 more not shown"]


def test_a_copy_has_an_end() -> None:
    wide = people_copy([["b" * 3_000] * 90] * 90, NOTHING)
    assert len(str(wide)) < 2 * MAX_CHARS
    deep: object = "end"
    for _ in range(40):
        deep = [deep]
    assert "nested too deep" in str(people_copy(deep, NOTHING))
