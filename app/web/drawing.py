"""Templates drawn with less ceremony: a page calls hundreds of macros, most of them for an icon."""

from collections.abc import Callable
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask
from jinja2 import Template
from jinja2.runtime import Context, Macro

MOST_REMEMBERED = 2_000  # of one macro; an icon has 300 characters, the lines of a sidebar 5,000


def install(app: Flask) -> None:
    """Draw the templates of this app so. Call it before the first of them is loaded."""
    app.jinja_env.template_class = _Template
    app.jinja_env.context_class = _Context
    app.jinja_env.globals["drawn_once"] = drawn_once


def drawn_once(macro: Macro) -> Callable[..., Any]:
    """The same macro, remembering what it drew for the same arguments.

    For macros that depend on nothing else: not on the request, not on who reads, and not on the
    moment. 1, True and "1" are different arguments, as are a word and markup of the same letters.
    """
    return lru_cache(maxsize=MOST_REMEMBERED, typed=True)(macro)


_ASK_FOR_NOTHING = frozenset(
    {FunctionType, MethodType, BuiltinFunctionType, type(lru_cache(maxsize=1)(int))}
)


class _Context(Context):
    """Calls what templates call most without looking twice at what it may want besides."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # as in Jinja
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in _ASK_FOR_NOTHING or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class _Template(Template):
    """A template whose macros are made once, however many others import them.

    All that our templates may name without being given it stands in the environment; Jinja looks
    with each import whether the importing template has more.
    """

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return super()._get_default_module() if self._module is None else self._module
