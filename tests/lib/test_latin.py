"""Names become plain letters, whatever their spelling."""

import pytest

from app.lib.latin import latin


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Straße", "strasse"),
        ("Crème Brûlée", "creme brulee"),
        ("ÅNGSTRÖM 2", "angstrom 2"),
        ("№ 7", "no 7"),
        ("東京", ""),
    ],
)
def test_accents_go_and_letters_stay(text: str, letters: str) -> None:
    assert latin(text) == letters
