"""The one door to other computers: every outbound request of the product goes through `Door`."""

from app.lib.safe_http.door import Door
from app.lib.safe_http.guard_check import GuardMissing, self_test
from app.lib.safe_http.hosts import HostPattern
from app.lib.safe_http.hurried import HurriedDoor
from app.lib.safe_http.messages import (
    BodyStream,
    HttpAnswer,
    HttpCall,
    HttpFailed,
    HttpRefused,
    HttpStream,
    HttpTrouble,
)

__all__ = [
    "BodyStream",
    "Door",
    "GuardMissing",
    "HostPattern",
    "HttpAnswer",
    "HttpCall",
    "HttpFailed",
    "HttpRefused",
    "HttpStream",
    "HttpTrouble",
    "HurriedDoor",
    "self_test",
]
