"""Joins the browser's modules into files: each in a scope of its own, behind what it needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, normpath, relpath

_NAMES = r"\{([^}]*)\}\s*from\s*\"(\.[^\"]+)\";\n?"
_IMPORT = re.compile(rf"^import\s*{_NAMES}", re.MULTILINE)
_PASSED_ON = re.compile(rf"^export\s*{_NAMES}", re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:const|class|function\*?|async function\*?)\s+([A-Za-z_$][\w$]*))", re.MULTILINE
)
_ELSE = re.compile(r"^(?:import\b(?!\s*\()|export\b).*", re.MULTILINE)
_LATER = re.compile(r"\bimport\(\"(\.[^\"]+)\"\)")
_NAME = re.compile(r"([A-Za-z_$][\w$]*)(?:\s+as\s+([A-Za-z_$][\w$]*))?\Z")
_HERE = "import.meta.url"


class CannotJoin(ValueError):
    """The modules cannot be joined; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Names that a module takes from another: (name there, name here) pairs."""

    path: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Module:
    """One module: what it takes from others, its code without that, and what it gives."""

    path: str
    needed: tuple[Needed, ...]
    passed_on: tuple[Needed, ...]
    given: tuple[str, ...]
    code: str

    @property
    def exports(self) -> frozenset[str]:
        """Every name that others may take."""
        return frozenset(self.given) | {here for one in self.passed_on for _, here in one.names}

    @property
    def sources(self) -> tuple[Needed, ...]:
        """What it takes and what it passes on."""
        return self.needed + self.passed_on


def read(root: Path, entry: str) -> dict[str, Module]:
    """The module `entry`, a path below `root`, and all it needs, each behind what it needs itself.

    Raises CannotJoin for a circle, a missing file or name, and for any way of importing and
    exporting but by relative path and name.
    """
    found: dict[str, Module] = {}
    _collect(root, entry, found, ())
    for module in found.values():
        for one in module.sources:
            for name, _ in one.names:
                if name not in found[one.path].exports:
                    raise CannotJoin(f"{module.path} takes {name}, but {one.path} has none.")
    return found


def joined(root: Path, entries: Mapping[str, str]) -> dict[str, str]:
    """One file for each entry, by the name it is served under.

    `entries` maps that name to a module below `root`. A file takes what a file before it holds
    from there, so that each module exists once; pages load them in this order. Raises CannotJoin.
    """
    homes: dict[str, str] = {}  # the file that each module is in
    parts: dict[str, list[Module]] = {}
    for file, entry in entries.items():
        if entry in homes:
            raise CannotJoin(f"{entry} begins {file}, but {homes[entry]} holds it already.")
        found = read(root, entry)
        parts[file] = [module for path, module in found.items() if path not in homes]
        homes |= {module.path: file for module in parts[file]}
    later = {entry: file for file, entry in entries.items()}
    gives = _given(parts, homes)
    for file, entry in entries.items():
        gives.setdefault(file, {}).update(dict.fromkeys(parts[file][-1].exports, entry))
    return {file: _file(file, own, homes, gives[file], later) for file, own in parts.items()}


def _given(
    parts: Mapping[str, list[Module]], homes: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What each file gives to later ones: file → name → the module it is in."""
    gives: dict[str, dict[str, str]] = {}
    for file, own in parts.items():
        for module in own:
            for one in module.sources:
                for name, _ in one.names if homes[one.path] != file else ():
                    given = gives.setdefault(homes[one.path], {})
                    if given.setdefault(name, one.path) != one.path:
                        raise CannotJoin(f"{one.path} and {given[name]} both give {name}.")
    return gives


