"""A whole program read: a name, a flow, and a report in which every statement stands."""

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.errors import GraphRefused
from app.engine.graph import Graph
from app.moving_in.drawn.asking import is_run
from app.moving_in.drawn.scene import Frame, Helper, Scene
from app.moving_in.meanings.expressions import TYPED
from app.moving_in.meanings.kinds import Meaning, Talk, Turn
from app.moving_in.meanings.syntax import Functions, called, reads_of, source_of
from app.moving_in.meanings.texts import template
from app.moving_in.report import Finding, Report, State
from app.moving_in.source.hiding import without_secrets
from app.moving_in.source.parsing import SourceRefused, parsed
from app.moving_in.walk.beginning import TEXT, asked_by, start
from app.moving_in.walk.declarations import left_over
from app.moving_in.walk.head import declare, named_by
from app.moving_in.walk.statements import walk

MAX_NAME_CHARS = 80
NO_NAME = "Moved in from Agent Builder"
_ENTRY, _MAIN = "run_workflow", frozenset({"main", "run", "chat"})


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What a program becomes. The graph passes the engine's reader; the check may find things.

    `helpers` are agents of their own that its tools run, each after those that it runs itself.
    """

    name: str
    graph: Graph
    findings: tuple[Finding, ...]
    helpers: tuple[Helper, ...] = ()

    def number(self, state: State) -> int:
        """How many statements are in this state."""
        return Counter(one.state for one in self.findings)[state]


def read_program(text: str) -> MovedIn:
    """Read an exported program. It is never run; raises SourceRefused with a sentence."""
    try:
        return _read(without_secrets(parsed(text)))
    except RecursionError:
        raise SourceRefused("The program is nested too deeply to be read.") from None


def _read(tree: ast.Module) -> MovedIn:
    scene = Scene(Report(), walk)
    entry = _entry(tree)
    for node in tree.body:
        if node is not entry:
            scene.head |= dict.fromkeys(named_by(node), node)
            declare(scene, node)
    scene.head_names = dict(scene.names)
    if entry is not None:
        _run_through(scene, entry)
    elif scene.agents:
        _one_agent(scene)
    else:
        raise SourceRefused(
            "There is no workflow in it: neither “run_workflow” nor an “Agent(…)”. Copy the whole "
            "code from Agent Builder."
        )
    left_over(scene)
    try:
        graph = Graph.from_json(scene.drawing.graph.to_json())
    except GraphRefused as refused:
        raise SourceRefused(f"No flow can be made of it. {refused.sentence}") from None
    helpers = tuple(scene.helpers.values())
    return MovedIn(_title(scene), graph, scene.report.findings(), helpers)


def _entry(tree: ast.Module) -> Functions | None:
    """The function that is the workflow: the one of that name, else the first that runs agents."""
    functions = [one for one in tree.body if isinstance(one, Functions)]
    named = next((one for one in functions if one.name == _ENTRY), None)
    if named is not None:
        return named
    # Guardrails and tools may run agents, too; they have marks.
    plain = {one.name: one for one in functions if not one.decorator_list}
    running = [one for one in plain.values() if _runs(one, plain, set())]
    inner = {called(one) for made in running for one in ast.walk(made)} - {""}
    outer = [one for one in running if one.name not in inner] or running
    return next((one for one in outer if one.name in _MAIN), next(iter(outer), None))


def _runs(made: Functions, functions: Mapping[str, Functions], seen: set[str]) -> bool:
    """Whether a function runs agents, by itself or by others that it calls."""
    seen.add(made.name)
    for one in ast.walk(made):
        inner = functions.get(called(one))
        if is_run(one) or (inner and inner.name not in seen and _runs(inner, functions, seen)):
            return True
    return False


def _run_through(scene: Scene, entry: Functions) -> None:
    scene.inputs = scene.inputs if scene.inputs.rows else asked_by(entry)
    given = start(scene)
    scene.ready(entry, "The flow itself.", head_only=True)
    if TEXT in given.values:
        scene.names[TYPED] = given.values[TEXT]
    for one in (*entry.args.posonlyargs, *entry.args.args)[:1]:
        is_text = one.annotation is not None and source_of(one.annotation) == "str"
        scene.names[one.arg] = given.values.get(TEXT, given) if is_text else given
    scene.names.setdefault("workflow", given)
    scene.frames = [Frame(entry.name, reads_of(entry))]
    walk(scene, entry.body)
    if scene.drawing.is_live and scene.last is not None:
        _say_last(scene, scene.last)
        scene.ready(entry, "It returns nothing: the last reply is the answer.", head_only=True)


def _one_agent(scene: Scene) -> None:
    """Agents without a workflow around them: the first one answers what comes."""
    given = start(scene)
    variable, agent = next(iter(scene.agents.items()))
    run = ast.parse(f"Runner.run({variable}, input=said)", mode="eval").body
    scene.names["said"] = Talk((Turn(given.values[TEXT]),))
    node = ast.copy_location(ast.Expr(run), agent.node)
    node.end_lineno = agent.node.end_lineno
    walk(scene, [node])
    if scene.last is not None:
        _say_last(scene, scene.last)


def _say_last(scene: Scene, last: Meaning) -> None:
    text, _ = template(last)
    scene.drawing.add("answer", "Answer", {"kind": "text", "text": text})
    scene.drawing.end()


def _title(scene: Scene) -> str:
    agents = [one.name for one in scene.agents.values()]
    found = scene.title or (agents[0] if len(agents) == 1 else "")
    words = " ".join(found.split())
    if words.lower() in ("", "agent builder workflow", "new workflow", "new agent", "my agent"):
        return NO_NAME
    return words[:MAX_NAME_CHARS].rstrip()
