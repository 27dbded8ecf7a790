"""Writes `docs/steps/`: one page per kind of step, out of the step files themselves.

.venv/bin/python -m app.nodes.docs_pages
"""

from pathlib import Path

from app.engine.field import Field
from app.engine.field_columns import ColumnConditions, Summaries
from app.engine.fields import Choice, Conditions, FormFields, Number
from app.engine.states import Effect
from app.engine.step_type import StepType
from app.lib.resolver import FILTERS
from app.nodes.catalogue import OFFERED, by_group

PAGES = Path(__file__).resolve().parents[2] / "docs" / "steps"

_EFFECTS = {
    Effect.NONE: "None: it only works with values.",
    Effect.READ: "Reads: it looks at something outside and changes nothing.",
    Effect.WRITE: "Writes: it can change something outside. Rehearsals do not send it.",
}
_KINDS = {
    "text": "text",
    "long_text": "long text",
    "value": "a value",
    "number": "number",
    "switch": "on or off",
    "key_values": "names and values",
    "cases": "cases, each with a name and conditions",
    "code": "Python code",
    "columns": "names of columns",
    "sort_keys": "names of columns, each with a direction",
    "pick": "one from a list",
    "model": "a language model of the workspace; empty for its default",
    "connection": "a connection",
    "secret": "a secret",
    "tools": "tools, each with what it works on, when it asks, and rules",
    "mcp_tool": "a tool of an MCP server",
    "categories": "categories, each with a name and what belongs there",
    "schema": "names, each with what it holds",
    "schedule": "how often, at what times of day and in which time zone, or a cron expression",
}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    made = {f"{kind.type}.md": page(kind) for kind in OFFERED.values()}
    return {"README.md": index_page(), "values.md": values_page(), **made}


def page(kind: StepType) -> str:
    """The page of one kind of step."""
    lines = [f"# {kind.title}", "", kind.help(), ""]
    lines += [f"**Effect**: {_EFFECTS[kind.effect]}", ""]
    lines += ["## Settings", "", "| Setting | Name | Takes |", "|---|---|---|"]
    lines += [_row(name, field) for name, field in kind.fields.items()]
    lines += ["", "## Ways out", ""]
    ports = kind.ports_out(kind.initial_fields())
    lines += [f"- {port.label} (`{port.id}`)" for port in ports] or ["None: the way ends here."]
    lines += ["", "## What later steps can use", ""]
    lines += _outputs(kind)
    return "\n".join(lines) + "\n"


def index_page() -> str:
    """The list of all kinds, under their headings."""
    lines = ["# Steps", "", "What each kind of step does, and how to [use values](values.md).", ""]
    for group, kinds in by_group():
        lines += [f"## {group}", ""]
        lines += [f"- [{kind.title}]({kind.type}.md): {kind.summary}" for kind in kinds]
        lines.append("")
    return "\n".join(lines)


def values_page() -> str:
    """How values are used in settings, with the table of filters."""
    lines = [
        *_VALUES_INTRODUCTION.splitlines(),
        "",
        "| Filter | Gives | Example |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{one.name}` | {one.words} | `{{{{ {_in_table(one.example)} }}}}` |"
        for one in FILTERS.values()
    ]
    return "\n".join(lines) + "\n"


_VALUES_INTRODUCTION = """# Values in settings

Write `{{ … }}` where a value should stand. A setting that is one single `{{ … }}` keeps the
value's kind: a number stays a number, a list stays a list. Inside other text it becomes text.

- `{{ trigger.amount }}`: an answer of the form that started the run
- `{{ steps.get_price.body.price }}`: what an earlier step passed on, by the step's key
- `{{ steps.get_price.body.items[0] }}`: one item of a list, counted from 0
- `{{ steps.order.headers['content-type'] }}`: a name that is not a plain word
- `{{ vars.shop_name }}`: a variable of the workspace
- `{{ run.id }}`, `{{ run.started_at }}`, `{{ run.mode }}`: the run itself
- `{{ now }}`: this moment in the workspace's time zone

A step that was passed by gives nothing, and so does everything below it. Any other value that is
not there fails the step with a sentence that names what there is. To write two braces as they
are, put them in quotes: `{{ '{{' }}`.

## Filters

A filter stands behind a bar; several stand in a row. What it needs comes behind a colon, as a
number, a text in quotes, or another value. Sums are exact to the cent, and halves round up."""


def _in_table(example: str) -> str:
    return example.replace("|", "\\|")


def _row(name: str, field: Field) -> str:
    needed = " **Needed.**" if field.required else ""
    hint = f" {field.hint}" if field.hint else ""
    return f"| {field.label} | `{name}` | {_takes(field)}.{needed}{hint} |"


def _takes(field: Field) -> str:
    if isinstance(field, Choice):
        return "one of: " + ", ".join(words for _, words in field.options)
    if isinstance(field, Conditions):
        return (
            f"rows of a {'column' if isinstance(field, ColumnConditions) else 'value'}, "
            "a comparison ("
            + ", ".join(words for _, words, _ in field.operators)
            + ") and a second value; all or one of them must be true"
        )
    if isinstance(field, Summaries):
        ways = ", ".join(words.lower() for _, words in field.options)
        return f"names of columns, each with what to work out ({ways})"
    if isinstance(field, FormFields):
        return "questions of these kinds: " + ", ".join(words for _, words in field.input_kinds)
    if isinstance(field, Number) and field.minimum is not None and field.maximum is not None:
        return f"a number from {field.minimum:g} to {field.maximum:g} {field.unit}".rstrip()
    return _KINDS[field.kind]


def _outputs(kind: StepType) -> list[str]:
    if kind.outputs is None:
        names = "the form's answers, by their keys" if kind.is_start else "the names it was given"
        return [f"By `{{{{ steps.<key>.<name> }}}}`: {names}."]
    if not kind.outputs:
        return ["Nothing."]
    return [f"- `{{{{ steps.<key>.{name} }}}}`: {words}" for name, words in kind.outputs.items()]


def write() -> None:
    """Write every page, and remove those of steps that are gone."""
    PAGES.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in PAGES.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
