"""A proposal made by simple rules, with honest words about that."""

from app.composing.around import missing_in
from app.composing.building import built
from app.composing.patterns.composed import composed
from app.composing.patterns.edits import edited
from app.composing.patterns.heard import heard
from app.composing.telling import tech_spec
from app.composing.wishes import Proposal, Wish
from app.engine.graph import Graph

BY_RULES = (
    "I put this together by simple rules, from patterns that I know: no language model has read "
    "your words. Connect one in Settings → Models and I understand more."
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
    """The flow for a wish, or the existing one changed."""
    lead = because or BY_RULES
    if wish.base is not None and wish.base.steps:
        return _changed(wish, wish.base, lead)
    found = composed(heard(wish), wish.around)
    made = built(found.sketch, wish.around)
    words = [lead, *found.taken]
    if len(made.graph.steps) < 2:
        words = [lead, NOT_UNDERSTOOD]
    return Proposal(
        name=found.sketch.name,
        description=found.sketch.description,
        tech_spec=tech_spec(made.graph, wish.around),
        graph=made.graph,
        says=" ".join(words),
        missing=(*made.left_out, *missing_in(made.graph, wish.around)),
        by_patterns=True,
    )


def _changed(wish: Wish, base: Graph, lead: str) -> Proposal:
    graph, told = edited(base, heard(wish), wish.around)
    says = [lead, *told] if graph != base else [lead, NOTHING_CHANGED]
    return Proposal(
        name="",
        description="",
        tech_spec=tech_spec(graph, wish.around, base),
        graph=graph,
        says=" ".join(says),
        missing=missing_in(graph, wish.around, base),
        by_patterns=True,
    )
