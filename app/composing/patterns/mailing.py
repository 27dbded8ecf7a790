"""Steps that send mail: answers to who wrote, news to us, a few kind words."""

from app.composing.patterns.heard import Act
from app.composing.patterns.people import receivers
from app.composing.patterns.scene import Scene, short_name
from app.composing.patterns.words import capital
from app.engine.values import Json


def mail(scene: Scene, act: Act, *, is_reply: bool = False) -> None:
    """Send a mail: an answer to who wrote, or what came of it to somebody."""
    to, called = receivers(scene, act.words, act.full)
    if is_reply or (not to and scene.is_reply and scene.sender):
        to, called = scene.sender, "the sender"
    if scene.inside and to in ("", scene.sender):
        to, called = scene.sender, "each of them"
    if not to:
        to, called = scene.around.person_mail, scene.person
    if to == scene.sender and scene.draft and scene.approved and scene.draft in _values(scene):
        given = {name: scene.gives(scene.approved, f"values.{name}") for name in ("To", "Subject")}
        settings: dict[str, Json] = {
            "to": given["To"], "subject": given["Subject"], "text": scene.draft,
        }  # fmt: skip
    elif to == scene.sender:
        text = scene.draft or scene.result or _kind_words(scene)
        settings = {"to": to, "subject": f"Re: {scene.subject}", "text": text}
    else:
        settings = {"to": to, "subject": _subject(scene), "text": _told(scene)}
    scene.add("send_email", short_name(_mail_name(scene, to, called)), settings)


def thank(scene: Scene, act: Act) -> None:
    """A few kind words to who wrote."""
    if not scene.sender:
        scene.assume("Nobody gives an address, so the thanks go to you.")
    name = scene.known_value("name")
    greeting = f"Hello {name}," if name else "Hello,"
    text = f"{greeting}\n\nthank you for your {scene.noun}. We will come back to you soon."
    if scene.around.person_name:
        text += f"\n\nKind regards\n{scene.around.person_name}"
    settings: dict[str, Json] = {
        "to": scene.sender or scene.around.person_mail,
        "subject": f"Thank you for your {scene.noun}",
        "text": text,
    }
    scene.add("send_email", "Thank the sender", settings)


def _values(scene: Scene) -> str:
    return scene.gives(scene.approved, "values.Text") if scene.approved and scene.sender else ""


def _subject(scene: Scene) -> str:
    if scene.has("start_failure"):
        return scene.subject
    about = scene.subject or capital(scene.noun)
    return f"{scene.result_name}: {about}" if scene.result_name else about


def _told(scene: Scene) -> str:
    """What a mail to us says: what came of it, how it was sorted, and the text itself."""
    lines = [scene.result or scene.text or f"There is something new: {scene.noun}."]
    category = scene.values.get("category")
    if category:
        lines.insert(0, f"Sorted as: {category}")
    if scene.draft == scene.result and scene.draft and scene.text:
        lines.append(f"The {scene.noun}:\n{scene.text}")
    return "\n\n".join(lines)


def _kind_words(scene: Scene) -> str:
    sign = f"\n\nKind regards\n{scene.around.person_name}" if scene.around.person_name else ""
    return f"Hello,\n\nthank you for your {scene.noun}. We are looking into it.{sign}"


def _mail_name(scene: Scene, to: str, called: str) -> str:
    if to and to == scene.sender:
        return "Send the answer" if scene.draft else f"Write to {called}"
    what = scene.result_name.lower()
    if scene.has("start_failure"):
        return f"Tell {called}"
    return f"Mail the {what} to {called}" if what else f"Tell {called} by mail"
