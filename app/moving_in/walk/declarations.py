"""What the program declares: classes, agents, tools, guardrails, functions, plain values."""

import ast
from dataclasses import replace

from app.moving_in.declared.agents import agent_made, is_agent
from app.moving_in.declared.guardrails import rules_of
from app.moving_in.declared.kinds_of_tools import OwnCode
from app.moving_in.declared.shapes import bases, choices_of, shape_of
from app.moving_in.declared.tools import tool_read
from app.moving_in.drawn.asking import is_run
from app.moving_in.drawn.scene import Scene, Told
from app.moving_in.drawn.tools import tell_tools
from app.moving_in.meanings.kinds import Plain, Unknown
from app.moving_in.meanings.syntax import Functions, bare, called, source_of

_INPUT = "WorkflowInput"
_KNOWN_MODULES = frozenset(
    (
        *("__future__", "agents", "asyncio", "collections", "dataclasses", "datetime", "dotenv"),
        *("enum", "guardrails", "json", "logging", "math", "openai", "os", "pydantic", "re"),
        *("sys", "time", "types", "typing", "typing_extensions", "uuid"),
    )
)
# Things around a program that a flow does not need.
NEEDLESS = frozenset(
    (
        *("AsyncOpenAI", "OpenAI", "RunConfig", "SimpleNamespace", "TypeVar", "basicConfig"),
        *("cleanup", "connect", "enable_verbose_stdout_logging", "flush_traces", "gen_trace_id"),
        *("get", "getLogger", "getenv", "instantiate_guardrails", "load_config_bundle"),
        *("load_dotenv", "print", "set_default_openai_api", "set_default_openai_client"),
        *("set_default_openai_key",),
        *("set_tracing_disabled", "set_tracing_export_api_key"),
    )
)
_HELPERS = ("guardrail", "scrub_", "tripwire")
_SESSIONS = frozenset({"SQLiteSession", "OpenAIConversationsSession", "SQLAlchemySession"})
_PREFIX = "RECOMMENDED_PROMPT_PREFIX"
_ENUMS = frozenset({"Enum", "StrEnum"})
Imports = ast.Import | ast.ImportFrom


def imported(scene: Scene, node: Imports) -> None:
    """An import: nothing has to be imported in a flow."""
    if isinstance(node, ast.ImportFrom):
        modules = [node.module or "."]
    else:
        modules = [one.name for one in node.names]
    strange = [one for one in modules if one.partition(".")[0] not in _KNOWN_MODULES]
    for one in node.names:
        if one.name == _PREFIX:  # words about handing over, which a tool needs not
            scene.names[one.asname or one.name] = Plain("")
    if strange:
        scene.check(node, f"{strange[0][:60]} does not move in. Look at the lines that use it.")
    else:
        scene.ready(node, "Not needed here.")


def class_made(scene: Scene, node: ast.ClassDef) -> None:
    """A class: expected values, the questions of the start, or choices."""
    parents = bases(node)
    is_shape = "BaseModel" in parents or any(one in scene.shapes for one in parents)
    if is_shape:
        shape = shape_of(node, scene.known)
        scene.shapes[node.name] = shape
        is_input = node.name == _INPUT
        scene.inputs = shape if is_input else scene.inputs
        became = "What the run begins with" if is_input else f"Expected values of {node.name}"
        scene.made(node, f"{became}: {', '.join(shape.names) or 'none'}.", shape.doubts)
    elif _ENUMS & set(parents):
        scene.choices[node.name] = choices_of(node)
        scene.ready(node, "Became the choices of the values that use it.")
    elif (wanted := _wanted(node)) is not None:
        scene.contexts[node.name] = wanted
        scene.ready(node, "Not needed here: values stand in the instructions themselves.")
    else:
        scene.by_hand(node, "A class of your own. What it does may become a step “Code”.")


def function_made(scene: Scene, node: Functions) -> None:
    """A function: its part is known by its name, its marks and who uses it."""
    scene.functions[node.name] = node
    marks = [source_of(one) for one in node.decorator_list]
    if any(one.partition("(")[0].endswith("function_tool") for one in marks):
        scene.tools[node.name] = Told(node, OwnCode(node.name))
    elif node.name.startswith("approval_request"):
        scene.ready(node, "Not needed here: “Ask a person” does this.")
    elif any("guardrail" in one for one in marks):
        scene.by_hand(
            node,
            "A guardrail of your own. Put a step “Guard” where it looked, or a step that asks what "
            "it asked.",
        )
    elif any(word in node.name for word in _HELPERS):
        scene.ready(node, "Not needed here: the step “Guard” does this by itself.")
    else:
        scene.own.append(node)


