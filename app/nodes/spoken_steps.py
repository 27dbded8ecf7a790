"""Which steps of a flow write what the chat shows, word for word: their answers are shown growing.

Decided by the drawing alone: the step answers with text, what follows it is one step, and that
one says exactly this text: an *Answer* at the end of the flow, or a *Reply in the chat*.
"""

import re

from app.engine.graph import Graph, Step
from app.nodes.agent_with_tools import AgentWithTools
from app.nodes.answer import Answer
from app.nodes.ask_model import AskModel
from app.nodes.reply_in_chat import ReplyInChat
from app.nodes.summarise import Summarise

_SAYS = {AskModel.type: "text", AgentWithTools.type: "text", Summarise.type: "summary"}
_ONE_VALUE = re.compile(r"\s*\{\{\s*steps\.(\w+)\.(\w+)\s*\}\}\s*\Z")


def spoken_steps(graph: Graph) -> frozenset[str]:
    """The ids of these steps."""
    return frozenset(step.id for step in graph.steps if _is_spoken(graph, step))


def _is_spoken(graph: Graph, step: Step) -> bool:
    name = _SAYS.get(step.type)
    if name is None or step.parent or step.disabled or step.fields.get("answer_as") == "values":
        return False
    links = graph.links_from(step.id, "out")
    after = graph.find(links[0].target) if len(links) == 1 else None
    if after is None or after.disabled or not _is_last_word(graph, after):
        return False
    found = _ONE_VALUE.match(str(after.fields.get("text") or ""))
    return found is not None and found.groups() == (step.key, name)


def _is_last_word(graph: Graph, step: Step) -> bool:
    if step.type == Answer.type:
        return step.fields.get("kind", "text") == "text" and not graph.links_from(step.id)
    if step.type == ReplyInChat.type:
        return not (step.fields.get("values") or step.fields.get("files"))
    return False
