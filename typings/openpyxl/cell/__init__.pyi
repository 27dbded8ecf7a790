from typing import Any

class WriteOnlyCell:
    data_type: str
    def __init__(self, ws: Any = ..., value: Any = ...) -> None: ...
