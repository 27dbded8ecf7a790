"""What an agent can touch, in words: for its card, for confirming, and for what is different."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.engine.diff_change import Change, Piece, Size, Turn, sentence
from app.engine.problem import Known
from app.engine.reach_card import ANY, DEFAULT_MODEL, MEMBERS, SORTS, Sort, Touch, widened
from app.engine.words import count, listed

GONE = "one that is gone"
# How several of a sort are called: one, several, and what is done with them.
_COUNTED: Mapping[Sort, tuple[str, str, str, str]] = {
    "person": ("Can write to", "Writes to", "address", "addresses"),
    "host": ("Can reach", "Reaches", "host", "hosts"),
    "service": ("Can use", "Uses", "service", "services"),
    "table": ("Can use", "Uses", "table", "tables"),
    "mailbox": ("Can read", "Reads", "mailbox", "mailboxes"),
    "agent": ("Can run", "Runs", "agent", "agents"),
    "model": ("Can ask", "Asks", "language model", "language models"),
    "connection": ("Can use", "Uses", "connection", "connections"),
    "secret": ("Can use", "Uses", "secret", "secrets"),
    "file": ("Can handle", "Handles", "kind of file", "kinds of files"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the card: what can be done with what, and why."""

    touch: Touch
    words: str
    detail: str
    steps: tuple[tuple[str, str], ...]  # ids and names of the steps that cause it


def lines(reach: Sequence[Touch], names: Mapping[str, str], known: Known) -> tuple[Line, ...]:
    """The entries of the card; `names` are those of the agent's steps, by id."""
    return tuple(
        Line(
            one,
            words_of(one),
            _detail(one, names, known),
            tuple((step, names[step]) for step in one.steps if step in names),
        )
        for one in reach
    )


def words_of(one: Touch) -> str:
    """`Send data to hooks.slack.com`; a capital, no full stop."""
    return _WORDS[one.sort](one)


def called(one: Touch) -> str:
    """The thing alone: `hooks.slack.com`, `Orders`."""
    if one.target == ANY:
        return "Any host" if one.sort == "host" else "Addresses that a run works out"
    if one.target == MEMBERS:
        return "Members of the workspace"
    if one.sort == "model" and one.target == DEFAULT_MODEL:
        return "The workspace's default"
    return one.name or (one.target if one.sort in ("host", "person") else GONE)


def reach_changes(
    before: Sequence[Touch], after: Sequence[Touch], names: Mapping[str, str], known: Known
) -> tuple[Change, ...]:
    """What can be touched now and could not, or the other way round; one change for each sort.

    `names` are those of the steps of both flows.
    """
    more = _by_sort(widened(before, after), "added", names, known)
    less = _by_sort(widened(after, before), "removed", names, known)
    return (*more, *less)


def _by_sort(
    found: Sequence[Touch], turn: Turn, names: Mapping[str, str], known: Known
) -> Iterator[Change]:
    for sort in SORTS:
        these = [one for one in found if one.sort == sort]
        if not these:
            continue
        verb, still, noun, plural = _COUNTED[sort]
        number = count(len(these), f"new {noun}", f"new {plural}")
        words = f"{verb} {number}"
        if turn == "removed":
            words = f"{still} {count(len(these), noun, plural)} less"
        size = Size.BREAKING if any(one.writes for one in these) else Size.FEATURE
        whole = [f"{called(one)}{_via(one, known)}" for one in these]
        steps = [step for one in these for step in one.steps]
        yield Change(
            turn=turn,
            told=sentence(Piece(words)),
            why=f"{listed(whole)}.",
            step_id=steps[0] if steps else None,
            step_name=names.get(steps[0], "") if steps else "",
            size=size if turn == "added" else Size.FEATURE,
        )


def _detail(one: Touch, names: Mapping[str, str], known: Known) -> str:
    steps = [f"“{names[step]}”" for step in one.steps if step in names]
    by = f"{'Step' if len(steps) == 1 else 'Steps'} {listed(steps)}" if steps else ""
    return f"{by}{_via(one, known)}".lstrip(", ")


def _via(one: Touch, known: Known) -> str:
    agents = known.choices.get("agents", {}) if one.agents else {}
    through = [f"the agent “{agents.get(agent, GONE)}”" for agent in one.agents]
    for connection in one.through:
        fact = known.connections.get(connection)
        through.append(f"the connection “{fact.name if fact else GONE}”")
    return f", through {listed(through)}" if through else ""


def _host(one: Touch) -> str:
    where = "any host, as a run works out the address" if one.target == ANY else one.target
    return f"Send data to {where}" if one.writes else f"Read from {where}"


def _person(one: Touch) -> str:
    if one.target == MEMBERS:
        return "Ask members of the workspace"
    return f"Write to {'addresses that a run works out' if one.target == ANY else one.target}"


def _model(one: Touch) -> str:
    if one.target == DEFAULT_MODEL:
        return "Show texts to the workspace's default language model"
    return f"Show texts to the language model {_quoted(one)}"


def _quoted(one: Touch) -> str:
    return f"“{one.name}”" if one.name else GONE


_WORDS: Mapping[Sort, Callable[[Touch], str]] = {
    "person": _person,
    "host": _host,
    "service": lambda one: f"{'Change things' if one.writes else 'Read'} by “{one.name}”",
    "table": lambda one: f"{'Change' if one.writes else 'Read'} the table {_quoted(one)}",
    "mailbox": lambda one: f"Read the mailbox {_quoted(one)}",
    "agent": lambda one: (
        f"Run the agent {_quoted(one)}"
        if one.writes
        else f"Hear when the agent {_quoted(one)} fails"
    ),
    "model": _model,
    "connection": lambda one: f"Sign in with the connection {_quoted(one)}",
    "secret": lambda one: f"Use the secret {_quoted(one)}",
    "file": lambda one: f"Handle files: {one.name}",
}
