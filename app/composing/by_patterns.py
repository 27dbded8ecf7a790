"""A proposal made by simple rules, with honest words about that."""

from app.composing.around import missing_in
from app.composing.building import built
from app.composing.patterns.composed import composed
from app.composing.patterns.edits import edited
from app.composing.patterns.heard import heard
from app.composing.telling import tech_spec
from app.composing.wishes import Proposal, Wish
from app.engine.graph import Graph
from app.engine.words import count

BY_RULES = (
    "I put it together by simple rules: no language model has read your words. Connect one in "
    "Settings → Models and I understand more."
)
NOT_UNDERSTOOD = (
    "I did not find anything in this that my rules know. Say what starts it and what is to be "
    "done, such as “when an e-mail arrives, summarise it and mail me the summary”."
)
NOTHING_CHANGED = (
    "I did not find a change in this that my rules know, so the flow is as it was. I know changes "
    "such as “ask me before sending”, “also tell me by mail” or “every weekday at 9”."
)


def propose_by_patterns(wish: Wish, because: str = "") -> Proposal:
    """The flow for a wish, or the existing one changed; `because` a model failed, said first."""
    if wish.base is not None and wish.base.steps:
        return _changed(wish, wish.base, because)
    found = composed(heard(wish), wish.around)
    made = built(found.sketch, wish.around)
    words = [_shown(found.sketch.name, made.graph), *found.taken]
    if len(made.graph.steps) < 2:
        words = [NOT_UNDERSTOOD]
    return Proposal(
        name=found.sketch.name,
        description=found.sketch.description,
        tech_spec=tech_spec(made.graph, wish.around),
        graph=made.graph,
        says=_with_reason(words, because),
        missing=(*made.left_out, *missing_in(made.graph, wish.around)),
        by_patterns=True,
    )


def _shown(name: str, graph: Graph) -> str:
    """What was made, in a sentence: it is what lists of chats show."""
    first, last = graph.order[0], graph.order[-1]
    return (
        f"This is “{name}” in {count(len(graph.steps), 'step')}, from “{first.name}” to "
        f"“{last.name}”."
    )


def _with_reason(words: list[str], because: str) -> str:
    return " ".join([because, *words] if because else [*words, BY_RULES])


def _changed(wish: Wish, base: Graph, because: str) -> Proposal:
    graph, told = edited(base, heard(wish), wish.around)
    words = told if graph != base else [NOTHING_CHANGED]
    return Proposal(
        name="",
        description="",
        tech_spec=tech_spec(graph, wish.around, base),
        graph=graph,
        says=_with_reason(words, because),
        missing=missing_in(graph, wish.around, base),
        by_patterns=True,
    )
