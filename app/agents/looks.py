"""The pictures that an agent can have: drawn icons, with what each is called."""

BOT = "bot"
PICTURES = {
    BOT: "Robot",
    "sparkles": "Sparkles",
    "message-square": "Message",
    "mail": "Letter",
    "inbox": "Inbox",
    "file-text": "Document",
    "table-2": "Table",
    "receipt": "Receipt",
    "coins": "Coins",
    "wallet": "Wallet",
    "calculator": "Calculator",
    "chart-no-axes-column": "Chart",
    "shopping-cart": "Shopping cart",
    "package": "Parcel",
    "calendar-check": "Calendar",
    "clock": "Clock",
    "search": "Magnifying glass",
    "list-checks": "List",
    "users": "People",
    "building-2": "Building",
    "globe": "Globe",
    "shield-check": "Shield",
    "wrench": "Spanner",
    "lightbulb": "Lamp",
    "rocket": "Rocket",
    "star": "Star",
}


def offered(icon: str) -> dict[str, str]:
    """The pictures to choose from, with the one an agent has now, wherever it came from."""
    return PICTURES if icon in PICTURES else {icon or BOT: "The one it has"} | PICTURES
