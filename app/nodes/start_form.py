"""The step a run begins at when a person fills in a form."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, FormFields
from app.engine.form_inputs import FormInput, read_inputs, settle_answers
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import count, listed, said, short, strong
from app.nodes.as_typed import LongTextAsTyped, TextAsTyped

_WITH_PAGE = ("page", frozenset({"members", "public"}))
MAX_TITLE_CHARS = 120
MAX_BUTTON_CHARS = 40
MAX_WORDS_CHARS = 4_000


class StartForm(StartType):
    """Begins a run with a form that a person fills in.

    Add one question for each thing the agent has to know. Later steps use an answer by its key:
    a question with the key `amount` gives `{{ trigger.amount }}`. Answers are checked before
    anything else happens: numbers are numbers, dates are dates, and what is needed is there.

    The form can have a page of its own, for members of the workspace or for everybody who has its
    address. It works once the agent is published and on.
    """

    type: ClassVar[str] = "start_form"
    title: ClassVar[str] = "Form"
    icon: ClassVar[str] = "inbox"
    fields: ClassVar[Mapping[str, Field]] = {
        "inputs": FormFields(
            label="Questions",
            hint="What the person is asked before the run begins. None is fine too.",
        ),
        "page": Choice(
            label="Page of its own",
            options=(
                ("none", "None: only people here start it"),
                ("members", "For members of this workspace"),
                ("public", "For everybody who has the address"),
            ),
        ),
        "page_title": TextAsTyped(
            label="Title of the page",
            hint="The name of the agent, when empty.",
            max_chars=MAX_TITLE_CHARS,
            only_if=_WITH_PAGE,
        ),
        "page_intro": LongTextAsTyped(
            label="Words above the questions", max_chars=MAX_WORDS_CHARS, only_if=_WITH_PAGE
        ),
        "page_button": TextAsTyped(
            label="Word on the button",
            placeholder="Send",
            max_chars=MAX_BUTTON_CHARS,
            only_if=_WITH_PAGE,
        ),
        "page_thanks": LongTextAsTyped(
            label="Words of thanks",
            hint="What the person reads when the form is sent.",
            max_chars=MAX_WORDS_CHARS,
            only_if=_WITH_PAGE,
        ),
        "when_busy": Choice(
            label="While a run of this agent is still going",
            options=(("queue", "Start one more"), ("skip", "Ask to send it again later")),
            only_if=_WITH_PAGE,
        ),
    }

    def does(self, fields: Mapping[str, Json]) -> str:
        """What it asks for."""
        labels = [f"“{one.label}”" for one in read_inputs(fields.get("inputs") or [])[0]]
        asks = f" that asks for {listed(labels)}" if labels else ""
        return f"begins a run when a person sends a form{asks}"

    def begin(self, given: Given, payload: Json) -> Output:
        """Check the answers and settle them as values; raises StepFailed for those that misfit."""
        inputs = inputs_of(given)
        answers = payload if isinstance(payload, dict) else {}
        settled, wrong = settle_answers(inputs, answers)
        if wrong:
            raise StepFailed(" ".join(wrong.values()), can_retry=False)
        return Output(settled)

    def tell(self, given: Given, output: Given) -> str:
        """Names the first answer, as it tells runs apart best."""
        answered = [one for one in inputs_of(given) if _is_told(output.get(one.key))]
        if not answered:
            return "Started"
        first = output[answered[0].key]
        more = len(answered) - 1
        rest = f" and {count(more, 'more answer')}" if more else ""
        return said("Read the form: ", answered[0].label, " ", strong(short(first, 40)), rest)

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str]:
        """Each question's key."""
        return {one.key: one.label for one in inputs_of(fields)}

    def actions(self, given: Given, output: Given) -> tuple[Action, ...]:
        """An answer that misfits is mended by answering again."""
        return (
            Action("fix_input", "Answer the form again", primary=True),
            Action("edit_step", "Change the questions"),
        )


def _is_told(answer: Json) -> bool:
    return answer is not None and answer is not False and answer != ""


def inputs_of(fields: Given) -> tuple[FormInput, ...]:
    """The questions in the settings of a start step, for the form that starts a run."""
    return read_inputs(fields.get("inputs") or [])[0]
