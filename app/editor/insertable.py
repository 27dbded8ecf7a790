"""Values that a step can use: what earlier steps give, as `{{ … }}` words to copy into a field."""

from dataclasses import dataclass, replace

from app.editor.insides import Columns, Insertable, inside, no_columns, written
from app.engine.check import Known
from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: an earlier step, the item of a loop, or the run itself.

    `note` says when they are there, if they are not always. `path` is what their names begin
    with, empty where they have nothing in common; `step` is the step that gives them.
    """

    name: str
    values: tuple[Insertable, ...]
    note: str = ""
    path: tuple[str, ...] = ()
    step: Step | None = None

    @property
    def key(self) -> str:
        """Tells it from the others: the step's id, else what its names begin with."""
        return self.step.id if self.step else ".".join(self.path)


def sources_for(
    graph: Graph, step: Step, known: Known, columns: Columns = no_columns
) -> tuple[Source, ...]:
    """Everything this step can use, nearest to the start first, the run's own values last.

    `columns` gives the columns of a table by its id.
    """
    before = graph.before(step.id)
    earlier = [one for one in graph.order if one.id in before]
    starts = [one for one in earlier if _is_start(one)]
    found = [
        *_of_items(graph, step),
        *(
            _of_step(one, columns, "when it starts here" if len(starts) > 1 else "")
            for one in starts
        ),
        *(_of_step(one, columns) for one in earlier if one not in starts),
        *_of_inside(graph, step, columns),
        _of_workspace(known),
        _OF_THE_RUN,
    ]
    return tuple(source for source in found if source and source.values)


def _of_items(graph: Graph, step: Step) -> tuple[Source, ...]:
    """The item that a step inside a loop works for."""
    loop = graph.find(step.parent or "")
    return (replace(_item(f"An item of “{loop.name}”"), path=("item",)),) if loop else ()


def _of_inside(graph: Graph, step: Step, columns: Columns) -> tuple[Source | None, ...]:
    """What the last settings of a loop can use: they are filled in once per item."""
    kind = CATALOGUE.get(step.type)
    inner = [field.label for field in kind.fields.values() if field.inner] if kind else []
    if not inner:
        return ()
    note = f"only in “{inner[0]}”"
    inside = (_of_step(one, columns, note) for one in graph.inside(step.id))
    return (_item("The item", note), *inside)


def _item(name: str, note: str = "") -> Source:
    item = _value("item", "item", "What the loop is at")
    return Source(name, (item, _value("index", "index", "Its number, from 0")), note)


def _of_step(step: Step, columns: Columns, note: str = "") -> Source | None:
    step_type = CATALOGUE.get(step.type)
    if step_type is None:
        return None
    path = ("trigger",) if step_type.is_start else ("steps", step.key)
    root = ".".join(path)
    offered = step_type.offers(step.fields)
    if offered is None:
        whole = _value("the whole result", root, "Whatever this step gives")
        return Source(step.name, (whole,), note, path, step)
    values = tuple(
        Insertable(name, written((*path, name)), words, inside(step, (*path, name), columns))
        for name, words in offered.items()
    )
    return Source(step.name, values, note, path, step)


def _of_workspace(known: Known) -> Source:
    names = sorted(known.variables)
    return Source(
        "Variables",
        tuple(_value(one, f"vars.{one}", "Of the workspace") for one in names),
        path=("vars",),
    )


def _is_start(step: Step) -> bool:
    return step.type in CATALOGUE and CATALOGUE[step.type].is_start


def _value(name: str, path: str, words: str) -> Insertable:
    return Insertable(name, "{{ " + path + " }}", words)


_OF_THE_RUN = Source(
    "This run",
    (
        _value("now", "now", "Date and time"),
        _value("id", "run.id", "The run's own number"),
    ),
)
