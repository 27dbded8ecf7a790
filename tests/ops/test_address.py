"""Where the house listens: loopback by default, https beyond it, never a port of somebody else."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.supervisor import address
from app.supervisor.address import AddressRefused
from app.supervisor.options import Options


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_the_public_address_is_the_local_one_when_nobody_said_otherwise() -> None:
    place = address.choose(Options(port=0), {})
    with place.held:
        assert place.public_url == place.local_url == f"http://127.0.0.1:{place.port}"


def test_a_taken_port_is_named_with_its_holder_and_the_next_one_offered(taken_port: int) -> None:
    with pytest.raises(AddressRefused) as refused:
        address.choose(Options(port=taken_port), {})
    text = str(refused.value)
    assert text.startswith(f"Port {taken_port} is taken by ")
    assert "(process " in text
    assert "bin/up --port " in text


def test_without_a_wish_the_next_free_port_is_taken(
    taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "DEFAULT_PORT", taken_port)
    place = address.choose(Options(port=None), {})
    with place.held:
        assert place.port > taken_port
        assert f"Port {taken_port} is taken" in place.moved_from


def test_two_houses_never_share_a_port() -> None:
    first = address.choose(Options(port=0), {})
    with first.held, pytest.raises(AddressRefused):
        address.choose(Options(port=first.port), {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "house.example"])  # noqa: S104
def test_plain_http_beyond_this_computer_is_refused_with_both_fixes(host: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        address.choose(Options(host=host, port=0), {})
    text = str(refused.value)
    assert f"bin/up --host {host} --certificate FILE --key FILE" in text
    assert "PUBLIC_URL=https://" in text


def test_a_public_address_over_plain_http_is_refused() -> None:
    with pytest.raises(AddressRefused, match=r"PUBLIC_URL=https://lamplight\.example"):
        address.choose(Options(port=0), {"PUBLIC_URL": "http://lamplight.example"})


@pytest.mark.parametrize("url", ["lamplight.example", "ftp://lamplight.example", "https://"])
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="should look like https://"):
        address.choose(Options(port=0), {"PUBLIC_URL": url})


def test_a_proxy_with_https_in_front_is_welcome() -> None:
    url = "https://lamplight.example"
    place = address.choose(Options(host="0.0.0.0", port=0), {"PUBLIC_URL": url})  # noqa: S104
    with place.held:
        assert place.public_url == url
        assert place.local_url == f"http://127.0.0.1:{place.port}"


def test_a_host_that_is_not_this_computer_says_so(tmp_path: Path) -> None:
    options = Options(host="192.0.2.7", port=0, certificate=tmp_path / "c", key=tmp_path / "k")
    with pytest.raises(AddressRefused, match=r"cannot listen on 192\.0\.2\.7"):
        address.choose(options, {})


@pytest.mark.parametrize(
    ("host", "stays_here"),
    [
        ("localhost", True),
        ("app.localhost", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104
        ("10.0.0.1", False),
        ("localhost.example", False),
    ],
)
def test_what_counts_as_this_computer(host: str, *, stays_here: bool) -> None:
    assert address.is_loopback(host) is stays_here
