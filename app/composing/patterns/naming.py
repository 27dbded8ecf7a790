"""A name for the agent, from what its steps do."""

from app.composing.patterns import doing
from app.composing.patterns.scene import Scene
from app.composing.patterns.words import plural


def agent_name(scene: Scene) -> str:
    """What the agent is called until a person says better."""
    things = plural(scene.thing) if scene.thing else ""
    url = next(
        (str(one.settings.get("url") or "") for one in scene.steps if "url" in one.settings), ""
    )
    of_things = (
        ("Summarise", scene.has("summarise") and not url),
        ("Remind of", scene.has("find_rows") and scene.has("send_email")),
        ("Answer", bool(scene.draft)),
        ("Keep", scene.has("add_rows", "put_row")),
        ("Translate", scene.heard.has("translate")),
        ("Sort", scene.has("sort_into_categories")),
        ("Approve", scene.has("ask_person")),
        ("Follow up", scene.has("wait")),
    )
    if things and (verb := next((verb for verb, fits in of_things if fits), "")):
        return f"{verb} {things}"
    if url:
        verb = "News of" if scene.has("summarise") else "Watch"
        return f"{'Pass on to' if scene.heard.has('post') else verb} {doing.host_of(url)}"
    if scene.has("start_failure"):
        return "Failures of agents"
    tasks = [step.name for step in scene.steps if step.type == "ask_model"]
    if tasks and scene.heard.has("think"):
        return tasks[0]
    if things and scene.has("send_email"):
        return f"Pass on {things}"
    names = [step.name for step in scene.steps if step.type not in ("answer", "if", "for_each")]
    return names[-1] if len(names) > 1 else "New agent"
