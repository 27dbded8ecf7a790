"""The addresses of our own pages, remembered: a list of runs asks for one in every row."""

import uuid
from typing import Any

import flask
from flask import Flask, current_app, request

MOST_REMEMBERED = 10_000
_BOOK = "addresses"
# Stand for ids in addresses that are remembered; nobody can guess one and put it into a value.
_PLACES = tuple(uuid.uuid4() for _ in range(3))


def install(app: Flask) -> None:
    """Give templates this `url_for` in place of Flask's."""
    app.extensions[_BOOK] = {}
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, **values: Any) -> str:
    """What `flask.url_for` gives, for a page of ours and in a request.

    Our routes never change while the app runs, so the address follows from the names and values
    alone, and those of two rows differ by their ids. Options such as `_external` are passed on and
    nothing of them is remembered.
    """
    if "_" in {name[0] for name in values}:
        return flask.url_for(endpoint, **values)
    current_app.inject_url_defaults(endpoint, values)
    ids = {name: value for name, value in values.items() if type(value) is uuid.UUID}
    places = dict(zip(ids, _PLACES, strict=False))
    values |= places
    # The types too: 1, True and 1.0 are one key of a dict but not one address.
    key = (request.root_path, endpoint, *values.items(), *map(type, values.values()))
    book: dict[object, str] = current_app.extensions[_BOOK]
    found = book.get(key)
    if found is None:
        if len(book) >= MOST_REMEMBERED:
            book.clear()
        found = book[key] = flask.url_for(endpoint, **values)
    for name, place in places.items():
        found = found.replace(str(place), str(ids[name]))
    return found
