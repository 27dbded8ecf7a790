"""What a variable of a workspace may be called."""

import re

MAX_NAME_CHARS = 40
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def name_problem(name: str) -> str:
    """Why a variable cannot have this name; empty when it can."""
    if len(name) > MAX_NAME_CHARS:
        return f"The name of a variable can have {MAX_NAME_CHARS} characters at most."
    if not _NAME.match(name):
        return f"“{name}” cannot be a name. Use small letters, digits and _, such as last_invoice."
    return ""
