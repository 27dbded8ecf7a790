"""Which passwords are refused, and how the others are kept."""

import pytest

from app.accounts import passwords

OWN = ("Ada Berg", "ada.berg@harbour.example", "Harbour & Pine")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "a lamp in the harbour at night",
        "seven herons over a quiet mill",
        "Xk9#mQ2$vL7!",
        "пароль длинный и странный",
        "tall grass by the ada bridge",
        "eleven cups of harbour fog",
        "v" * 3 + "kqzmtwrjbnpd",
    ],
)
def test_a_good_password_is_taken(password: str) -> None:
    assert passwords.weakness(password, own_words=OWN) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "at least 12"),
        ("", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abababababab", "repeats"),
        ("lantern9lantern9", "repeats"),
        ("123456789012", "keyboard"),
        ("qwertyuiop123", "keyboard"),
        ("QWERTYUIOP[]", "keyboard"),
        ("zxcvbnmasdfghjkl", "keyboard"),
        ("1qaz2wsx3edc", "keyboard"),
        ("0987654321poiuyt", "keyboard"),
        ("password12345", "Many people"),
        ("P@ssw0rd!2026", "Many people"),
        ("Summer2026!!", "Many people"),
        ("sunshinedragon", "Many people"),
        ("iloveyouforever", "Many people"),
        ("CorrectHorseBatteryStaple", "Many people"),
        ("ada.berg@harbour", "mostly your name"),
        ("adaberg-2026", "mostly your name"),
        ("Harbour-Pine-1", "mostly your name"),
    ],
)
def test_a_weak_password_is_refused_and_told_why(password: str, why: str) -> None:
    said = passwords.weakness(password, own_words=OWN)
    assert said is not None
    assert why in said
    assert said.endswith(".")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    composed, decomposed = "caf\u00e9 on the quay", "cafe\u0301 on the quay"
    assert passwords.is_right(decomposed, passwords.password_hash(composed))


def test_a_hash_fits_its_password_alone() -> None:
    stored = passwords.password_hash("seven herons over a quiet mill")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(stored) <= 200, "the column holds 200 characters"
    assert passwords.is_right("seven herons over a quiet mill", stored)
    assert not passwords.is_right("seven herons over a quiet hill", stored)
    assert not passwords.is_right("the password of nobody", None)
    assert not passwords.is_right("anything", "not a hash")
    assert not passwords.is_outdated(stored)
