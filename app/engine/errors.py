"""The failures that a flow can meet, each with one sentence for a person."""


class StepFailed(Exception):
    """A step could not do its work.

    `sentence` says in plain words what happened; `output` is what came back all the same (for
    instance the refusing answer of a service); `can_retry` is False where trying again cannot
    help; `unsure` is True when a write may have happened although no answer came.
    """

    def __init__(
        self,
        sentence: str,
        *,
        can_retry: bool = True,
        output: object = None,
        unsure: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.can_retry = can_retry
        self.output = output
        self.unsure = unsure


class BudgetSpent(StepFailed):
    """A budget has no room for what a step wants to ask; the whole run ends here.

    Neither another try nor a way out for failures goes on from it: each could spend more.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, can_retry=False)


class GraphRefused(ValueError):
    """The text is not a flow that can be kept; `sentence` says why, `step_id` where if known."""

    def __init__(self, sentence: str, *, step_id: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.step_id = step_id


class EditRefused(ValueError):
    """An edit would break the flow; `sentence` says why and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class PlanRefused(ValueError):
    """A flow cannot run as it is; `sentence` says why, `step_id` where."""

    def __init__(self, sentence: str, *, step_id: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.step_id = step_id
