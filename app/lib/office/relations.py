"""Which part of an office file is which: the relations between its parts (ECMA-376, part 2)."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from app.lib.office.container import Container
from app.lib.office.xml_stream import attribute, read_part

MAX_RELATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Relation:
    """Leads to the part `target`; `kind` is the last word of its type's address."""

    id: str
    kind: str
    target: str


def relations(container: Container, part: str) -> Mapping[str, Relation]:
    """The relations of a part by their ids; of the whole file for an empty name."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", f"{name}.rels")
    if not container.has(source):
        return {}
    found = _Relations(folder)
    read_part(container, source, found)
    return found.by_id


def main_part(container: Container) -> str:
    """The part that everything else hangs on: the workbook, the document."""
    for one in relations(container, "").values():
        if one.kind == "officeDocument":
            return one.target
    raise container.effort.broken(container.kind)


class _Relations:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.by_id: dict[str, Relation] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship" or attribute(attributes, "TargetMode") == "External":
            return
        target = attribute(attributes, "Target")
        place = target.lstrip("/") if target.startswith("/") else f"{self._folder}/{target}"
        if len(self.by_id) < MAX_RELATIONS:
            self.by_id[attribute(attributes, "Id")] = Relation(
                attribute(attributes, "Id"),
                attribute(attributes, "Type").rpartition("/")[2],
                posixpath.normpath(place).lstrip("/"),
            )

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass
