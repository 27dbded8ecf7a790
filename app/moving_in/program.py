"""A whole program read: a name, a flow, and a report in which every statement stands."""

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.errors import GraphRefused
from app.engine.graph import Graph
from app.engine.keys import fresh_key
from app.engine.values import Json
from app.moving_in import declarations
from app.moving_in.expressions import called
from app.moving_in.hiding import without_secrets
from app.moving_in.meanings import Group, Meaning, Ref, Talk, Turn, template
from app.moving_in.report import Finding, Report, State
from app.moving_in.scene import Helper, Scene
from app.moving_in.shapes import Row
from app.moving_in.source import SourceRefused, parsed
from app.moving_in.statements import MESSAGE, walk
from app.moving_in.steps_made import is_run
from app.nodes.catalogue import CATALOGUE

MAX_NAME_CHARS = 80
NO_NAME = "Moved in from Agent Builder"
_ENTRY = "run_workflow"
_TEXT = "input_as_text"
_QUESTIONS = {"whole": "number", "number": "number", "switch": "switch"}
CHAT = "start_chat"
_MESSAGE: Row = {"name": _TEXT, "kind": "text", "required": True, "description": ""}
Functions = ast.FunctionDef | ast.AsyncFunctionDef


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
    scene = Scene(Report())
    entry = _entry(tree)
    for node in tree.body:
        if node is not entry:
            scene.head |= dict.fromkeys(_named_by(node), node)
            _declare(scene, node)
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
    declarations.left_over(scene)
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
    return named or next(
        (one for one in functions if any(is_run(inner) for inner in ast.walk(one))), None
    )


def _declare(scene: Scene, node: ast.stmt) -> None:
    """One statement of the program's head."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        declarations.imported(scene, node)
    elif isinstance(node, ast.ClassDef):
        declarations.class_made(scene, node)
    elif isinstance(node, Functions):
        declarations.function_made(scene, node)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        _assign(scene, targets, node.value, node)
    elif _is_needless(node):
        scene.ready(node, "Not needed here.")
    else:
        scene.by_hand(node, "Code outside the workflow. It does not move in.")


def _named_by(node: ast.stmt) -> list[str]:
    """The names that a statement of the program's head gives."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [one.asname or one.name.partition(".")[0] for one in node.names]
    if isinstance(node, Functions | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _assign(scene: Scene, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt) -> None:
    target = targets[0]
    if isinstance(target, ast.Name) and len(targets) == 1:
        if not declarations.assigned(scene, target.id, value, node):
            declarations.kept(scene, target.id, value, node)
    elif "environ" in ast.unparse(target):
        scene.ready(node, "Not needed here: keys and models are kept in Settings.")
    else:
        scene.by_hand(node, "Code outside the workflow. It does not move in.")


def _is_needless(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        is_words = isinstance(node.value, ast.Constant)
        return is_words or called(node.value) in declarations.NEEDLESS
    is_main = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
    return is_main or isinstance(node, ast.Pass)


def _run_through(scene: Scene, entry: Functions) -> None:
    given = _start(scene, entry)
    scene.ready(entry, "The flow itself.", head_only=True)
    parameters = [one.arg for one in (*entry.args.posonlyargs, *entry.args.args)]
    for name in parameters[:1]:
        scene.names[name] = given
    scene.names.setdefault("workflow", given)
    walk(scene, entry.body)
    if scene.drawing.is_live and scene.last is not None:
        _say_last(scene, scene.last)
        scene.ready(entry, "It returns nothing: the last reply is the answer.", head_only=True)


def _one_agent(scene: Scene) -> None:
    """Agents without a workflow around them: the first one answers what comes."""
    given = _start(scene, None)
    variable, agent = next(iter(scene.agents.items()))
    run = ast.parse(f"Runner.run({variable}, input=said)", mode="eval").body
    scene.names["said"] = Talk((Turn(given.values[_TEXT]),))
    node = ast.copy_location(ast.Expr(run), agent.node)
    node.end_lineno = agent.node.end_lineno
    walk(scene, [node])
    if scene.last is not None:
        _say_last(scene, scene.last)


def _say_last(scene: Scene, last: Meaning) -> None:
    text, _ = template(last)
    scene.drawing.add("answer", "Answer", {"kind": "text", "text": text})
    scene.drawing.end()


def _start(scene: Scene, entry: Functions | None) -> Group:
    """The start step, and the values that it gives by the names the program uses."""
    names = scene.inputs.names or (_TEXT,)
    if names == (_TEXT,) and CHAT in CATALOGUE:
        scene.drawing.add(CHAT, "When a message comes", {})
        return Group({_TEXT: MESSAGE})
    shown = scene.inputs.rows or (_MESSAGE,)
    rows: list[Json] = []
    values: dict[str, Meaning] = {}
    keys: set[str] = set()
    for row in shown:
        key = fresh_key(str(row["name"]), keys)
        keys.add(key)
        values[str(row["name"])] = Ref(f"trigger.{key}")
        label = "Message" if row["name"] == _TEXT else str(row["name"]).replace("_", " ")
        rows.append(
            {
                "label": label[:1].upper() + label[1:],
                "key": key,
                "kind": _QUESTIONS.get(str(row["kind"]), "long_text"),
                "required": bool(row["required"]) and row["kind"] != "switch",
                "options": [],
                "hint": str(row["description"]),
            }
        )
    scene.drawing.add("start_form", "Questions", {"inputs": rows})
    return Group(values)


def _title(scene: Scene) -> str:
    agents = [one.name for one in scene.agents.values()]
    found = scene.title or (agents[0] if len(agents) == 1 else "")
    words = " ".join(found.split())
    if words.lower() in ("", "agent builder workflow", "new workflow", "new agent", "my agent"):
        return NO_NAME
    return words[:MAX_NAME_CHARS].rstrip()
