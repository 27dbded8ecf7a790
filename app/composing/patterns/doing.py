"""Steps that ask, send, keep, look up, decide and answer."""

import re
from urllib.parse import urlsplit

from app.composing.patterns.heard import Act
from app.composing.patterns.people import who_answers
from app.composing.patterns.scene import Scene, short_name
from app.composing.patterns.when import number_of
from app.composing.patterns.words import (
    URL,
    capital,
    fitting_table,
    named_thing,
    plural,
    unknown_table,
)
from app.composing.sketch import Before
from app.composing.wishes import Thing
from app.engine.keys import word
from app.engine.values import Json

_API = re.compile(r"\bapi\b|\.json\b|/api/|\bdata\b|\bjson\b|/v\d/", re.IGNORECASE)
_UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "days"}


def fetch(scene: Scene, act: Act) -> None:
    """Get a page or data of a service."""
    url = address_in(act.full) or address_in(scene.heard.text)
    settings: dict[str, Json] = {"method": "GET", "url": url}
    service = named_thing(scene.heard.text, scene.around.services)
    if service is not None:
        settings["connection"] = service.id
    host = host_of(url)
    key = scene.add("http_request", short_name(f"Fetch {host}"), settings)
    if _API.search(act.full):
        scene.text = scene.gives(key, "body | json")
        scene.values["body"] = scene.gives(key, "body")
    else:
        page = scene.add(
            "html_to_text", "Read the text of the page", {"html": scene.gives(key, "body")}
        )
        scene.text = scene.gives(page, "text")
    scene.result, scene.subject = scene.text, f"New from {host}"


def post(scene: Scene, act: Act) -> None:
    """Hand it to another service."""
    url = address_in(act.full)
    is_call = scene.has("start_webhook") and not scene.result
    told = "{{ trigger.body | json }}" if is_call else ""
    value = reference_in(scene.result or scene.text)
    body = told or (f'{{"text": {{{{ {value} | json }}}}}}' if value else '{"text": ""}')
    settings: dict[str, Json] = {"method": "POST", "url": url, "body_kind": "json", "body": body}
    scene.add("http_request", short_name(f"Send it to {host_of(url)}"), settings)


def rows(scene: Scene, act: Act) -> None:
    """Look rows of a table up."""
    table = fitting_table(act.full, "", scene.around) or _table_of(scene)
    settings: dict[str, Json] = {"table": table.id} if table else {}
    limit = re.search(r"\b(over|above|more than|under|below|less than)\b ?[€$£]? ?([\d.,]+)",
                      scene.heard.low)  # fmt: skip
    numeric = [one for one in table.columns if is_amount(one)] if table else []
    if limit and numeric:
        row: dict[str, Json] = {
            "value": numeric[0],
            "operator": "more_than" if limit[1] in ("over", "above", "more than") else "less_than",
            "value2": limit[2].replace(",", "").rstrip("."),
        }
        settings["conditions"] = {"match": "all", "rows": [row]}
    unknown = _unknown_table(scene)
    what = table.name if table else unknown or (plural(scene.thing) if scene.thing else "rows")
    name = f"Find rows in {what}" if table or unknown else f"Find the {what}"
    key = scene.add("find_rows", short_name(name), settings)
    scene.rows, scene.text = scene.gives(key, "rows"), scene.gives(key, "rows | json")
    scene.result, scene.result_name = scene.text, capital(what)
    scene.subject = what


def _table_of(scene: Scene) -> Thing | None:
    return fitting_table(scene.heard.text, scene.heard.thing, scene.around)


def _unknown_table(scene: Scene) -> str:
    """The table that the wish names and nobody has made yet."""
    name = unknown_table(scene.heard.text, scene.around)
    if name:
        scene.assume(f"There is no table “{name}” yet: make it under Tables and choose it.")
    return name


def loop(scene: Scene, act: Act) -> None:
    """Go through a list; what comes next is done for each item."""
    if not scene.rows or scene.inside:
        return
    what = re.sub(r"^for ", "", act.words.strip()).split(",")[0]
    called = re.match(r"(?:each|every) (\w+)", what)
    name = f"For each {called[1]}" if called and called[1] not in ("one", "of") else "For each row"
    key = scene.add("for_each", name, {"items": scene.rows})
    scene.inside, scene.open = key, []
    scene.text, scene.result = "{{ item | json }}", ""
    table = _table_of(scene)
    columns = table.columns if table and scene.has("find_rows") else ()
    column = next((one for one in columns if "mail" in one.lower()), "email")
    scene.sender = f"{{{{ item.{word(column, 'value')} }}}}"
    scene.subject = scene.subject or "News for you"


