"""The one door: what a person wants is understood, a flow is proposed, its code filled in."""

from app.composing import asking
from app.composing.by_patterns import propose_by_patterns
from app.composing.code_filling import filled
from app.composing.patterns import language
from app.composing.patterns.questions import understood
from app.composing.wishes import Proposal, Understood, Wish
from app.engine.graph import Graph
from app.engine.model_port import ModelFailed, ModelPort
from app.engine.sandbox_port import SandboxPort

ONLY_ENGLISH = (
    "I can read wishes in English only, as long as no language model is set up here: I follow "
    "simple rules, and would only guess at your words. Write it in English, such as “when an "
    "enquiry comes in, sort it and draft an answer”."
)
_NO_FLOW = "The model did not give a flow that I could use, so this one follows simple rules."


def understand(wish: Wish, models: ModelPort, model: str, *, is_practice: bool) -> Understood:
    """What is wanted in other words, and what has to be asked first.

    Raises ModelFailed where no model answers at all.
    """
    if is_practice:
        return understood(wish) if language.reads(wish.said) else Understood("", (), ONLY_ENGLISH)
    try:
        return asking.understand(wish, models, model)
    except ModelFailed as failed:
        if failed.kind != "answer" or not language.reads(wish.said):
            raise
        return understood(wish)


def propose(wish: Wish, models: ModelPort, model: str, *, is_practice: bool) -> Proposal:
    """A flow that does what is wanted, or the existing one changed.

    An answer of a model that is no flow leads to one by simple rules, which says so. Raises
    ModelFailed where no model answers at all.
    """
    if is_practice:
        if not language.reads(wish.said):
            raise ModelFailed(ONLY_ENGLISH, "answer")
        return propose_by_patterns(wish)
    try:
        return asking.propose(wish, models, model)
    except ModelFailed as failed:
        if failed.kind != "answer" or not language.reads(wish.said):
            raise
        return propose_by_patterns(wish, because=f"{_NO_FLOW} {failed.sentence}")


def fill_in_code(
    graph: Graph,
    wish: Wish,
    models: ModelPort,
    model: str,
    *,
    is_practice: bool,
    sandbox: SandboxPort | None = None,
) -> Graph:
    """The flow with formulas and code in the steps that only said in words what they shall do.

    What could not be written stays empty, and `around.missing_in` says so. With a sandbox, code
    is read there, too: it knows less than Python does. Raises ModelFailed.
    """
    return filled(graph, wish, models, model, is_practice=is_practice, sandbox=sandbox)
