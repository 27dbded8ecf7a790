"""The first steps: what sets the flow off, and the files and texts that come with it."""

import re

from app.composing.patterns.heard import (
    AGENT,
    CHAT,
    FAILURE,
    FORM,
    MAILBOX,
    TIMES,
    WEBHOOK,
    Heard,
)
from app.composing.patterns.people import means_them
from app.composing.patterns.scene import Scene, short_name
from app.composing.patterns.words import (
    capital,
    named_thing,
    plural,
    value_kind,
    with_article,
)
from app.engine.keys import word
from app.engine.values import Json
from app.lib import recurrence

_FILES = (
    ("read_pdf", r"\bpdfs?\b", "PDF", "text"),
    (
        "read_spreadsheet",
        r"\bexcel\b|\bspreadsheet file\b|\bas a spreadsheet\b|\bin a spreadsheet\b|"
        r"\buploaded spreadsheet\b|\bspreadsheet (?:that )?i upload\b|\bxlsx\b|\bworkbook\b",
        "spreadsheet",
        "rows",
    ),
    ("read_document", r"\bword (?:document|file)\b|\bdocx\b", "document", "text"),
    ("read_text_file", r"\bcsv\b|\btext file\b", "file", "text"),
)
_FROM = re.compile(r"\bmails? (?:\w+ )?from (\S+@\S+)", re.IGNORECASE)
_PLAIN_MAIL = frozenset(
    {"", "mail", "email", "e-mail", "message", "customer", "candidate", "product", "article"}
    | {"price", "row", "line", "item", "entry", "file", "letter"}
)
_OFFERED = ("product", "article", "price")  # one writes about them; nobody sends them in
_OUTSIDE = ("enquiry", "inquiry", "complaint", "application", "booking", "reservation", "question",
            "registration", "lead", "feedback", "refund", "claim", "quote", "review")  # fmt: skip


def begin(scene: Scene, names: tuple[str, ...]) -> None:
    """The start. `names` are the values that later steps will want of it."""
    heard = scene.heard
    start = heard.start or _likely(scene)
    scene.thing = heard.thing
    makers = {
        MAILBOX: _mail,
        CHAT: _chat,
        WEBHOOK: _webhook,
        FAILURE: _failure,
        TIMES: _times,
    }
    if start in makers:
        makers[start](scene)
    else:
        _form(scene, names, start)
    _read_file(scene, heard)


def _likely(scene: Scene) -> str:
    """Where things come from when nobody said: a mailbox if there is one, else a form."""
    if scene.heard.has("fetch") and re.search(r"\b(?:new|latest)\b", scene.heard.low):
        scene.assume("I took it that it looks once a day, at 9.")
        return TIMES
    is_thing = bool(scene.heard.thing) and (
        scene.heard.is_event
        or scene.heard.has("sort", "table", "answer", "extract")
        or (scene.heard.has("draft") and scene.heard.thing not in _OFFERED)
    )
    if is_thing and scene.around.mailboxes and not scene.heard.has("rows", "fetch"):
        if scene.heard.thing not in ("mail", "email", "e-mail"):
            scene.assume(f"I took it that {plural(scene.heard.thing)} come by e-mail.")
        return MAILBOX
    if is_thing and not scene.heard.has("rows", "fetch"):
        scene.assume(f"I took it that {plural(scene.heard.thing)} come through a form.")
    return FORM


def _mail(scene: Scene) -> None:
    mailboxes = scene.around.mailboxes
    chosen = named_thing(scene.heard.text, mailboxes) or (
        mailboxes[0] if len(mailboxes) == 1 else None
    )
    what = (
        scene.thing if scene.thing not in ("", "mail", "email", "e-mail", "message") else "e-mail"
    )
    settings: dict[str, Json] = {"mailbox": chosen.id} if chosen else {}
    scene.add("start_email", f"When {with_article(what)} arrives", settings)
    scene.text = "{{ trigger.subject }}\n\n{{ trigger.text }}"
    scene.subject, scene.sender = "{{ trigger.subject }}", "{{ trigger.from_address }}"
    scene.values |= {"sender": scene.sender, "subject": scene.subject}
    scene.values |= {"received": "{{ trigger.date }}"}
    scene.thing = what
    _only_from(scene)


def _only_from(scene: Scene) -> None:
    """`A mail from ana@…`: what others write goes no further."""
    found = _FROM.search(scene.heard.text)
    if found:
        address = found[1].rstrip(".,;:")
        row: Json = {"value": scene.sender, "operator": "contains", "value2": address}
        settings: dict[str, Json] = {"conditions": {"match": "all", "rows": [row]}}
        scene.add("if", short_name(f"From {address}?"), settings, ways=("Yes",))


def _chat(scene: Scene) -> None:
    scene.add("start_chat", "When a chat message comes", {})
    scene.text, scene.subject = "{{ trigger.text }}", "Your question"
    scene.sender, scene.thing = "{{ trigger.person.email }}", scene.thing or "question"


