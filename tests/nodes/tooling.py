"""A model that says what it is told to say, tables on paper, and a memory that outlives a crash."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.engine.agent_port import AgentCard
from app.engine.form_inputs import FormInput, InputKind
from app.engine.model_port import Answer, Ask, ModelFailed, ToolCall, Usage
from app.engine.ports import SHUT, Ports
from app.engine.states import RunMode
from app.engine.step_type import Output, Pause, Reply
from app.engine.table_port import TableCard, TableColumn
from app.engine.values import Json
from app.nodes.agent_with_tools import AgentWithTools

KIND = AgentWithTools()
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
KEY = "run:agent000:"
Line = Answer | ModelFailed | Callable[[Ask], Answer]


def calls(*wanted: tuple[str, dict[str, Any]], text: str = "") -> Answer:
    """The model asks for these tools."""
    made = tuple(ToolCall(f"c{at}", name, given) for at, (name, given) in enumerate(wanted))
    return Answer(text=text, tool_calls=made, usage=Usage(40, 10), stopped="tool", model="script")


def says(text: str, data: Json = None, *, stopped: Any = "end") -> Answer:
    """The model answers."""
    cost = Decimal("0.01")
    return Answer(
        text=text, data=data, usage=Usage(40, 10), model="script", stopped=stopped, cost_usd=cost
    )


@dataclass
class Script:
    """The lines of a model, in their order; the last one is said again and again."""

    lines: Sequence[Line]
    asked: list[Ask] = field(default_factory=list)

    def answer(self, model: str, ask: Ask) -> Answer:
        """The next line."""
        line = self.lines[min(len(self.asked), len(self.lines) - 1)]
        self.asked.append(ask)
        if isinstance(line, ModelFailed):
            raise line
        return line if isinstance(line, Answer) else line(ask)

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The same."""
        yield self.answer(model, ask)

    @property
    def told(self) -> str:
        """What the model was sent last, as one text."""
        return "\n".join(one.text for one in self.asked[-1].messages)


@dataclass
class Memory:
    """Keeps what a step keeps. `die_at` is the number of the keeping that never returns."""

    kept: str = ""
    shown: Any = None
    times: int = 0
    die_at: int = 0

    def recall(self) -> Json:
        """What was kept."""
        value: Json = json.loads(self.kept) if self.kept else None
        return value

    def keep(self, value: Json, *, shown: Json) -> None:
        """Keep it."""
        self.kept, self.shown = json.dumps(value, allow_nan=False), shown
        self.times += 1
        if self.times == self.die_at:
            raise PowerCut


class PowerCut(BaseException):
    """The worker is gone; nothing in a step can catch this."""


@dataclass
class Tables:
    """One table “Orders” on paper."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    writes: list[tuple[str, Any]] = field(default_factory=list)
    on_write: Callable[[], None] = lambda: None

    def card(self, table_id: str) -> TableCard:
        """Its columns."""
        columns = (
            TableColumn("customer", "Customer", "text"),
            TableColumn("amount", "Amount", "number"),
        )
        return TableCard("Orders", columns)

    def find(self, table_id: str, conditions: Any, *, sort: str, limit: int) -> list[Any]:
        """All rows, whatever was asked."""
        return self.rows[:limit]

    def add(self, table_id: str, rows: Any, *, key: str) -> list[Any]:
        """Add rows, once for each key."""
        self.on_write()
        if key not in [one for one, _ in self.writes]:
            self.rows += [{"id": f"r{len(self.rows)}", **row} for row in rows]
        self.writes.append((key, [dict(row) for row in rows]))
        return self.rows[-len(rows) :]

    def remove(self, table_id: str, row_id: str) -> bool:
        """Remove a row."""
        self.writes.append(("removed", row_id))
        return True

    def change(self, table_id: str, row_id: str, values: Any) -> dict[str, Any]:
        """Change a row."""
        self.writes.append((row_id, dict(values)))
        return {"id": row_id, **values}


@dataclass
class Agents:
    """One other agent, “Refund”."""

    started: list[tuple[str, Any]] = field(default_factory=list)

    def card(self, agent_id: str) -> AgentCard:
        """What it wants."""
        amount = FormInput("amount", "Amount", InputKind.NUMBER, required=True)
        return AgentCard("Refund", "Pays money back.", (amount,))

    def start(self, agent_id: str, payload: Any, *, key: str, waits: bool) -> str:
        """A run, the same for the same key."""
        self.started.append((key, payload))
        return f"child-of-{key}"


def tool(kind: str, name: str = "", policy: str = "ask_writes", **more: Any) -> dict[str, Any]:
    """A row of the setting Tools."""
    target = {
        "http_read": "address",
        "http": "address",
        "agent": "agent",
    }.get(kind, "table")
    row = dict.fromkeys(("about", "address", "connection", "agent", "table"), "")
    rules = more.pop("rules", [])
    return {
        "tool": kind,
        "name": name or kind,
        "policy": policy,
        **row,
        target: "t1",
        "rules": rules,
        **more,
    }


def rule(argument: str, operator: str, value: str, otherwise: str = "ask") -> dict[str, str]:
    """A row of its rules."""
    return {
        "argument": argument,
        "operator": operator,
        "value": value,
        "otherwise": otherwise,
    }


@dataclass
class Try:
    """One step, from its start over pauses and power cuts to its end."""

    script: Script
    tools: Sequence[dict[str, Any]] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    mode: RunMode = RunMode.LIVE
    memory: Memory = field(default_factory=Memory)
    tables: Tables = field(default_factory=Tables)
    agents: Agents = field(default_factory=Agents)
    http: Any = SHUT
    servers: Any = SHUT
    files: Any = SHUT
    logged: list[str] = field(default_factory=list)
    is_cancelled: Callable[[], bool] = lambda: False

    @property
    def given(self) -> dict[str, Any]:
        """Its settings."""
        begin = {**KIND.initial_fields(), "task": "Do the work.", "tools": list(self.tools)}
        return {**begin, **self.settings}

    @property
    def ports(self) -> Ports:
        """Its doors."""
        return Ports(
            http=self.http,
            servers=self.servers,
            files=self.files,
            clock=lambda: NOW,
            log=lambda level, text: self.logged.append(text),
            cancelled=self.is_cancelled,
            idempotency_key=KEY,
            mode=self.mode,
            tables=self.tables,  # type: ignore[arg-type]  # paper
            agents=self.agents,
            models=self.script,
            memory=self.memory,
        )

    def run(self) -> Any:
        """Its output's value, or the pause."""
        return _value(KIND.run(self.given, self.ports))

    def hear(self, pause: Pause, value: Json) -> Any:
        """The same after a pause."""
        return _value(KIND.resume(self.given, pause, Reply(value), self.ports))

    def approve(self, pause: Pause, **values: Json) -> Any:
        """A person says yes, perhaps with other values."""
        proposed = {row["name"]: row["value"] for row in pause.detail["values"]}  # type: ignore[index,call-overload,union-attr]
        said: Json = {"verdict": "approve", "by": "Olga", "values": {**proposed, **values}}
        return self.hear(pause, said)

    def refuse(self, pause: Pause, comment: str = "") -> Any:
        """A person says no."""
        return self.hear(pause, {"verdict": "refuse", "by": "Olga", "comment": comment})


def _value(came: Output | Pause) -> Any:
    return came.value if isinstance(came, Output) else came
