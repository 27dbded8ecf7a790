"""Templates are filled in exactly, or refused in words; there is no code in them."""

from typing import Any

import pytest

from app.lib import resolver
from app.lib.resolver import FILTERS, Forgiving, TemplateError, compiled

ROOTS: dict[str, Any] = {
    "trigger": {
        "name": "Ada Lovelace",
        "amount": "100.10",
        "people": 3,
        "tags": "a, b,c",
        "items": "pen\n\n ink \r\npaper",
        "text": "A late-parcel",
        "none": None,
        "yes": True,
        "två": 2,
    },
    "steps": {
        "order": {
            "items": [{"price": 1.1, "name": "pen"}, {"price": 2.2}],
            "tags": ["b", "a", "b", 10, 9],
            "prices": [0.1, 0.2],
            "odd key": {"a.b": 1},
            "half": 0.5,
            "whole": 2.0,
        },
        "skipped": Forgiving(),
        "rehearsed": Forgiving({"rehearsed": True}),
    },
    "now": "2026-11-05T09:08:07+01:00",
}


def filled(template: str) -> Any:
    """The template, filled in."""
    return compiled(template).resolve(ROOTS)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{{ trigger.name }}", "Ada Lovelace"),
        ("  {{trigger.people}}\n", 3),
        ("{{ trigger.people }} of us", "3 of us"),
        ("{{ trigger.none }}", None),
        ("-{{ trigger.none }}-", "--"),
        ("{{ trigger.yes }}!", "true!"),
        ("{{ trigger.två }}", 2),
        ("{{ steps.order.items[0].price }}", 1.1),
        ("{{ steps.order.items.1.price }}", 2.2),
        ("{{ steps.order.items[-1]['price'] }}", 2.2),
        ('{{ steps.order["odd key"]["a.b"] }}', 1),
        ("{{ steps.order.whole }} {{ steps.order.half }}", "2 0.5"),
        ("{{ steps.order.items }} ok", '[{"price": 1.1, "name": "pen"}, {"price": 2.2}] ok'),
        ("{{ steps.skipped }}", None),
        ("{{ steps.skipped.body[0].x }}", None),
        ("{{ steps.rehearsed.rehearsed }}", True),
        ("{{ steps.rehearsed.body.id }}", None),
        ("{{ steps | length }}", 3),
        ("{{ 'a}}b' }}", "a}}b"),
        ("{{ '{{' }} {{ \"it's\" }}", "{{ it's"),
        (r"{{ 'it\'s\n' }}", "it's\n"),
        ("{{ 12 }}", 12),
        ("{{ -1.5 }}", -1.5),
        ("{{ true }}", True),
        ("{{ null }}", None),
        ("{ not }} one", "{ not }} one"),
    ],
)
def test_values(template: str, value: Any) -> None:
    assert filled(template) == value
    assert type(filled(template)) is type(value)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ trigger.name | upper }}", "ADA LOVELACE"),
        ("{{ trigger.name | lower | capital }}", "Ada lovelace"),
        ("{{ '  x ' | trim }}", "x"),
        ("{{ trigger.name | shorten: 5 }}", "Ada…"),
        ("{{ trigger.name | shorten: 50 }}", "Ada Lovelace"),
        ("{{ trigger.text | replace: '-', ' ' }}", "A late parcel"),
        ("{{ trigger.text | replace: '', 'x' }}", "A late-parcel"),
        ("{{ trigger.tags | split }}", ["a", "b", "c"]),
        ("{{ 'a-b' | split: '-' | last }}", "b"),
        ("{{ trigger.items | lines }}", ["pen", "ink", "paper"]),
        ("{{ trigger.items | lines | first }}", "pen"),
        ("{{ trigger.none | first }}", None),
        ("{{ trigger.none | last }}", None),
        ("{{ trigger.people | first }}", 3),
        ("{{ trigger.name | length }}", 12),
        ("{{ trigger.none | length }}", 0),
        ("{{ steps.order | length }}", 6),
        ("{{ steps.order.items | pick: 'price' }}", [1.1, 2.2]),
        ("{{ trigger.name | pick: 'price' }}", [None]),
        ("{{ steps.order.items | pick: 'price' | sum }}", 3.3),
        ("{{ steps.order.prices | sum }}", 0.3),
        ("{{ steps.order.tags | unique }}", ["b", "a", 10, 9]),
        ("{{ steps.order.tags | sort }}", [9, 10, "a", "b", "b"]),
        ("{{ steps.order.tags | join: '/' }}", "b/a/b/10/9"),
        ("{{ trigger.none | join }}", ""),
        ("{{ trigger.text | contains: 'LATE' }}", True),
        ("{{ steps.order.tags | contains: 'z' }}", False),
        ("{{ steps.order | contains: 'half' }}", True),
        ("{{ trigger.gone | default: 'you' }}", "you"),
        ("{{ trigger.none | default: trigger.people }}", 3),
        ("{{ '' | default: 'you' }}", "you"),
        ("{{ 0 | default: 1 }}", 0),
        ("{{ trigger.amount | number }}", 100.1),
        ("{{ '5.0' | number }}", 5),
        ("{{ 0.1 | plus: 0.2 }}", 0.3),
        ("{{ trigger.amount | minus: 0.1 }}", 100),
        ("{{ trigger.amount | times: 1.1 | round: 2 }}", 110.11),
        ("{{ trigger.amount | divided_by: trigger.people | round: 2 }}", 33.37),
        ("{{ 2.5 | round }}", 3),
        ("{{ 2.675 | round: 2 }}", 2.68),
        ("{{ -2.5 | round }}", -3),
        ("{{ 12.5 | decimals: 2 }}", "12.50"),
        ("{{ 12 | decimals }}", "12.00"),
        ("{{ now | date }}", "5 November 2026"),
        ("{{ now | date: 'DDDD DD.MM.YYYY HH:mm:ss MMM' }}", "Thursday 05.11.2026 09:08:07 Nov"),
        ("{{ '2026-01-02' | date: 'D MMMM' }}", "2 January"),
        ("{{ steps.order.items[0] | json }}", '{"price": 1.1, "name": "pen"}'),
        ("{{ 'say \"hi\"' | json }}", '"say \\"hi\\""'),
    ],
)
def test_filters(template: str, value: Any) -> None:
    assert filled(template) == value
    assert type(filled(template)) is type(value)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ user.name }}", "There is no “user” here. A value begins with trigger, steps, now."),
        (
            "{{ trigger.nmae }}",
            "There is no “nmae” in trigger. "
            "It has name, amount, people, tags, items, text, none, yes and more.",
        ),
        (
            "{{ trigger.name.first }}",
            "There is no “first” in trigger.name. It is a text, with nothing inside.",
        ),
        (
            "{{ trigger.people.x }}",
            "There is no “x” in trigger.people. It is a single value, with nothing inside.",
        ),
        ("{{ trigger.none.x }}", "There is no “x” in trigger.none. It is empty."),
        (
            "{{ steps.order.items[2] }}",
            "There is no “2” in steps.order.items. It is a list of 2, counted from 0.",
        ),
        (
            "{{ steps.order['odd key'].x }}",
            "There is no “x” in steps.order['odd key']. It has a.b.",
        ),
        ("{{ trigger.name.__class__ }}", None),
        ("{{ trigger.keys }}", None),
        ("{{ trigger.name | plus: 1 }}", "“Ada Lovelace” is not a number."),
        ("{{ trigger.yes | plus: 1 }}", "“True” is not a number."),
        ("{{ trigger.none | plus: 1 }}", "An empty value is not a number."),
        ("{{ steps.order | plus: 1 }}", "A group of values is not a number."),
        ("{{ steps.order.items | plus: 1 }}", "A list is not a number."),
        ("{{ '1e99' | plus: 1 }}", "“1e99” is not a number that can be reckoned with."),
        ("{{ 'nan' | number }}", "“nan” is not a number that can be reckoned with."),
        ("{{ '1e30' | times: '1e30' }}", "The result is too large or too small to be kept."),
        ("{{ '1e30' | round: 10 }}", "The number is too long to be rounded."),
        ("{{ 5 | divided_by: 0 }}", "Nothing can be divided by zero."),
        ("{{ 5 | round: 11 }}", "A number can be rounded to 0 up to 10 places."),
        ("{{ 5 | round: 1.5 }}", "A number can be rounded to 0 up to 10 places."),
        ("{{ 'a' | shorten: 1.5 }}", "“1.5” is not a whole number."),
        ("{{ 'a' | split: '' }}", "split needs a text to split at, for instance split: ','."),
        ("{{ 5 | sum }}", "“5” is not a list of numbers."),
        ("{{ 'soon' | date }}", "“soon” is not a date such as 2026-11-30."),
        ("{{ 5 | plus: trigger.gone }}", None),
    ],
)
def test_what_cannot_be_filled_in_is_said(template: str, sentence: str | None) -> None:
    with pytest.raises(TemplateError) as error:
        filled(template)
    if sentence is not None:
        assert error.value.sentence == sentence
    assert template[error.value.start : error.value.end].strip()


