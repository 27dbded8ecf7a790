"""The step a run begins at when a person fills in a form."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, FormFields
from app.engine.form_inputs import FormInput, read_inputs, settle_answers
from app.engine.step_type import Action, Output, StartType
from app.engine.values import Given, Json
from app.engine.words import count, said, short, strong


class StartForm(StartType):
    """Begins a run with a form that a person fills in.

    Add one question for each thing the agent has to know. Later steps use an answer by its key:
    a question with the key `amount` gives `{{ trigger.amount }}`. Answers are checked before
    anything else happens: numbers are numbers, dates are dates, and what is needed is there.
    """

    type: ClassVar[str] = "start_form"
    title: ClassVar[str] = "Form"
    icon: ClassVar[str] = "inbox"
    fields: ClassVar[Mapping[str, Field]] = {
        "inputs": FormFields(
            label="Questions",
            hint="What the person is asked before the run begins. None is fine too.",
        ),
    }

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
