"""Every setting, read once from the environment."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROJECT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""What a computer calls itself."""


class SettingRefused(ValueError):
    """A setting has a value that cannot work; the text says which and what would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may choose. Each comment names the variable it comes from."""

    # LAMPLIGHT_DATA: folder for the database, keys, files and built assets.
    data_dir: Path
    # LAMPLIGHT_DATABASE_URL: SQLAlchemy address; a SQLite file in the data folder when empty.
    database_url: str
    # REDIS_URL: Valkey or Redis; empty means the private server that `bin/up` starts.
    redis_url: str = ""
    # PUBLIC_URL: the address that people outside type; used in invitations and links.
    public_url: str = "http://127.0.0.1:8000"
    # LAMPLIGHT_ASSETS: folder for built style sheets and scripts; in the data folder when empty.
    assets_dir: Path
    # LAMPLIGHT_OPEN_SIGN_UP: "yes" lets anybody make an account; otherwise by invitation.
    open_sign_up: bool = False
    # LAMPLIGHT_DEVELOPMENT: "yes" shows /design and reloads templates.
    development: bool = False
    # LAMPLIGHT_PRIVATE_HOSTS: comma-separated private hosts (host or host:port) steps may reach.
    private_hosts: tuple[str, ...] = ()
    # LAMPLIGHT_LOCAL_MODELS: "yes" lets models be asked on this computer itself, at any port.
    local_models: bool = False
    # LAMPLIGHT_LOCAL_MODEL: GGUF file of a model run on this computer, or "qwen2.5-coder".
    local_model: str = ""
    # LAMPLIGHT_MODELS_READY: when workers load what speaks to models: "idle", "start" or "asked".
    models_ready: str = "idle"
    # LAMPLIGHT_SMTP_URL: mail server of workspaces that set none, smtp://name:password@host?from=…
    smtp_url: str = field(default="", repr=False)
    # LAMPLIGHT_MASTER_KEY: base64 of 32 bytes; a file in the data folder when empty.
    master_key: str = ""
    # LAMPLIGHT_TRUSTED_PROXIES: how many proxies in front set X-Forwarded-For and -Proto.
    trusted_proxies: int = 0
    # LAMPLIGHT_HOOKS_PER_MINUTE: deliveries that one webhook takes in a minute; 0: no limit.
    hooks_per_minute: int = 3_000
    # LAMPLIGHT_WORKERS: worker processes that run agents.
    worker_processes: int = 2
    # LAMPLIGHT_GROWING_ANSWERS: answers that each web process sends word by word at one time.
    growing_answers: int = 6
    # LAMPLIGHT_WEB_WORKERS: web server processes.
    web_workers: int = 2

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings. Raises SettingRefused with a sentence for a value that cannot work."""
        public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
        data_dir = Path(environ.get("LAMPLIGHT_DATA") or PROJECT / "instance").resolve()
        cores = os.cpu_count() or 1
        return cls(
            data_dir=data_dir,
            database_url=environ.get("LAMPLIGHT_DATABASE_URL")
            or f"sqlite:///{data_dir / 'lamplight.db'}",
            redis_url=environ.get("REDIS_URL", ""),
            assets_dir=Path(environ.get("LAMPLIGHT_ASSETS") or data_dir / "assets").resolve(),
            public_url=public_url,
            open_sign_up=_yes(environ, "LAMPLIGHT_OPEN_SIGN_UP"),
            development=_yes(environ, "LAMPLIGHT_DEVELOPMENT"),
            private_hosts=_words(environ.get("LAMPLIGHT_PRIVATE_HOSTS", "")),
            local_models=_yes(
                environ, "LAMPLIGHT_LOCAL_MODELS", default=_is_on_own_computer(public_url)
            ),
            local_model=environ.get("LAMPLIGHT_LOCAL_MODEL", "").strip(),
            models_ready=_one_of(environ, "LAMPLIGHT_MODELS_READY", ("idle", "start", "asked")),
            smtp_url=_smtp_url(environ.get("LAMPLIGHT_SMTP_URL", "").strip()),
            master_key=environ.get("LAMPLIGHT_MASTER_KEY", ""),
            trusted_proxies=_count(environ, "LAMPLIGHT_TRUSTED_PROXIES", default=0),
            hooks_per_minute=_count(
                environ, "LAMPLIGHT_HOOKS_PER_MINUTE", default=3_000, most=1_000_000
            ),
            worker_processes=_count(environ, "LAMPLIGHT_WORKERS", default=min(cores, 4)),
            growing_answers=_count(environ, "LAMPLIGHT_GROWING_ANSWERS", default=6, most=11),
            web_workers=_count(environ, "LAMPLIGHT_WEB_WORKERS", default=min(cores, 4)),
        )

    @property
    def is_https(self) -> bool:
        """Whether people reach this installation over https."""
        return self.public_url.startswith("https://")

    @property
    def model_hosts(self) -> tuple[str, ...]:
        """Private hosts that language models may be asked on; steps reach `private_hosts` only."""
        return (*self.private_hosts, *(LOOPBACK if self.local_models else ()))

    @property
    def compiled_templates_dir(self) -> Path:
        """Where compiled templates are kept: beside the assets, never among what is served."""
        return self.assets_dir.with_name(f"{self.assets_dir.name}-templates")

    def secret_key(self) -> bytes:
        """The key that signs cookies and form tokens; made in the data folder on first use."""
        return _key_file(self.data_dir / "keys" / "session.key")


def _is_on_own_computer(public_url: str) -> bool:
    """Whether only people at this computer reach the installation."""
    return urlsplit(public_url).hostname in LOOPBACK


def _yes(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in {"", "yes", "no", "1", "0", "true", "false"}:
        raise SettingRefused(f"{name} is {value!r}. Set it to yes or no.")
    return value in {"yes", "1", "true"} if value else default


def _count(environ: Mapping[str, str], name: str, *, default: int, most: int = 64) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal() or int(value) > most:
        raise SettingRefused(f"{name} is {value!r}. Set it to a whole number from 0 to {most}.")
    return int(value)


def _one_of(environ: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """One of these words; the first where nothing is set."""
    value = environ.get(name, "").strip().lower() or words[0]
    if value not in words:
        raise SettingRefused(f"{name} is {value!r}. Set it to {' or '.join(words)}.")
    return value


def _smtp_url(url: str) -> str:
    """The address, once it names a server and a sender; nothing of it is repeated in a refusal."""
    try:
        parts = urlsplit(url)
        options, port = parse_qs(parts.query), parts.port
    except ValueError:
        raise SettingRefused("LAMPLIGHT_SMTP_URL is not a complete address.") from None
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == 0):
        raise SettingRefused(
            "LAMPLIGHT_SMTP_URL must look like smtp://name:password@mail.example.com:587"
            "?from=lamplight@example.com, or begin with smtps:// for TLS from the start."
        )
    if url and "@" not in options.get("from", [""])[0]:
        raise SettingRefused("LAMPLIGHT_SMTP_URL must end with ?from= and the sender's address.")
    return url


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _key_file(path: Path) -> bytes:
    """Read a key, making it first when missing; of several processes at once, one makes it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
