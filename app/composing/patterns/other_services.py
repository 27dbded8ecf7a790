"""Services that people name and no step of ours is made for: what stands in for them, and why."""

import re
from collections.abc import Mapping

from app.composing.patterns.doing import leave_loop, reference_in
from app.composing.patterns.heard import Act
from app.composing.patterns.people import means_me
from app.composing.patterns.scene import Scene
from app.engine.values import Json

# Where teams write to each other: each gives an address that programs send messages to, and the
# value that holds the words.
_BOARDS: Mapping[str, tuple[str, str]] = {
    "slack": ("Slack", "text"),
    "teams": ("Teams", "text"),
    "discord": ("Discord", "content"),
    "mattermost": ("Mattermost", "text"),
    "google chat": ("Google Chat", "text"),
    "rocket.chat": ("Rocket.Chat", "text"),
}
_OTHERS = (
    "WhatsApp", "Telegram", "Signal", "SMS", "Notion", "Trello", "Asana", "Jira", "Airtable",
    "HubSpot", "Salesforce", "Pipedrive", "Google Sheets", "Google Calendar", "Google Drive",
    "Dropbox", "OneDrive", "SharePoint", "Zoom", "Mailchimp", "Shopify", "Stripe", "LinkedIn",
    "Instagram", "Facebook",
)  # fmt: skip
_OTHER = re.compile(
    r"\b(?:on|in|into|to|via|by|through|from) (?:our |the |my |an? )?"
    rf"({'|'.join(re.escape(name) for name in _OTHERS)})\b",
    re.IGNORECASE,
)


def board(scene: Scene, act: Act) -> None:
    """Send what came of it to the address that the service gives for messages."""
    if means_me(act.words):
        leave_loop(scene)  # a team hears of all of it, not of each
    name, value = next(said for word, said in _BOARDS.items() if word in act.words)
    reference = reference_in(scene.result or scene.text)
    words = f"{{{{ {reference} | json }}}}" if reference else '""'
    settings: dict[str, Json] = {
        "method": "POST",
        "url": "",
        "body_kind": "json",
        "body": f'{{"{value}": {words}}}',
    }
    step = f"Post it to {name}"
    scene.add("http_request", step, settings)
    scene.assume(
        f"{name} gives you an address for messages (look for “incoming webhook” in its settings): "
        f"put it into “{step}”."
    )


def tell_others(scene: Scene) -> None:
    """Say what stands in for a service that no step reaches."""
    found = _OTHER.search(scene.heard.text)
    if found is None:
        return
    name = next(one for one in _OTHERS if one.casefold() == found[1].casefold())
    instead = ""
    if scene.has("add_rows", "put_row"):
        instead = ", so the rows go into a table here"
    elif scene.has("send_email"):
        instead = ", so this goes by mail"
    scene.assume(
        f"No step is made for {name}{instead}. The step “HTTP request” reaches it where it has an "
        "address for programs."
    )
