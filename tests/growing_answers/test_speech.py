"""What is shown of an answer while it grows, and what never is."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from app.engine.model_port import Answer, Ask, Message, ModelFailed, Tool, ToolCall, Usage
from app.growing_answers import speech
from app.growing_answers.line import Kind, Piece, joined
from app.growing_answers.speech import Speech
from app.growing_answers.spoken_models import SpokenModels
from app.workers.run_redactor import RunRedactor

WHO = {"workspace_id": uuid.uuid4(), "run_id": uuid.uuid4()}
TOOL = Tool("look_up", "Looks a part up", {"type": "object"})


@dataclass
class Line:
    """Keeps what was put into it."""

    pieces: list[Piece] = field(default_factory=list)

    def put(self, _workspace: uuid.UUID, _run: uuid.UUID, kind: Kind, text: str = "") -> None:
        self.pieces.append(Piece(str(len(self.pieces)), kind, text))

    @property
    def text(self) -> str:
        return joined(self.pieces).text


@dataclass
class Model:
    """Says what it is told to, and fails where a failure stands."""

    says: list[list[str | Answer | ModelFailed]]
    asked: int = 0

    def answer(self, model: str, ask: Ask) -> Answer:
        return next(one for one in self.stream(model, ask) if isinstance(one, Answer))

    def stream(self, _model: str, _ask: Ask) -> Iterator[str | Answer]:
        self.asked += 1
        for one in self.says.pop(0):
            if isinstance(one, ModelFailed):
                raise one
            yield one


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "EVERY_S", 0.0)


def _heard(
    says: list[list[str | Answer | ModelFailed]], *, secrets: tuple[str, ...] = (), **ask: object
) -> tuple[Line, Answer]:
    line = Line()
    spoken = Speech(line, RunRedactor(secrets), **WHO)  # type: ignore[arg-type]
    models = SpokenModels(Model(says), spoken)
    wanted = Ask(messages=(Message("user", "?"),), **ask)  # type: ignore[arg-type]
    return line, models.answer("", wanted)


def test_words_are_shown_as_they_come() -> None:
    line, answer = _heard([["Hello", " dear ", "Ada", Answer(text="Hello dear Ada")]])
    assert [one.text for one in line.pieces] == ["Hello", " dear ", "Ada"]
    assert answer.text == "Hello dear Ada"


def test_a_secret_is_masked_wherever_it_is_cut() -> None:
    secret = "correct horse battery"
    for cut in range(1, len(secret)):
        said = ["The words: ", secret[:cut], secret[cut:], " are it."]
        line, _ = _heard([[*said, Answer(text="")]], secrets=(secret,))
        assert line.text == "The words: [hidden] are it."
        shown = "".join(one.text for one in line.pieces)
        assert "horse" not in shown


def test_what_looks_like_a_key_is_never_shown() -> None:
    key = "sk-" + "a1B2c3D4e5F6g7H8"
    pieces = ["It is ", *key, " I think"]
    line, _ = _heard([[*pieces, Answer(text="")]])
    assert line.text == "It is [hidden] I think"
    assert "a1" not in "".join(one.text for one in line.pieces)


@pytest.mark.parametrize("text", ['{"action": 1}', "[1]", "```json\n{}", "<think>Hm</think>"])
def test_json_and_thoughts_are_not_shown(text: str) -> None:
    line, _ = _heard([[*text, Answer(text=text)]])
    assert line.pieces == []


def test_values_are_not_asked_for_in_pieces() -> None:
    line, _ = _heard([["{}", Answer(text="{}", data={})]], schema={"type": "object"})
    assert line.pieces == []


def test_a_thought_before_a_tool_is_used_is_no_answer() -> None:
    call = ToolCall("1", "look_up", {})
    short, _ = _heard([["Let me look.", Answer(text="", tool_calls=(call,))]], tools=(TOOL,))
    assert short.pieces == []
    words = ["word "] * 80
    long, _ = _heard([[*words, Answer(text="", tool_calls=(call,))]], tools=(TOOL,))
    assert long.text == ""
    assert long.pieces[-1].kind == "back"
    answer, _ = _heard([[*words, Answer(text="word " * 80)]], tools=(TOOL,))
    assert answer.text == "word " * 80


def test_a_line_that_breaks_takes_its_words_back_and_asks_again() -> None:
    broke = ModelFailed("Away.", "unreachable", usage=Usage(3, 1), cost_usd=Decimal("0.5"))
    whole = Answer(text="Whole.", usage=Usage(4, 2), cost_usd=Decimal("0.25"))
    line, answer = _heard([["Half ", broke], ["Whole.", whole]])
    assert [one.kind for one in line.pieces] == ["words", "back"]
    assert (answer.text, answer.usage, answer.cost_usd) == (
        "Whole.",
        Usage(7, 3),
        Decimal("0.75"),
    )


def test_a_provider_that_gives_no_pieces_is_asked_for_the_whole() -> None:
    _, answer = _heard([[ModelFailed("What?", "answer")], [Answer(text="Whole.")]])
    assert answer.text == "Whole."
    with pytest.raises(ModelFailed, match="No key"):
        _heard([[ModelFailed("No key.", "key")]])


def test_an_answer_given_up_is_not_heard_any_more() -> None:
    line = Line()
    spoken = Speech(line, RunRedactor(), **WHO)  # type: ignore[arg-type]
    first = spoken.begin(with_tools=False)
    spoken.add("Old ", first)
    second = spoken.begin(with_tools=False)
    spoken.add("new ", second)
    spoken.add("old", first)
    assert line.text == "new "


def test_it_is_bounded() -> None:
    line, _ = _heard([["word " * 20_000, "more ", Answer(text="")]])
    assert len(line.text) <= speech.MAX_CHARS
