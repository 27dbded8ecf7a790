"""Pages about variables: the list, a new one, and one of them."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.variables import directory, ports, variables
from app.variables.forms import NewVariableForm, VariableForm
from app.variables.models import Variable, VariableKind
from app.variables.values import ValueRefused, looks_secret, read_typed, written
from app.variables.variables import VariableRefused
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

bp = Blueprint("variables", __name__)
MAX_SEARCH_CHARS = 80


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


@bp.get("/w/<workspace_slug>/variables")
@requires("variables.read")
def index() -> Response:
    """The list, with who uses each."""
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    return page(
        "variables/index.html",
        found=directory.all_of(session(), g.workspace.id, words=words),
        uses=ports.used_by(session(), g.workspace.id),
        words=words,
        written=written,
        looks_secret=looks_secret,
    )


@bp.get("/w/<workspace_slug>/variables/new")
@requires("variables.edit")
def new() -> Response:
    """The form for a new variable."""
    return page("variables/new.html", form=NewVariableForm(), looks_secret=False)


@bp.post("/w/<workspace_slug>/variables")
@requires("variables.edit")
def create() -> ResponseReturnValue:
    """Make a variable."""
    form = NewVariableForm()
    name = form.name.data or ""
    is_odd = False
    if form.is_posted_right():
        try:
            value = read_typed(VariableKind(form.kind.data), form.value.data or "")
            is_odd = looks_secret(name, value) and "sure" not in request.form
            if not is_odd:
                with writing() as open_session:
                    variables.create(
                        open_session,
                        g.workspace.id,
                        by=g.member.user_id,
                        name=name,
                        kind=VariableKind(form.kind.data),
                        value=value,
                        description=form.description.data or "",
                    )
                return _back(f"Steps can use {{{{ vars.{name} }}}} now.")
        except ValueRefused as refused:
            form.value.errors = [refused.sentence]
        except VariableRefused as refused:
            form.name.errors = [refused.sentence]
    return page("variables/new.html", 422, form=form, looks_secret=is_odd)


@bp.get("/w/<workspace_slug>/variables/<name>")
@requires("variables.read")
def show(name: str) -> Response:
    """One variable: its value, who set it, who uses it."""
    variable = _variable(name)
    form = VariableForm(
        formdata=None,
        data={
            "kind": variable.kind.value,
            "value": written(variable.kind, variable.value),
            "description": variable.description,
        },
    )
    return _page(variable, form)


@bp.post("/w/<workspace_slug>/variables/<name>")
@requires("variables.edit")
def change(name: str) -> ResponseReturnValue:
    """Change value, kind and description."""
    variable, form = _variable(name), VariableForm()
    is_odd = False
    if form.is_posted_right():
        kind = VariableKind(form.kind.data)
        try:
            value = read_typed(kind, form.value.data or "")
            is_odd = looks_secret(name, value) and "sure" not in request.form
            if not is_odd:
                with writing() as open_session:
                    variables.change(
                        open_session,
                        _variable(name),
                        by=g.member.user_id,
                        kind=kind,
                        value=value,
                        description=form.description.data or "",
                    )
                return _back("Saved. Runs that begin from now on see it.")
        except ValueRefused as refused:
            form.value.errors = [refused.sentence]
    return _page(variable, form, 422, is_odd=is_odd)


@bp.post("/w/<workspace_slug>/variables/<name>/deletion")
@requires("variables.edit")
def delete(name: str) -> ResponseReturnValue:
    """Delete a variable."""
    _variable(name)
    with writing() as open_session:
        variables.delete(open_session, _variable(name), by=g.member.user_id)
    return _back(f"“{name}” is deleted.")


def _page(
    variable: Variable, form: VariableForm, status: int = 200, *, is_odd: bool = False
) -> Response:
    return page(
        "variables/show.html",
        status,
        variable=variable,
        form=form,
        uses=ports.used_by(session(), g.workspace.id).get(variable.name, ()),
        words=written(variable.kind, variable.value),
        looks_secret=is_odd,
    )


def _variable(name: str) -> Variable:
    found = directory.by_name(session(), g.workspace.id, name=name)
    if found is None:
        abort(404)
    return found


def _back(words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect_to(url_for("variables.index"))
