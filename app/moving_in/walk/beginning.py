"""How the flow begins: with a chat message, or with the questions of a form."""

import ast

from app.engine.field_schema import MAX_ROWS
from app.engine.keys import fresh_key
from app.engine.values import Json
from app.moving_in.declared.shapes import Row, Shape
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.kinds import Group, Meaning, Ref
from app.moving_in.meanings.syntax import Functions, called, constant
from app.moving_in.walk.naming import MESSAGE
from app.nodes.catalogue import CATALOGUE

TEXT = "input_as_text"
_QUESTIONS = {"whole": "number", "number": "number", "switch": "switch"}
CHAT = "start_chat"
_MESSAGE: Row = {"name": TEXT, "kind": "text", "required": True, "description": ""}


def asked_by(entry: Functions) -> Shape:
    """The values that a workflow takes from what it is given, where no class names them."""
    given = next(iter((*entry.args.posonlyargs, *entry.args.args)), None)
    names = [name for one in ast.walk(entry) if given and (name := _taken(one, given.arg))]
    rows = [{**_MESSAGE, "name": name} for name in dict.fromkeys(names)]
    return Shape(tuple(rows[:MAX_ROWS]))


def _taken(node: ast.AST, given: str) -> str:
    """The name in `given["name"]` or `given.get("name")`."""
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == given:
        return constant(node.slice)
    if called(node) == "get" and isinstance(node, ast.Call) and node.args:
        of = getattr(node.func, "value", None)
        return constant(node.args[0]) if getattr(of, "id", "") == given else ""
    return ""


def start(scene: Scene) -> Group:
    """The start step, and the values that it gives by the names the program uses."""
    names = scene.inputs.names or (TEXT,)
    if names == (TEXT,) and CHAT in CATALOGUE:
        scene.drawing.add(CHAT, "When a message comes", {})
        return Group({TEXT: MESSAGE})
    shown = scene.inputs.rows or (_MESSAGE,)
    rows: list[Json] = []
    values: dict[str, Meaning] = {}
    keys: set[str] = set()
    for row in shown:
        key = fresh_key(str(row["name"]), keys)
        keys.add(key)
        values[str(row["name"])] = Ref(f"trigger.{key}", kind=str(row["kind"]))
        label = "Message" if row["name"] == TEXT else str(row["name"]).replace("_", " ")
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
