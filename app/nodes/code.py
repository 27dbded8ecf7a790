"""The step that runs a person's own code."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Code, Field, Number
from app.engine.ports import Ports
from app.engine.sandbox_port import CodeFailed
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.nodes.named_values import FIELD, by_name, name_problems, refused


class RunCode(StepType):
    """Runs Python code of your own.

    The value of the last line, or of a `return`, is what later steps get; what is printed is
    kept beside it. The code sees the named values and nothing else: no files, no network, no
    other step. It may import `json`, `csv`, `re`, `math`, `datetime`, `decimal`, `random`,
    `collections`, `itertools`, `functools`, `hashlib`, `base64`, and from outside `uuid.uuid4`,
    `html.escape`, `urllib.parse.quote` and their like. It ends when it reaches one of the limits.
    """

    type: ClassVar[str] = "code"
    title: ClassVar[str] = "Code"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "code"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "code": Code(label="Python code", required=True, max_chars=50_000),
        "values": FIELD,
        "time_s": Number(
            label="May take",
            hint="1 to 30 seconds. Longer code is stopped.",
            default=10,
            required=True,
            minimum=1,
            maximum=30,
            unit="seconds",
        ),
        "memory_mb": Number(
            label="May use",
            hint="16 to 256 MB. Code that needs more is stopped.",
            default=64,
            required=True,
            minimum=16,
            maximum=256,
            whole=True,
            unit="MB of memory",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "value": "what the last line gives",
        "printed": "what the code printed, up to 20,000 characters",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The value and what was printed."""
        if found := name_problems(given["values"]):
            raise StepFailed(found[0], can_retry=False)
        try:
            done = ports.sandbox.run(
                given["code"],
                by_name(given["values"]),
                time_s=float(given["time_s"]),
                memory_bytes=int(given["memory_mb"]) * 1_000_000,
                timezone=ports.timezone.key,
            )
        except CodeFailed as failed:
            raise refused(failed, several_lines=True) from None
        for line in done.printed.splitlines()[:20]:
            ports.log("info", line)
        return Output({"value": done.value, "printed": done.printed})

    def tell(self, given: Given, output: Given) -> str:
        """What came of it."""
        return said("Ran the code, it gave ", strong(output["value"]))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """Names that no code could use."""
        return [("values", sentence) for sentence in name_problems(fields.get("values"))]
