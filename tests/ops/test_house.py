"""The whole house with real processes: starts, refusals, accidents, and an end without orphans."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from http.client import HTTPException
from pathlib import Path

import pytest

from app.supervisor import preparation, processes, valkey
from tests.ops.awaiting import until
from tests.ops.certificates import self_signed
from tests.ops.conftest import StartHouse, environ_of
from tests.ops.running_house import STOP_WITHIN_S, processes_of


def test_a_second_start_prepares_nothing_and_answers(start: StartHouse) -> None:
    house = start("--port", "0")
    assert re.search(r"database\s+up to date", house.said)
    assert "first owner" not in house.said
    assert _status(house.address()) == 200


def test_the_web_server_listens_once_the_database_is_prepared(data: Path, prepared: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (data / "run").mkdir()
    with preparation.under_way(data):
        web = subprocess.Popen(
            [sys.executable, "-m", "app.commands", "web", "--port", str(port)],
            env=environ_of(data, prepared.parent / "assets"),
        )
        until(lambda: _waits_for_a_lock(web.pid))
        assert _status_or_none(f"http://127.0.0.1:{port}") is None
    until(lambda: _status_or_none(f"http://127.0.0.1:{port}") == 200)
    web.terminate()
    assert web.wait(STOP_WITHIN_S) == 0


def test_ctrl_c_stops_everything_and_tidies_up(start: StartHouse, data: Path) -> None:
    house = start("--port", "0")
    socket_folder = Path(_note(data, "valkey")["socket"]).parent
    assert len(house.processes()) >= 5  # supervisor, valkey, web and its process, workers
    assert house.stop() < STOP_WITHIN_S
    assert house.process.returncode == 0
    assert house.processes() == []
    assert not socket_folder.exists()
    assert sorted(path.name for path in (data / "run").glob("*.json")) == []


def test_it_stops_in_order_when_nobody_reads_what_it_says(start: StartHouse, data: Path) -> None:
    house = start("--port", "0")
    assert house.process.stdout
    house.process.stdout.close()
    os.kill(house.supervisor, signal.SIGINT)
    assert house.process.wait(STOP_WITHIN_S) == 0
    assert house.processes() == []
    assert sorted(path.name for path in (data / "run").glob("*.json")) == []


def test_a_killed_supervisor_leaves_no_orphans_and_the_next_start_works(
    start: StartHouse, data: Path
) -> None:
    house = start("--port", "0")
    os.kill(house.supervisor, signal.SIGKILL)
    until(lambda: processes_of(data) == [])
    house.finish()
    again = start("--port", "0")
    assert _status(again.address()) == 200


def test_a_second_house_on_the_same_folder_says_where_the_first_is(start: StartHouse) -> None:
    first = start("--port", "0")
    second = start("--port", "0", ready=False)
    assert second.finish() == 1
    assert f"at {first.address()} (process {first.supervisor})" in second.said
    assert _status(first.address()) == 200


def test_a_wished_port_that_is_taken_is_refused_with_an_offer(start: StartHouse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        house = start("--port", str(port), ready=False)
        assert house.finish() == 2
    assert f"Port {port} is taken by " in house.said
    assert "bin/up --port " in house.said
    assert house.processes() == []


def test_plain_http_for_other_computers_is_refused(start: StartHouse) -> None:
    house = start("--host", "0.0.0.0", ready=False)  # noqa: S104
    assert house.finish() == 2
    assert "--certificate FILE --key FILE" in house.said


def test_what_ends_is_started_again(start: StartHouse, data: Path) -> None:
    house = start("--port", "0")
    for name in ("web", "workers"):
        before = _note(data, "processes")[name]["pid"]
        os.kill(before, signal.SIGKILL)
        house.wait_for(re.compile(f"^{name} ended; starting it again in 0.5 s"))
        until(lambda name=name, before=before: _note(data, "processes")[name]["pid"] != before)
    until(lambda: _status_or_none(house.address()) == 200)


def test_valkey_comes_back_on_the_same_socket(start: StartHouse, data: Path) -> None:
    house = start("--port", "0")
    before = _note(data, "valkey")
    os.kill(before["pid"], signal.SIGKILL)
    house.wait_for(re.compile("^valkey ended; starting it again"))
    until(lambda: _note(data, "valkey")["pid"] != before["pid"])
    assert _note(data, "valkey")["socket"] == before["socket"]
    until(lambda: valkey._answers(Path(before["socket"])))


def test_a_valkey_left_behind_is_recognised_and_ended(
    start: StartHouse, data: Path, tmp_path: Path
) -> None:
    left = subprocess.Popen(["/bin/sleep", "600"])
    noted = {
        "socket": str(tmp_path / "lamplight-old" / "valkey.sock"),
        "pid": left.pid,
        "started": processes.birth(left.pid),
    }
    (data / "run").mkdir()
    (data / "run" / "valkey.json").write_text(json.dumps(noted))
    house = start("--port", "0")
    assert "Ended a Valkey left over" in house.said
    assert left.wait(timeout=5) == -signal.SIGTERM


def test_another_process_with_an_old_number_is_left_alone(start: StartHouse, data: Path) -> None:
    other = subprocess.Popen(["/bin/sleep", "600"])
    noted = {"socket": "/nowhere/valkey.sock", "pid": other.pid, "started": "1"}
    (data / "run").mkdir()
    (data / "run" / "valkey.json").write_text(json.dumps(noted))
    start("--port", "0")
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_start_that_fails_says_why_and_leaves_nothing(start: StartHouse) -> None:
    unreachable = "postgresql+psycopg://nobody@127.0.0.1:1/lamplight"
    house = start("--port", "0", ready=False, LAMPLIGHT_DATABASE_URL=unreachable)
    assert house.finish() == 1
    assert "127.0.0.1" in house.said
    assert house.processes() == []


def test_with_a_certificate_pages_are_https(start: StartHouse, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    house = start(
        *("--host", "0.0.0.0", "--port", "0"),  # noqa: S104
        *("--certificate", str(certificate), "--key", str(key)),
        PUBLIC_URL="https://localhost",
    )
    port = int(house.address("on this host").rpartition(":")[2])
    trusting = ssl.create_default_context(cafile=certificate)
    page = urllib.request.urlopen(f"https://localhost:{port}/", context=trusting)
    with page:
        assert page.status == 200
    with pytest.raises(HTTPException):
        _status(f"http://127.0.0.1:{port}/")


def _note(data: Path, name: str) -> dict:
    return json.loads((data / "run" / f"{name}.json").read_text())


def _waits_for_a_lock(pid: int) -> bool:
    return re.search(rf"-> FLOCK .* {pid} ", Path("/proc/locks").read_text()) is not None


def _status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310  # loopback
        return answer.status


def _status_or_none(address: str) -> int | None:
    try:
        return _status(address)
    except OSError:
        return None
