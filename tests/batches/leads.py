"""An agent that looks at leads, and leads for it."""

from dataclasses import replace

from app.engine.graph import Graph, Link, Step
from app.engine.values import Json

CITIES = ("Oslo", "Bergen", "Stavanger", "Moss", "Bodø", "Hamar")
FIRMS = ("Harbour Freight", "Pine & Sons", "Fjord Foods", "Lamp Works", "Skerry Boats", "Old Mill")


def scorer() -> Graph:
    """Says how large a firm is and how to greet it; fails where nobody works there."""
    asked: list[Json] = [
        {"key": "company", "label": "Company", "kind": "text", "required": True},
        {"key": "employees", "label": "Employees", "kind": "number", "required": True},
        {"key": "city", "label": "City", "kind": "text", "hint": "Where its office is"},
    ]
    nobody: Json = {
        "match": "all",
        "rows": [{"value": "{{ trigger.employees }}", "operator": "at_most", "value2": "0"}],
    }
    size: Json = [{"name": "employees", "value": "{{ trigger.employees }}"}]
    told: Json = [
        {"name": "Size", "value": "{{ steps.size.value }}"},
        {"name": "Greeting", "value": "Dear people of {{ trigger.company }} in {{ trigger.city }}"},
    ]
    steps = (
        Step("start001", "start_form", "start", "A lead", fields={"inputs": asked}),
        Step("empty001", "if", "empty", "Does anybody work there?", fields={"conditions": nobody}),
        Step(
            "stop0001", "stop_with_error", "stop", "Stop", fields={"sentence": "Nobody is there."}
        ),
        Step(
            "size0001",
            "formula",
            "size",
            "How large it is",
            fields={
                "expression": '"large" if employees > 250 else "small"',
                "values": size,
            },
        ),
        Step("tell0001", "answer", "tell", "Tell", fields={"kind": "values", "values": told}),
    )
    placed = tuple(replace(one, y=96 * at) for at, one in enumerate(steps))
    links = (
        Link("link0001", "start001", "out", "empty001"),
        Link("link0002", "empty001", "yes", "stop0001"),
        Link("link0003", "empty001", "no", "size0001"),
        Link("link0004", "size0001", "out", "tell0001"),
    )
    return Graph(steps=placed, links=links)


def lines(count: int, *, empty_every: int = 0) -> list[str]:
    """A CSV file of so many leads; every so many nobody works at."""
    made = ["Firm;Company;No. of employees;City"]
    for number in range(1, count + 1):
        firm = f"{FIRMS[number % len(FIRMS)]} {number}"
        people = 0 if empty_every and number % empty_every == 0 else number * 37 % 900 + 1
        made.append(f"{number};{firm};{people};{CITIES[number % len(CITIES)]}")
    return made
