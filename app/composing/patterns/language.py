"""Whether rules made for English can read a wish: better to say so than to guess."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NAMES = re.compile(r"[“„«\"].*?[”“»\"]|\S+@\S+|https?://\S+")
_ANSWER = re.compile(r"\A[^\n?]{1,200}\?: ")  # `Who may say yes or no?: Me`
_ENGLISH = frozenset(
    (
        *("a", "about", "add", "after", "all", "also", "an", "and", "answer", "any", "anything"),
        *("are", "as", "ask", "at", "be", "before", "but", "by", "can", "check", "comes", "daily"),
        *("day", "do", "draft", "each", "email", "every", "everything", "first", "for", "form"),
        *("from", "get", "gets", "give", "has", "have", "he", "her", "his", "how", "i", "if"),
        *("in", "instead", "into", "is", "it", "its", "keep", "let", "list", "mail", "make"),
        *("me", "month", "more", "morning", "my", "new", "no", "not", "of", "off", "on", "once"),
        *("only", "or", "our", "out", "per", "please", "put", "read", "remove", "reply", "row"),
        *("save", "send", "sends", "she", "should", "show", "somebody", "someone", "sort"),
        *("summarise", "summarize", "summary", "table", "tell", "than", "that", "the", "their"),
        *("them", "then", "there", "they", "this", "to", "translate", "up", "us", "wait", "want"),
        *("we", "week", "weekday", "what", "when", "where", "which", "who", "will", "with"),
        *("without", "write", "writes", "yes", "you", "your"),
    )
)
# Small words of other languages that English does not have.
_OTHERS = (
    frozenset(
        (
            *(
                "alle",
                "als",
                "auf",
                "aus",
                "bei",
                "bitte",
                "das",
                "dem",
                "den",
                "der",
                "ein",
                "eine",
            ),
            *(
                "einen",
                "einer",
                "für",
                "ich",
                "ist",
                "jede",
                "jeden",
                "kommt",
                "mich",
                "mir",
                "mit",
            ),
            *("nach", "nicht", "oder", "sie", "über", "und", "von", "vor", "wenn", "wird", "zu"),
            *(
                "au",
                "aux",
                "avant",
                "avec",
                "chaque",
                "dans",
                "de",
                "des",
                "du",
                "elle",
                "est",
                "et",
            ),
            *("fois", "il", "je", "la", "le", "les", "moi", "mon", "ou", "par", "pour", "quand"),
            *("que", "qui", "sur", "tous", "un", "une", "vous", "antes", "cada", "como", "con"),
            *("cuando", "del", "el", "en", "envía", "los", "mi", "para", "por", "se", "si", "su"),
            *("al", "che", "da", "di", "ed", "ogni", "per", "prima", "quando", "una", "ao", "com"),
            *("da", "do", "dos", "em", "é", "me", "não", "os", "uma", "aan", "bij", "dat", "een"),
            *(
                "elke",
                "het",
                "ik",
                "mij",
                "naar",
                "niet",
                "om",
                "op",
                "te",
                "van",
                "voor",
                "wanneer",
            ),
            *("att", "av", "det", "en", "et", "för", "från", "jag", "med", "mig", "når", "när"),
            *(
                "og",
                "och",
                "på",
                "skal",
                "som",
                "till",
                "til",
                "är",
                "co",
                "do",
                "i",
                "jest",
                "każdy",
            ),
            *(
                "mi",
                "na",
                "nie",
                "oraz",
                "się",
                "w",
                "z",
                "ja",
                "kun",
                "minulle",
                "on",
                "að",
                "frá",
            ),
            *("mér", "og", "sem", "þegar"),
        )
    )
    - _ENGLISH
)
_LATIN_END = "\u024f"


def reads(said: Sequence[str]) -> bool:
    """Whether the newest wish is English, or too short to tell.

    Names in quotes, addresses and answers to questions tell nothing of it.
    """
    wishes = [one for one in said if not _ANSWER.match(one)]
    text = _NAMES.sub(" ", wishes[-1] if wishes else "").casefold()
    words = _WORD.findall(text)
    letters = "".join(words)
    foreign = sum(letter > _LATIN_END for letter in letters)
    if foreign * 3 > len(letters):
        return False
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHERS for word in words)
    if other > english and other >= 2:
        return False
    is_marked = any(not letter.isascii() and letter.isalpha() for letter in letters)
    if is_marked:
        return english > other
    return english > 0 or other == 0
