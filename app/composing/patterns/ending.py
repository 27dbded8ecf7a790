"""How a flow ends: what is still to be said, and to whom."""

from app.composing.patterns import doing, mailing, thinking
from app.composing.patterns.heard import Act
from app.composing.patterns.scene import Scene
from app.composing.patterns.words import capital
from app.composing.sketch import Before
from app.engine.values import Json

_WRITES = ("send_email", "add_rows", "put_row", "reply_in_chat", "answer_webhook", "ask_person")


def end(scene: Scene) -> None:
    """What is still to be said, and to whom."""
    doing.leave_loop(scene)
    _give_result(scene)
    if scene.steps[-1].type == "ask_person":
        _tell_decision(scene)
    _else_way(scene)


def _give_result(scene: Scene) -> None:
    """What came of it reaches somebody: where it was asked for, or whoever described the flow."""
    writes = scene.has(*_WRITES) or any(one.settings.get("method") == "POST" for one in scene.steps)
    act = Act("mail", 0, 0, "", "")
    if scene.is_reply and scene.draft and scene.has("start_email") and not scene.has("send_email"):
        mailing.mail(scene, act, is_reply=True)
    elif scene.has("start_chat") and not scene.has("reply_in_chat"):
        if not scene.result:
            thinking.answer_question(scene, act)
        scene.add("answer", "Answer in the chat", {"kind": "text", "text": scene.result})
    elif scene.has("start_form", "start_agent") and scene.result and not writes:
        if scene.draft and scene.sender:
            mailing.mail(scene, act, is_reply=True)
        else:
            scene.add("answer", "Show the result", {"kind": "text", "text": scene.result})
    elif scene.has("start_webhook") and scene.result and not writes:
        scene.add("answer", "Give the result", {"kind": "text", "text": scene.result})
    elif scene.has("start_email", "start_schedule") and scene.result and not writes:
        mailing.mail(scene, act)
        scene.assume(f"Nobody said where the result goes, so {scene.person} gets it by mail.")


def _tell_decision(scene: Scene) -> None:
    """Who asked, or whoever described the flow, hears what was decided."""
    key = scene.steps[-1].key
    to, called = (scene.sender, "the sender") if scene.sender else (None, scene.person)
    for way, word in (("Approved", "approved"), ("Refused", "refused")):
        scene.open = [Before(key, way)]
        settings: dict[str, Json] = {
            "to": to or scene.around.person_mail,
            "subject": f"{capital(word)}: {scene.subject or scene.noun}",
            "text": f"This {scene.noun} was {word}.\n\n{scene.text}",
        }
        scene.add("send_email", f"Tell {called} it is {word}", settings)


def _else_way(scene: Scene) -> None:
    """What fits no category is passed on to a person."""
    loose = [one for one in scene.open if one.way == thinking.NONE]
    routed = scene.steps[-1].type == "send_email" and loose
    scene.open = scene.rest or (loose if routed and not scene.has("ask_person") else [])
    if scene.open:
        settings: dict[str, Json] = {
            "to": scene.around.person_mail,
            "subject": f"Fits nowhere: {scene.subject or scene.noun}",
            "text": scene.text,
        }
        scene.add("send_email", f"Pass the rest on to {scene.person}", settings)
