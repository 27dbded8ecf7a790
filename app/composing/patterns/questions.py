"""What has to be asked before composing, because the answer changes the flow."""

from app.composing.patterns.heard import Act, Heard, heard
from app.composing.patterns.open_work import task_name, task_of
from app.composing.patterns.people import means_me
from app.composing.patterns.planned import planned
from app.composing.patterns.thinking import kinds_of
from app.composing.patterns.words import (
    MAIL,
    capital,
    fitting_table,
    plural,
    unknown_table,
    with_article,
)
from app.composing.wishes import Question, Understood, Wish
from app.engine.words import listed

MAX_QUESTIONS = 3
_TELLS = {
    "sort": "sort it",
    "extract": "take values out",
    "summarise": "make it short",
    "draft": "write a draft",
    "answer": "answer",
    "translate": "translate it",
    "table": "keep it in a table",
    "rows": "look at a table",
    "fetch": "fetch a page",
    "mail": "send mail",
    "reply": "send it",
    "thank": "say thanks",
    "ask": "ask first",
    "post": "hand it to a service",
    "board": "tell your team",
    "formula": "work it out",
    "wait": "wait",
    "mask": "take personal data out",
}
_STARTS = {
    "start_email": "an e-mail arrives",
    "start_form": "somebody fills in a form",
    "start_chat": "somebody writes in a chat",
    "start_webhook": "another program calls",
    "start_schedule": "its time comes",
    "start_failure": "an agent fails",
    "start_agent": "another agent calls it",
}


def understood(wish: Wish) -> Understood:
    """The wish in other words, and at most three questions."""
    found = heard(wish)
    if wish.base is not None:
        return Understood(f"Change the flow: {found.text}"[:600], ())
    asked = [one for one in _questions(found, wish) if one.key not in found.answers]
    return Understood(_summary(found), tuple(asked[:MAX_QUESTIONS]))


def _questions(found: Heard, wish: Wish) -> list[Question]:
    asked: list[Question] = []
    things = plural(found.thing) if found.thing else "messages"
    if not found.start and _needs_channel(found):
        asked.append(
            Question(
                "start",
                f"Where {'does' if things == found.thing else 'do'} the {things} come from?",
                ("E-mail", "A form", "A chat", "Another program"),
            )
        )
    sort = next((act for act in found.acts if act.kind == "sort"), None)
    if sort is not None and not kinds_of("", sort):
        kinds = (
            "Questions, orders and complaints",
            "Urgent and not urgent",
            "Billing, technical and other",
        )
        asked.append(Question("kinds", f"What kinds of {things} are there?", kinds))
    ask = next((act for act in found.acts if act.kind == "ask"), None)
    if ask is not None and not means_me(ask.words) and not MAIL.search(ask.full):
        choices = ("Me", "Everybody who may run agents")
        asked.append(Question("approver", "Who may say yes or no?", choices))
    table = next((act for act in found.acts if act.kind in ("table", "rows", "update_row")), None)
    tables = wish.around.tables
    if (
        table is not None
        and len(tables) > 1
        and not unknown_table(found.text, wish.around)
        and fitting_table(found.text, found.thing, wish.around) is None
    ):
        names = tuple(one.name for one in tables[:4])
        asked.append(Question("table", "Which table is it about?", names))
    return asked


def _needs_channel(found: Heard) -> bool:
    if found.has("rows", "fetch", "formula") and not found.is_event:
        return False
    return found.is_event or bool(found.thing and found.acts)


def _told(act: Act) -> str:
    if act.kind == "think":
        name = task_name(task_of(act))
        return name[:1].lower() + name[1:]
    return _TELLS.get(act.kind, "")


def _summary(found: Heard) -> str:
    told = (_told(act) for act in planned(found))
    acts = list(dict.fromkeys(one for one in told if one))
    if not acts:
        return capital(found.text)[:600]
    comes = f"{with_article(found.thing)} comes in" if found.thing else "you start it"
    when = _STARTS.get(found.start, comes)
    return f"When {when}, I {listed(acts)}."
