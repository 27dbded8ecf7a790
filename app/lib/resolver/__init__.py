"""Fills `{{ path | filter }}` in texts: a small bounded language with no code in it."""

from app.lib.resolver.errors import MissingValue, TemplateError
from app.lib.resolver.filters import FILTERS, Filter
from app.lib.resolver.names import Fault, KnownNames, check, names_needed, names_used, rename
from app.lib.resolver.syntax import Path
from app.lib.resolver.template import Forgiving, Template, compiled
from app.lib.resolver.text import as_text

__all__ = [
    "FILTERS",
    "Fault",
    "Filter",
    "Forgiving",
    "KnownNames",
    "MissingValue",
    "Path",
    "Template",
    "TemplateError",
    "as_text",
    "check",
    "compiled",
    "names_needed",
    "names_used",
    "rename",
]
