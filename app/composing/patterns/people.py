"""Who is asked and who gets mail: told by a word, by an address, or taken from the thing."""

import re

from app.composing.patterns.scene import Scene
from app.composing.patterns.words import MAIL
from app.engine.values import Json

_ME = re.compile(r"\b(?:me|myself|us|i|my inbox|our inbox|the office|the team|our team)\b")
_THEM = re.compile(
    r"\b(?:customer|client|sender|person|applicant|candidate|guest|writer|supplier|visitor|buyer|"
    r"user|member|him|her|them|whoever|address in it|their address)s?\b"
)


def receivers(scene: Scene, words: str, full: str) -> tuple[str, str]:
    """The addresses that a mail goes to as typed, and what to call who gets it."""
    typed = MAIL.findall(full)
    if typed:
        return ", ".join(typed), typed[0].split("@")[0].replace(".", " ").title()
    if _ME.search(words):
        return scene.around.person_mail, scene.person
    if _THEM.search(words) and scene.sender:
        return scene.sender, "the sender"
    return "", ""


def names_nobody(words: str, full: str) -> bool:
    """Whether an act of sending says nothing about who gets it."""
    return not (MAIL.search(full) or _ME.search(words) or _THEM.search(words))


def means_me(words: str) -> bool:
    """Whether it is about the person who describes the flow."""
    return bool(_ME.search(words))


def means_them(words: str) -> bool:
    """Whether it is about whoever wrote, booked or bought."""
    return bool(_THEM.search(words))


def who_answers(scene: Scene, words: str, full: str) -> tuple[dict[str, Json], str]:
    """The settings of a question about who may answer, and what to call them."""
    answered = scene.heard.answers.get("approver", "")
    typed = MAIL.findall(f"{full} {answered}")
    if typed:
        return _only(typed), typed[0].split("@")[0].replace(".", " ").title()
    mine = _ME.search(words) or re.search(r"\b(?:me|i|myself)\b", answered.lower())
    if mine and scene.around.person_mail:
        return _only([scene.around.person_mail]), scene.person
    return {"who": "everybody"}, "a colleague"


def _only(addresses: list[str]) -> dict[str, Json]:
    return {"who": "people", "people": "\n".join(dict.fromkeys(addresses))}
