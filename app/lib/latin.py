"""Names in any European spelling, as the plain letters that addresses and keys are made of."""

import unicodedata


def latin(text: str) -> str:
    """The text in small Latin letters without accents: `Straße` gives `strasse`.

    Characters that have no Latin letter in them are left out; digits and signs of ASCII stay.
    """
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return letters.lower()  # taking a sign such as № apart can bring capitals back
