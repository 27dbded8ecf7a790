"""The part of CSS selectors that people use, as XPath.

selector = compound { [">"] compound } , several with commas between them
compound = [tag | "*"] { "#id" | ".class" | "[name]" | "[name=value]" (also ^= $= *=)
           | ":first-child" | ":last-child" | ":nth-child(number)" }
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import XPath

MAX_CHARS = 500
_TAG = re.compile(r"\*|[a-zA-Z][\w-]*")
_PART = re.compile(
    r"#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)"
    r"|\[\s*(?P<name>[\w:-]+)\s*(?:(?P<how>[\^$*]?=)\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\]\s]*)\s*)?\]"
    r"|:(?P<place>first-child|last-child|nth-child\(\s*(?P<number>\d{1,6})\s*\))"
)
_STEP = re.compile(r"\s*>\s*|\s+")


class SelectorRefused(ValueError):
    """A selector cannot be read; `sentence` says where."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def compiled(text: str) -> "XPath":
    """What finds the elements that a selector names; raises SelectorRefused."""
    from lxml import etree

    if len(text) > MAX_CHARS:
        raise SelectorRefused(f"The selector has more than {MAX_CHARS} characters.")
    return etree.XPath(" | ".join(_path(text, one.strip()) for one in _alternatives(text)))


def _alternatives(text: str) -> list[str]:
    """The parts between commas that stand outside brackets."""
    return re.split(r",(?![^\[]*\])", text)


def _path(whole: str, selector: str) -> str:
    path, at = "descendant-or-self::", 0
    if not selector:
        raise _refused(whole, "there is nothing in it")
    while True:
        step, at = _compound(whole, selector, at)
        path += step
        if at == len(selector):
            return path
        between = _STEP.match(selector, at)
        if between is None:
            raise _refused(whole, f"“{selector[at]}” is not known here")
        path += "/" if ">" in between[0] else "//"
        at = between.end()


def _compound(whole: str, selector: str, at: int) -> tuple[str, int]:
    tag = _TAG.match(selector, at)
    step = tag[0].lower() if tag else "*"
    end = tag.end() if tag else at
    while part := _PART.match(selector, end):
        step += f"[{_condition(part)}]"
        end = part.end()
    if end == at:
        found = selector[at : at + 1]
        raise _refused(whole, f"“{found}” is not known here" if found else "its end is missing")
    return step, end


def _condition(part: re.Match[str]) -> str:
    if part["id"]:
        return f"@id={_quoted(part['id'])}"
    if part["class"]:
        padded = _quoted(f" {part['class']} ")
        return f"contains(concat(' ', normalize-space(@class), ' '), {padded})"
    if part["place"]:
        return _place(part)
    name = f"@{part['name'].lower()}"
    if not part["how"]:
        return name
    value = part["value"]
    value = _quoted(value[1:-1] if value[:1] in "\"'" and value else value)
    if part["how"] == "^=":
        return f"starts-with({name}, {value})"
    if part["how"] == "$=":
        return f"substring({name}, string-length({name}) - string-length({value}) + 1) = {value}"
    return f"contains({name}, {value})" if part["how"] == "*=" else f"{name}={value}"


def _place(part: re.Match[str]) -> str:
    if part["place"] == "last-child":
        return "not(following-sibling::*)"
    number = int(part["number"] or 1)
    return f"count(preceding-sibling::*) = {number - 1}"


def _quoted(text: str) -> str:
    """An XPath text; one with both kinds of quotes cannot be written and finds nothing."""
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "") + '"'


def _refused(selector: str, why: str) -> SelectorRefused:
    return SelectorRefused(
        f"The selector “{selector[:60]}” cannot be read: {why}. "
        "Write it like: table.prices td, #total, a[href]."
    )