def assigned(scene: Scene, name: str, value: ast.expr, node: ast.stmt) -> bool:
    """A declaration that is kept under a name; False when it is none."""
    call = bare(value)
    if is_agent(call) and isinstance(call, ast.Call):
        _agent_assigned(scene, name, call, node)
        return True
    if isinstance(call, ast.Name) and scene.aliases.get(call.id, call.id) in scene.agents:
        scene.aliases[name] = scene.aliases.get(call.id, call.id)
        scene.ready(node, "Another name for the agent.")
        return True
    if called(call) == "ModelSettings":
        scene.settings[name] = call
        scene.ready(node, "Stands in the steps of the agents that have these settings.")
        return True
    if called(call) in _SESSIONS or called(call) in scene.contexts:
        of = "a chat remembers by itself" if called(call) in _SESSIONS else "values stand in steps"
        scene.names[name] = Unknown(name)
        scene.ready(node, f"Not needed here: {of}.")
        return True
    tool = tool_read(call, scene.names)
    if tool is not None:
        if name in scene.tools:  # another one has had this name so far
            tell_tools(scene, scene.tools.pop(name))
        scene.tools[name] = Told(node, tool)
        return True
    rules = rules_of(call)
    if rules is not None:
        scene.rules[name] = rules
        scene.ready(node, "Became the settings of the step “Guard”.")
        return True
    if called(call) in NEEDLESS or _is_environment(call):
        scene.names[name] = Unknown(name)
        scene.ready(node, "Not needed here: keys and models are kept in Settings.")
        return True
    return False


def _agent_assigned(scene: Scene, name: str, call: ast.Call, node: ast.stmt) -> None:
    made = agent_made(
        call, node, names=scene.names, shapes=scene.shapes, of=name, kept=scene.settings
    )
    scene.aliases.pop(name, None)
    scene.instructing.add(made.instructions_by)
    if name in scene.agents:  # another one has had this name so far
        _tell_agent(scene, name)
        scene.ran.discard(name)
    scene.agents[name] = made


def is_handed_over(scene: Scene, node: ast.stmt) -> bool:
    """`agent.handoffs.append(other)`: one more tool of that agent; False for other lines."""
    call = node.value if isinstance(node, ast.Expr) else None
    of = call.func if isinstance(call, ast.Call) and called(call) == "append" else None
    part = of.value if isinstance(of, ast.Attribute) else None
    if not isinstance(call, ast.Call) or not isinstance(part, ast.Attribute) or not call.args:
        return False
    name = part.value.id if isinstance(part.value, ast.Name) else ""
    agent = scene.agents.get(scene.aliases.get(name, name))
    if agent is None or part.attr not in ("handoffs", "tools", "mcp_servers"):
        return False
    more = replace(agent, tools=(*agent.tools, call.args[0]))
    scene.agents[scene.aliases.get(name, name)] = more
    scene.ready(node, f"Stands among the tools of “{agent.name}”.")
    return True


def left_over(scene: Scene) -> None:
    """Agents, tools and functions that nothing uses are said so; the others where they run."""
    for variable in list(scene.agents):
        _tell_agent(scene, variable)
    tell_tools(scene, *scene.tools.values())
    for node in scene.own:
        if node.name in scene.in_code:
            scene.ready(node, "Stands in the code that works with it.")
        elif node.name in scene.instructing:
            _instructions_made(scene, node)
        elif node.name in scene.placed:
            scene.ready(node, "Its steps stand where it is called.", head_only=True)
        elif any(is_run(inner) for inner in ast.walk(node)):
            scene.by_hand(
                node,
                "A function of your own that runs agents. Add the steps it stands for where it is "
                "called.",
            )
        else:
            scene.by_hand(node, "A function of your own. What it does may become a step “Code”.")


def _tell_agent(scene: Scene, variable: str) -> None:
    agent = scene.agents[variable]
    if f"agent:{variable}" in scene.helpers and variable not in scene.ran:
        return
    if variable not in scene.ran:
        scene.by_hand(agent.node, "Nothing runs this agent, so no step was made of it.")
        return
    instead = f" Your default model answers instead of {agent.model}." if agent.model else ""
    scene.made(agent.node, f"Its settings are in the step “{agent.name}”.{instead}")


def _instructions_made(scene: Scene, node: Functions) -> None:
    plain = (ast.Assign, ast.Return)
    is_plain = all(isinstance(one, plain) or _is_words(one) for one in node.body)
    doubts = [] if is_plain else ["It works something out before: look at the instructions."]
    scene.made(node, "Became instructions of a step.", doubts)


def _wanted(node: ast.ClassDef) -> tuple[str, ...] | None:
    """The names that a class only keeps: what instructions are filled with."""
    makers = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    if len(makers) != 1 or makers[0].name != "__init__":
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
        names = [one.target.id for one in fields if isinstance(one.target, ast.Name)]
        return tuple(names) if names and not makers else None
    return tuple(one.arg for one in makers[0].args.args[1:])


def _is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_environment(node: ast.expr) -> bool:
    return "environ" in source_of(node)
