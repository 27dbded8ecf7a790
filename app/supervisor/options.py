"""What a person may say to `bin/up`."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The choices of one start."""

    host: str = "127.0.0.1"
    port: int | None = None  # None: 8000, or the next free one
    certificate: Path | None = None
    key: Path | None = None
    browser: bool = True
    logs_to_terminal: bool = False


def parse(arguments: list[str], environ: Mapping[str, str]) -> Options:
    """Read the command line, with defaults from LAMPLIGHT_HOST and _PORT; exits on a slip."""
    parser = argparse.ArgumentParser(
        prog="bin/up",
        description="Start Lamplight: web pages, workers and their private Valkey. Ctrl-C stops.",
        epilog="Settings come from the environment; docs/operate.md lists them.",
    )
    parser.add_argument(
        "--host",
        default=environ.get("LAMPLIGHT_HOST") or "127.0.0.1",
        help="address to listen on; beyond this computer it takes https (docs/deploy.md)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=environ.get("LAMPLIGHT_PORT") or None,
        help="port to listen on (8000, or the next free one)",
    )
    parser.add_argument("--certificate", type=_file, help="certificate chain, PEM")
    parser.add_argument("--key", type=_file, help="its private key, PEM in PKCS#8 form")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument(
        "--logs",
        choices=("files", "terminal"),
        default="files",
        help="where the processes write: files in the data folder, or here",
    )
    given = parser.parse_args(arguments)
    if (given.certificate is None) != (given.key is None):
        parser.error("--certificate and --key belong together")
    return Options(
        host=given.host,
        port=given.port,
        certificate=given.certificate,
        key=given.key,
        browser=not given.no_browser,
        logs_to_terminal=given.logs == "terminal",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; a port is a number to 65535")
    return int(text)


def _file(text: str) -> Path:
    path = Path(text).absolute()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {path}")
    return path
