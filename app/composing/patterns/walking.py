"""Going through the acts of a wish: each adds its steps to the scene, on the ways that are open."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.composing.patterns import deciding, doing, mailing, open_work, other_services, thinking
from app.composing.patterns.heard import Act
from app.composing.patterns.scene import Scene
from app.composing.patterns.words import (
    MAIL,
    named_thing,
    plural,
)
from app.composing.sketch import Before
from app.engine.values import Json

Handler = Callable[[Scene, Act], None]
_HANDLERS: Mapping[str, Handler] = {
    "fetch": doing.fetch,
    "post": doing.post,
    "board": other_services.board,
    "rows": doing.rows,
    "loop": doing.loop,
    "sort": thinking.sort,
    "summarise": thinking.summarise,
    "translate": thinking.translate,
    "draft": thinking.draft,
    "mask": thinking.mask,
    "formula": thinking.formula,
    "code": thinking.code,
    "think": open_work.think,
    "ask": doing.ask,
    "mail": mailing.mail,
    "thank": mailing.thank,
    "table": doing.table,
    "update_row": doing.update_row,
    "wait": doing.wait,
}
_NEEDS_VALUES = frozenset({"table", "update_row", "formula"})


class Walk:
    """Goes through the acts of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._other: list[Before] = []  # ways on which a condition was not true

    def through(self, acts: list[Act]) -> None:
        """All of them in their order."""
        for at, act in enumerate(acts):
            self._one(act, acts[at + 1 :])

    def _one(self, act: Act, rest: list[Act]) -> None:
        scene = self.scene
        if act.kind in _NEEDS_VALUES or (act.kind == "if" and deciding.is_number(act.words)):
            self._know_values(act)
        if act.kind == "extract":
            if not self._has_values():
                thinking.extract(scene, thinking.wanted_values(scene, act))
        elif act.kind in ("answer", "chat", "show", "answer_call", "reply", "agent"):
            self._answering(act, rest)
        elif act.kind == "if":
            self._condition(act, rest)
        elif act.kind == "otherwise":
            if self._other:
                scene.open, self._other = self._other, scene.open
        elif act.kind == "mail" and self._is_route(act):
            self._route(act)
        else:
            _HANDLERS[act.kind](scene, act)
            if act.kind == "ask" and self._other:
                scene.open, self._other = [*scene.open, *self._other], []

    def _has_values(self) -> bool:
        return bool(
            set(self.scene.values) - {"sender", "subject", "received", "category", "message"}
            - {"name", "email", "summary", "body"}
        )  # fmt: skip

    def _know_values(self, act: Act) -> None:
        """Values that an act works with are taken out of the text, where nothing gives them yet."""
        scene = self.scene
        if scene.inside or scene.has("find_rows") or self._has_values():
            return
        if scene.has("start_form", "start_agent") and not scene.has("read_pdf", "read_document"):
            return
        if act.kind == "if":
            names = deciding.value_names(scene.heard.low)
        else:
            names = thinking.wanted_values(scene, act)
        if scene.text:
            thinking.extract(scene, names)

    def _answering(self, act: Act, rest: list[Act]) -> None:
        scene = self.scene
        if act.kind == "answer" and not scene.draft:
            if (scene.has("start_chat", "start_form") and not scene.sender) or scene.has(
                "start_chat"
            ):
                thinking.answer_question(scene, act)
            else:
                thinking.draft(scene, act)
        if act.kind == "chat":
            if not scene.result:
                thinking.answer_question(scene, act)
            scene.add("reply_in_chat", "Reply in the chat", {"text": scene.result})
        elif act.kind == "answer_call":
            values: list[Json] = [{"name": "ok", "value": "{{ true }}"}]
            if scene.result:
                values.append({"name": "result", "value": scene.result})
            scene.add("answer_webhook", "Answer the call", {"kind": "values", "values": values})
        elif act.kind == "reply":
            mailing.mail(scene, act, is_reply=bool(scene.draft and scene.sender))
        elif act.kind == "agent":
            agent = named_thing(scene.heard.text, scene.around.agents)
            settings: dict[str, Json] = {"agent": agent.id} if agent else {}
            settings["values"] = [{"name": "message", "value": scene.text or scene.result}]
            name = f"Run {agent.name}" if agent else "Run the other agent"
            key = scene.add("run_agent", name, settings)
            scene.result = scene.gives(key, "answer")

    def _condition(self, act: Act, rest: list[Act]) -> None:
        scene = self.scene
        kind = deciding.named_kind(scene, act)
        if kind and not deciding.is_number(act.words):
            self._kind_condition(kind)
            return
        if scene.has("find_rows") and not scene.inside and deciding.is_number(act.words):
            if scene.steps[-1].settings.get("conditions"):
                return  # the rows are chosen by it already
            doing.loop(scene, replace(act, words="each row"))
        found = deciding.condition(scene, act)
        if found is None:
            return
        row, name = found
        settings: dict[str, Json] = {"conditions": {"match": "all", "rows": [row]}}
        key = scene.add("if", name, settings, ways=("Yes",))
        self._other = [Before(key, "No")]

    def _kind_condition(self, kind: str) -> None:
        """Only one of the kinds goes on here; without a sorting step there is one of two kinds."""
        scene = self.scene
        sorts = [step for step in scene.steps if step.type == "sort_into_categories"]
        if not sorts:
            rest = f"Not {kind.lower()}"
            act = Act("sort", 0, 0, f"sort into {kind.lower()} and {rest.lower()}", "")
            thinking.sort(scene, act)
            sorts = [step for step in scene.steps if step.type == "sort_into_categories"]
        key = sorts[-1].key
        ways = [one.way for one in scene.open if one.key == key]
        fitting = [way for way in ways if way.casefold() == kind.casefold()]
        if fitting:
            self._other = [Before(key, way) for way in ways if way not in fitting]
            scene.open = [Before(key, way) for way in fitting]

    def _is_route(self, act: Act) -> bool:
        """Whether it says where one kind goes: `complaints go to ana@…`."""
        return act.words.lstrip().startswith("go") and bool(self._routed(act))

    def _routed(self, act: Act) -> list[Before]:
        before = self.scene.heard.low[max(0, act.at - 40) : act.at]
        stems = {one.way: one.way.casefold()[:5] for one in self.scene.open if one.way}
        words = before.replace(",", " ").replace(";", " ").split()[-3:]
        return [
            one
            for one in self.scene.open
            if one.way and any(word.startswith(stems[one.way]) for word in words)
        ]

    def _route(self, act: Act) -> None:
        scene = self.scene
        routed, every = self._routed(act), list(scene.open)
        scene.open = routed
        address = MAIL.search(act.full)
        called = address[0].split("@")[0].replace(".", " ").title() if address else scene.person
        settings: dict[str, Json] = {
            "to": address[0] if address else scene.around.person_mail,
            "subject": f"{routed[0].way}: {scene.subject}" if scene.subject else routed[0].way,
            "text": scene.text,
        }
        scene.add("send_email", f"Pass {plural(routed[0].way.lower())} on to {called}", settings)
        scene.open = [one for one in every if one not in routed]
