"""The page that shows every component in every state. It exists in development only."""

from types import SimpleNamespace

from flask import Blueprint, Response, flash, request
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from app.web.access import public
from app.web.forms import Form, required
from app.web.pages import page

bp = Blueprint("design", __name__)

ORDER = {
    "order": "48213",
    "placed": "2026-11-04",
    "paid": True,
    "note": None,
    "items": [
        {"name": "Table lamp “Skagen”, cobalt blue", "price": 89},
        {"name": "LED bulb E27, warm, pack of 4", "price": 18.5},
    ],
    "message": "Hello, the blue table lamp came with a crack in its shade. " * 8,
    "tags": [],
    "markup": "<b>shown as it is</b>",
}


class SampleForm(Form):
    """One field of every kind."""

    name = StringField("Name", [required("Give it a name.")], description="People see this.")
    password = PasswordField("Password", [required("Choose a password.")])
    message = TextAreaField("Message", description="A few sentences are enough.")
    count = IntegerField("How many")
    kind = SelectField("Kind", choices={"a": "A question", "b": "A complaint"})
    file = FileField("File")
    role = RadioField(
        "Role",
        [required("Choose a role.")],
        choices={"viewer": "Viewer: looks at everything", "builder": "Builder: edits agents"},
        default="viewer",
    )
    told = BooleanField("Tell me by e-mail", description="Only when a run fails.")


@bp.get("/design")
@public
def show() -> Response:
    """Every component; `?theme=dark` and `?theme=light` choose the colours."""
    if request.args.get("toasts"):
        flash("Saved.", "ok")
        flash("The connection did not answer.", "bad")
        flash("Ben is editing this agent too.", "info")
    wrong = SampleForm(formdata=None, meta={"csrf": False})
    wrong.validate()
    return page(
        "design/index.html",
        theme=request.args.get("theme", "system"),
        form=SampleForm(formdata=None, prefix="right-"),
        wrong=wrong,
        order=ORDER,
        agents=[SimpleNamespace(status=status) for status in ("active", "inactive", "archived")],
    )
