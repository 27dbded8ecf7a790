"""What tests read off pages: form fields, tokens and words."""

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

AGENTS = "/w/harbour-pine/agents"


def token(answer: TestResponse) -> str:
    """The CSRF token of the page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found, "the page has no form"
    return found[1]


def words(answer: TestResponse) -> str:
    """The page's text without tags, spaces made single."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def post(
    client: FlaskClient, page: str, to: str, data: dict[str, object] | None = None
) -> TestResponse:
    """Send a form with the token of `page`, as a browser that was on it would."""
    return client.post(to, data={"csrf_token": token(client.get(page)), **(data or {})})


def panel_form(client: FlaskClient, step_id: str, agent: str = "greeter") -> dict[str, object]:
    """Every field of the settings panel of a step, as a browser would send it back unchanged."""
    return fields_of(client.get(f"{AGENTS}/{agent}/edit?step={step_id}").text)


def fields_of(page: str) -> dict[str, object]:
    """Every field of the settings panel on a page."""
    form = re.search(r'<form class="form" id="settings-.*?</form>', page, re.DOTALL)
    assert form, "the panel is not open"
    return {**_inputs(form[0]), **_selects(form[0]), **_areas(form[0]), "shown": _shown(form[0])}


def _inputs(form: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name] = value or ""
    return fields


def _selects(form: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for tag, inside in re.findall(r"(<select[^>]*>)(.*?)</select>", form, re.DOTALL):
        chosen = [
            one for one in re.findall(r"<option[^>]*>", inside) if re.search(r" selected\b", one)
        ]
        fields[_attribute(tag, "name") or ""] = _attribute(chosen[0], "value") if chosen else ""
    return fields


def _areas(form: str) -> dict[str, object]:
    return {
        _attribute(tag, "name") or "": html.unescape(inside).removeprefix("\r").removeprefix("\n")
        for tag, inside in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", form, re.DOTALL)
    }


def _shown(form: str) -> list[str]:
    return re.findall(r'name="shown" value="([^"]+)"', form)


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else None
