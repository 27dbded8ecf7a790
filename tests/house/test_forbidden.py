"""Dangers have one door each; everything else may not even name them."""

from collections.abc import Iterable

from tests.house.sources import calls, imports, modules, short

DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "Markup"}
DANGEROUS_IMPORTS = {"pickle", "marshal", "shelve", "yaml", "subprocess", "ctypes"}
# The supervisor starts processes, and pictures are read in one; no command comes from data.
MAY_START_PROCESSES = ("app/supervisor", "app/lib/pictures")
# What people and models write becomes markup here, and is cleaned.
MARKUP_DOOR = "app/web/markdown.py"
OTHER_HTTP_CLIENTS = {"requests", "httpx", "aiohttp", "http.client", "urllib.request"}
HTTP_DOOR = "app/lib/safe_http"
# `supervisor` asks its own web server on loopback whether it answers.
MAY_ASK_LOOPBACK = "app/supervisor"
MAY_COMMIT = {"app/database.py"}


def test_no_code_in_data() -> None:
    assert _found(_calls(), DANGEROUS_CALLS - {"Markup"}, except_in=()) == []
    assert _found(_calls(), {"Markup"}, except_in=(MARKUP_DOOR,)) == []


def test_processes_are_started_in_two_places() -> None:
    assert _found(_imports(), DANGEROUS_IMPORTS, except_in=MAY_START_PROCESSES) == []


def test_one_door_to_the_internet() -> None:
    doors = (HTTP_DOOR, MAY_ASK_LOOPBACK)
    assert _found(_imports(), OTHER_HTTP_CLIENTS, except_in=doors) == []
    assert _found(_imports(), {"urllib3"}, except_in=(HTTP_DOOR,)) == []


def test_transactions_end_in_one_place() -> None:
    commits = [
        f"{where}:{line}"
        for where, name, line in _calls()
        if name.endswith(".commit") and where not in MAY_COMMIT
    ]
    assert commits == []


def test_routes_walk_from_the_workspace() -> None:
    jumps = [
        f"{where}:{line}"
        for where, name, line in _calls()
        if where.endswith("routes.py") and name.endswith(("session.get", "session().get"))
    ]
    assert jumps == []


def test_only_one_module_knows_rq() -> None:
    users = {where for where, name, _ in _imports() if name.split(".")[0] == "rq"}
    assert users <= {"app/queue.py"}


def _calls() -> list[tuple[str, str, int]]:
    return [(short(path), name, line) for path, tree in modules() for name, line in calls(tree)]


def _imports() -> list[tuple[str, str, int]]:
    return [(short(path), name, line) for path, tree in modules() for name, line in imports(tree)]


def _found(
    uses: Iterable[tuple[str, str, int]], names: set[str], *, except_in: tuple[str, ...]
) -> list[str]:
    return [
        f"{where}:{line} {name}"
        for where, name, line in uses
        if name in names and not (except_in and where.startswith(except_in))
    ]