@pytest.mark.parametrize(
    ("template", "sentence", "start"),
    [
        ("a {{ b", "A {{ has no }} behind it.", 6),
        ("{{ }}", "Between {{ and }} comes a value, for instance trigger.name.", 2),
        ("{{ a + 1 }}", "“+” does not belong here, inside {{ }}.", 4),
        ("{{ a() }}", "“(” does not belong here, inside {{ }}.", 4),
        ("{{ a | eval }}", "There is no filter “eval”.", 7),
        ("{{ a | }}", "After | comes the name of a filter, for instance | upper.", 6),
        ("{{ a | plus }}", "Write the filter as in {{ trigger.amount | plus: 5 }}.", 11),
        ("{{ a | upper: 1 }}", "Write the filter as in {{ trigger.name | upper }}.", 15),
        ("{{ a. }}", "After a dot comes the name of a value.", 5),
        ("{{ a[b] }}", "In [ ] comes a number or a name in quotes, as in items[0].", 5),
        ("{{ a[0 }}", "In [ ] comes a number or a name in quotes, as in items[0].", 6),
        ("{{ 'open }}", "“'” does not belong here, inside {{ }}.", 2),
        ("{{ a" + ".a" * 40 + " }}", "A path can have 32 parts at most.", 68),
        ("{{ a" + "| upper" * 20 + " }}", "More than 16 filters in a row.", 117),
        ("{{ a }}" * 501, "The text has more than 500 references in it.", 0),
        ("x" * 100_001, "The text has more than 100,000 characters.", 0),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    template: str, sentence: str, start: int
) -> None:
    with pytest.raises(TemplateError) as error:
        compiled(template)
    assert (error.value.sentence, error.value.start) == (sentence, start)


def test_a_name_with_a_default_is_not_needed() -> None:
    template = "{{ a.b | default: c.d }} {{ e | upper | default: '' }} {{ f"
    assert [path.text for path in resolver.names_needed(template)] == ["c.d", "e"]


def test_names_used_have_their_places() -> None:
    template = "Hi {{ trigger.name | default: vars['x y'] }} {{ steps.a[0] }} {{ 5 }} {{ oops"
    used = resolver.names_used(template)
    assert [path.text for path in used] == ["trigger.name", "vars['x y']", "steps.a[0]"]
    assert [template[path.start : path.end] for path in used] == [path.text for path in used]


def test_rename_touches_references_only() -> None:
    template = "steps.a {{ steps.a.b | plus: steps['a'].c }} {{ steps.ab }} {{ vars.a }} {{ steps.a"
    assert resolver.rename(template, "a", "long_key") == (
        "steps.a {{ steps.long_key.b | plus: steps['long_key'].c }} {{ steps.ab }} {{ vars.a }} "
        "{{ steps.a"
    )
    assert resolver.rename(r"{{ steps['\a'] }}", "a", "b") == r"{{ steps['\a'] }}"


def test_check_lists_every_fault() -> None:
    known: resolver.KnownNames = {"steps": {"a": None, "b": {"x": None}}, "vars": {}}
    template = "{{ steps.a.anything[0] }} {{ steps.b.y }} {{ vars.z }} {{ steps.b[0] }} {{ x"
    faults = resolver.check(template, known)
    assert [fault.text for fault in faults] == [
        "There is no “y” in steps.b. There is x.",
        "There is no “z” in vars. There is nothing.",
        "There is no “0” in steps.b. There is x.",
        "A {{ has no }} behind it.",
    ]
    assert template[faults[0].start : faults[0].end] == "steps.b.y"


def test_every_filter_is_documented_by_an_example_that_can_be_read() -> None:
    assert len(FILTERS) <= 40
    for name, one in FILTERS.items():
        template = compiled(f"{{{{ {one.example} }}}}")
        assert template.whole is not None
        assert name in one.example
        assert one.words
