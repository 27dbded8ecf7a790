"""Every route of the app as a call that can be made."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from app.lib import ids

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def calls(app: Flask, workspace_slug: str) -> Iterator[tuple[Rule, str, str]]:
    """Every route with made-up ids, as (rule, method, address)."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: _made_up(rule, name, workspace_slug) for name in rule.arguments}
            _, address = rule.build(values) or (None, "")
            for method in sorted((rule.methods or set()) & set(METHODS)):
                yield rule, method, str(address)


def _made_up(rule: Rule, name: str, workspace_slug: str) -> object:
    if name == "workspace_slug":
        return workspace_slug
    if isinstance(rule._converters[name], IntegerConverter):
        return 999
    return ids.new_id() if isinstance(rule._converters[name], UUIDConverter) else "nothing"