def ask(scene: Scene, act: Act) -> None:
    """Ask a person; only a yes leads on."""
    who, called = who_answers(scene, act.words, act.full)
    values: list[Json] = []
    if scene.draft and scene.sender:
        values = _pairs(
            {"To": scene.sender, "Subject": f"Re: {scene.subject}", "Text": scene.draft}
        )
        title, name = "Send this answer?", f"Ask {called} before sending"
    elif scene.draft:
        values = _pairs({"Text": scene.draft})
        title, name = "Is this right?", f"Ask {called} to look at it"
    else:
        known = {
            capital(key.replace("_", " ")): value
            for key, value in scene.values.items()
            if key not in ("received", "summary") and not key.startswith("ask")
        }
        values = _pairs(dict(list(known.items())[:10]) or {"Text": scene.result or scene.text})
        title, name = f"May this {scene.noun} go on?", f"Ask {called} about the {scene.noun}"
    settings: dict[str, Json] = {"title": title, "values": values, **who}
    key = scene.add("ask_person", short_name(name), settings, ways=("Approved",))
    scene.approved = key
    if scene.draft:
        scene.draft = scene.result = scene.gives(key, "values.Text")


def table(scene: Scene, act: Act) -> None:
    """Keep it as a row of a table."""
    wanted = f"{act.full} {scene.heard.answers.get('table', '')}"
    found = fitting_table(wanted, scene.heard.thing, scene.around)
    columns = list(found.columns) if found and found.columns else []
    values: dict[str, str] = {}
    for column in columns or [capital(key.replace("_", " ")) for key in _kept(scene)]:
        value = f"{{{{ item.{word(column, 'value')} }}}}" if scene.inside else ""
        value = value or scene.known_value(column)
        if value:
            values[column] = value
    if not values or (not columns and set(values) == {"Category"}):
        values[columns[0] if columns else "Text"] = scene.result or scene.text
    settings: dict[str, Json] = {"values": _pairs(values)}
    if found is not None:
        settings["table"] = found.id
    called = found.name if found else _unknown_table(scene) or "the table"
    name = f"Add a row to {called}"
    scene.add("add_rows", short_name(name), settings)


def update_row(scene: Scene, act: Act) -> None:
    """Change the row that is meant, or add it."""
    found = fitting_table(act.full, scene.heard.thing, scene.around)
    columns = list(found.columns) if found else []
    match = next((one for one in columns if scene.known_value(one)), columns[0] if columns else "")
    values = {one: scene.known_value(one) for one in columns if scene.known_value(one)}
    marked = re.search(r"\bas (\w+)", act.words)
    if marked:
        values["Status"] = marked[1]
    if match and match not in values:
        values[match] = scene.known_value(match) or scene.text
    settings: dict[str, Json] = {"match": match, "values": _pairs(values)}
    if found is not None:
        settings["table"] = found.id
    name = f"Change the row in {found.name}" if found else "Change the row"
    scene.add("put_row", short_name(name), settings)


def wait(scene: Scene, act: Act) -> None:
    """Let time pass."""
    settings, name = waiting(act.words)
    scene.add("wait", name, settings)


def waiting(words: str) -> tuple[dict[str, Json], str]:
    """The settings of a step that waits, and its name."""
    found = re.search(r"(\d+|an?|one|two|three|four|five|seven) (minute|hour|day|week)", words)
    amount, unit = (number_of(found[1]), found[2]) if found else (1, "day")
    many = amount * (7 if unit == "week" else 1)
    settings: dict[str, Json] = {"how": "for", "amount": many, "unit": _UNITS[unit]}
    return settings, f"Wait {amount} {unit}{'' if amount == 1 else 's'}"


def leave_loop(scene: Scene) -> None:
    """Go on behind the loop that is open."""
    if scene.inside:
        scene.open = [Before(scene.inside)]
        if scene.result:
            scene.result = scene.gives(scene.inside, "items | json")
        scene.text = scene.result or scene.rows.replace(" }}", " | json }}")
        scene.inside = ""


def is_amount(name: str) -> bool:
    """Whether a column or value of this name is a sum of money or a count."""
    return bool(re.search(r"amount|total|price|sum|cost|quantity|net|gross|stock", name.lower()))


def address_in(text: str) -> str:
    """The first web address in a text."""
    found = URL.search(text)
    if not found:
        return ""
    url = found[0].rstrip(".,;:!?)")
    return f"https://{url}" if url.lower().startswith("www.") else url


def host_of(url: str) -> str:
    """The host of an address, as one says it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or "the service"


def reference_in(template: str) -> str:
    """The last path that a text refers to, which says most: of a mail its words; empty for none."""
    found = re.findall(r"\{\{ ([^{}|]+?) (?:\| json )?\}\}", template)
    return str(found[-1]).strip() if found else ""


def _kept(scene: Scene) -> list[str]:
    return [key for key in scene.values if key not in ("sender", "received", "subject", "summary")]


def _pairs(values: dict[str, str]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in values.items()]