def _file(
    file: str,
    own: list[Module],
    homes: Mapping[str, str],
    gives: Mapping[str, str],
    later: Mapping[str, str],
) -> str:
    scopes = {module.path: f"$scope{number}" for number, module in enumerate(own)}
    taken: dict[str, set[str]] = {}
    for module in own:
        for one in module.sources:
            if homes[one.path] != file:
                taken.setdefault(homes[one.path], set()).update(name for name, _ in one.names)
    lines = []
    for other, names in taken.items():
        listed = ", ".join(f"{name} as $taken_{name}" for name in sorted(names))
        lines.append(f'import {{ {listed} }} from "{_relative(other, file)}";')
    exports = sorted(gives.items())
    if exports:
        lines.append(f"let {', '.join(f'$given_{name}' for name, _ in exports)};")
    lines.append("{")
    lines += [_scope(module, scopes, file, later) for module in own]
    lines += [f"$given_{name} = {scopes[path]}.{name};" for name, path in exports]
    lines.append("}")
    if exports:
        lines.append(
            f"export {{ {', '.join(f'$given_{name} as {name}' for name, _ in exports)} }};"
        )
    return "\n".join(lines) + "\n"


def _collect(root: Path, path: str, found: dict[str, Module], waiting: tuple[str, ...]) -> None:
    if path in waiting:
        circle = " → ".join((*waiting[waiting.index(path) :], path))
        raise CannotJoin(f"Modules import each other in a circle: {circle}.")
    if path in found:
        return
    module = _parsed(root, path)
    for one in module.sources:
        _collect(root, one.path, found, (*waiting, path))
    found[path] = module


def _parsed(root: Path, path: str) -> Module:
    try:
        text = (root / path).read_text("utf-8")
    except FileNotFoundError:
        raise CannotJoin(f"There is no module {path}.") from None
    needed = tuple(_needed(path, *one) for one in _IMPORT.findall(text))
    passed_on = tuple(_needed(path, *one) for one in _PASSED_ON.findall(text))
    given = tuple(_EXPORT.findall(text))
    code = _EXPORT.sub("", _PASSED_ON.sub("", _IMPORT.sub("", text)))
    unknown = _ELSE.search(code)
    if unknown:
        raise CannotJoin(f"{path} has a line that cannot be joined: {unknown.group()}")
    return Module(path, needed, passed_on, given, code)


def _needed(path: str, names: str, source: str) -> Needed:
    pairs = []
    for one in filter(None, (word.strip() for word in names.split(","))):
        name = _NAME.match(one)
        if name is None:
            raise CannotJoin(f"{path} names something that cannot be joined: {one}")
        pairs.append((name.group(1), name.group(2) or name.group(1)))
    return Needed(normpath(f"{dirname(path)}/{source}"), tuple(pairs))


def _scope(module: Module, scopes: Mapping[str, str], file: str, later: Mapping[str, str]) -> str:
    def loaded(found: re.Match[str]) -> str:
        path = normpath(f"{dirname(module.path)}/{found.group(1)}")
        if path not in later:
            raise CannotJoin(f"{module.path} loads {path} later, which is no file of its own.")
        return f'import("{_relative(later[path], file)}")'

    here = f'new URL("{_relative(module.path, file)}", {_HERE}).href'
    lines = [f"const {scopes[module.path]} = (() => {{"]
    lines += [f"const {_taken(one, scopes)};" for one in module.sources if one.names]
    lines.append(_LATER.sub(loaded, module.code.replace(_HERE, here)))
    lines.append(f"return {{ {', '.join(sorted(module.exports))} }};")
    lines.append("})();")
    return "\n".join(lines)


def _taken(one: Needed, scopes: Mapping[str, str]) -> str:
    if one.path in scopes:
        pairs = ", ".join(f"{name}: {here}" for name, here in one.names)
        return f"{{ {pairs} }} = {scopes[one.path]}"
    return ", ".join(f"{here} = $taken_{name}" for name, here in one.names)


def _relative(path: str, to: str) -> str:
    """How a file served as `to` names another one."""
    found = relpath(path, dirname(to) or ".")
    return found if found.startswith(".") else f"./{found}"