def _webhook(scene: Scene) -> None:
    waits = scene.heard.has("answer_call")
    what = scene.thing or "call"
    scene.add(
        "start_webhook",
        f"When {with_article(what)} comes in",
        {"answer": "flow" if waits else "at_once"},
    )
    scene.text, scene.subject = "{{ trigger.body | json }}", f"New {what}"
    scene.sender = "{{ trigger.body.email }}"


def _failure(scene: Scene) -> None:
    agent = named_thing(scene.heard.text, scene.around.agents)
    scene.add("start_failure", "When an agent fails", {"agent": agent.id} if agent else {})
    scene.text = "{{ trigger.agent }} failed: {{ trigger.sentence }}\n\n{{ trigger.link }}"
    scene.subject, scene.result = "{{ trigger.agent }} failed", scene.text
    scene.thing = "failure"


def _times(scene: Scene) -> None:
    schedule = dict(scene.heard.schedule or recurrence.EVERY_DAY_AT_NINE)
    scene.add("start_schedule", capital(recurrence.words(schedule)), {"schedule": schedule})
    scene.subject = "What is new"


def _form(scene: Scene, names: tuple[str, ...], start: str) -> None:
    heard, kind = scene.heard, AGENT if start == AGENT else FORM
    if scene.thing in ("mail", "email", "e-mail"):
        scene.thing = "message"
    questions = _questions(heard, names, scene.thing)
    settings: dict[str, Json] = {"inputs": questions}
    is_public = kind == FORM and heard.is_event and _comes_from_outside(heard)
    if is_public:  # a page for everybody only where somebody spoke of a form
        settings["page"] = "public" if heard.start == FORM else "members"
    called = "Contact" if scene.thing in ("", "message") else capital(scene.thing)
    what = f"{called} form" if is_public else f"Enter {_what_to_enter(scene)}"
    scene.add(kind, "Called by another agent" if kind == AGENT else what, settings)
    rows = [row for row in questions if isinstance(row, dict)]
    for row in rows:
        scene.values[str(row["key"])] = f"{{{{ trigger.{row['key']} }}}}"
    keys = {str(row["key"]) for row in rows}
    scene.sender = "{{ trigger.email }}" if "email" in keys else ""
    scene.text = "{{ trigger.message }}" if "message" in keys else _all(rows)
    scene.subject = f"Your {scene.thing}" if scene.thing else "Your message"


def _writes_back(heard: Heard) -> bool:
    """Whether whoever fills it in gets a mail, for which an address is needed."""
    return any(act.kind in ("mail", "thank") and means_them(act.words) for act in heard.acts)


def _comes_from_outside(heard: Heard) -> bool:
    return heard.thing in _OUTSIDE or bool(re.search(r"\bcontact form\b|\bcustomers?\b", heard.low))


def _what_to_enter(scene: Scene) -> str:
    if _file_kind(scene.heard):
        return "the file"
    return f"the {scene.thing}" if scene.thing else "what it is about"


def _questions(heard: Heard, names: tuple[str, ...], thing: str) -> list[Json]:
    """What the form asks: a file, the values that are wanted, or a message."""
    rows: list[Json] = []
    if _file_kind(heard):
        return [_asked("File", "file", "file")]
    is_outside = heard.is_event and (_comes_from_outside(heard) or _writes_back(heard))
    if is_outside:
        rows += [_asked("Name", "name", "text"), _asked("E-mail", "email", "email")]
    taken = {"name", "email", "e_mail", "mail"} if is_outside else set()
    for name in names:
        key = word(name, "value")
        if key not in taken:
            rows.append(_asked(capital(name), key, value_kind(name)))
            taken.add(key)
    wants_text = not names or heard.has(
        "sort", "summarise", "draft", "answer", "translate", "think"
    )
    if wants_text and not heard.has("fetch", "rows"):
        rows.append(_asked(capital(thing) if thing else "Text", "message", "long_text"))
    return rows


def _asked(label: str, key: str, kind: str) -> Json:
    return {
        "label": label, "key": key, "kind": kind, "required": True, "options": [], "hint": "",
    }  # fmt: skip


def _all(rows: list[dict[str, Json]]) -> str:
    return "\n".join(f"{row['label']}: {{{{ trigger.{row['key']} }}}}" for row in rows)


def _file_kind(heard: Heard) -> str:
    return next((kind for kind, form, _, _ in _FILES if re.search(form, heard.low)), "")


def _read_file(scene: Scene, heard: Heard) -> None:
    start = scene.steps[0].type
    if start not in (FORM, MAILBOX) or not _file_kind(heard):
        return
    kind, _, called, gives = next(one for one in _FILES if one[0] == _file_kind(heard))
    file = "{{ trigger.file }}" if start == FORM else "{{ trigger.attachments | first }}"
    key = scene.add(kind, f"Read the {called}", {"file": file})
    given = scene.gives(key, gives)
    if kind == "read_spreadsheet":
        scene.rows, scene.text = given, scene.gives(key, "rows | json")
    elif "csv" in heard.low:
        parsed = scene.add("parse_csv", "Take the rows apart", {"text": given})
        scene.rows, scene.text = scene.gives(parsed, "items"), given
    else:
        scene.text = given
    scene.thing = scene.thing if scene.thing not in ("", "e-mail") else called
