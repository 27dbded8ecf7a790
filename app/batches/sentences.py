"""Why a batch stands where it stands, in a sentence, and what comes next."""

from collections.abc import Mapping

from app.batches.models import Batch, BatchStatus, Why
from app.engine.words import count

_SENTENCES: Mapping[Why, str] = {
    Why.AGENT_OFF: (
        "The agent “{agent}” is switched off, and rows run only while it is on. "
        "Switch it on, then go on with the rest."
    ),
    Why.ARCHIVED: (
        "The agent “{agent}” was put away, which ends its batches. "
        "What was done until then is kept below."
    ),
    Why.NOT_PUBLISHED: (
        "The agent “{agent}” has no published version any more, so no further row can run. "
        "What was done until then is kept below."
    ),
    Why.TABLE_GONE: (
        "The table “{name}” was deleted, so the batch ended. "
        "What was done until then is kept below."
    ),
    Why.NO_ROLE: (
        "{person} may not start runs in this workspace any more. "
        "Somebody who may can go on with the rest."
    ),
    Why.BUDGET: (
        "The budget for language models is used up, so no further row begins. "
        "Raise it or wait until it begins anew, then go on."
    ),
}


def sentence(batch: Batch) -> str:
    """Why it is paused or was stopped, and what to do; empty where nothing is to be said."""
    if batch.why is None or batch.status is BatchStatus.RUNNING:
        return ""
    if batch.why is Why.FAILURES:
        return (
            f"{count(batch.failed_in_row, 'row')} in a row failed, so the batch paused before it "
            "spends more. Look at why, mend the agent, then go on."
        )
    if batch.why is Why.TRIED:
        return f"The first rows are done. Look at them, then go on with the other {_rest(batch)}."
    if batch.why is Why.PERSON:
        return _by_person(batch)
    return _SENTENCES[batch.why].format(
        agent=batch.agent.name, name=batch.name, person=batch.runner.name
    )


def _by_person(batch: Batch) -> str:
    if batch.status is BatchStatus.PAUSED:
        open_rows = f"{count(batch.open_rows, 'row')} still under way will end. "
        return f"{open_rows if batch.open_rows else ''}Go on whenever you like."
    not_run = batch.waiting + batch.cancelled
    return f"{count(not_run, 'row')} did not run. What was done is kept below."


def _rest(batch: Batch) -> str:
    return f"{batch.waiting:,}"
