"""Addresses that programs call, not pages: no cookie counts there, so no form token is needed."""

from flask import Blueprint, request

from app.extensions import csrf

_names: set[str] = set()


def for_programs(blueprint: Blueprint) -> Blueprint:
    """Mark a whole blueprint as called by programs; single routes cannot be.

    Its routes must not look at who is signed in: a page of another site could make a browser
    call them, with its cookies.
    """
    csrf.exempt(blueprint)
    _names.add(blueprint.name)
    return blueprint


def is_program() -> bool:
    """Whether this request goes to such an address."""
    return request.blueprint in _names
