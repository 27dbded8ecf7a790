"""The commands of `bin/lamplight`, as an administrator uses them."""

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import migrations
from app.accounts.models import User
from app.commands.__main__ import main
from app.settings import Settings
from app.workspaces.models import Workspace
from tests.cast import Cast

PASSWORD = "seven lanterns over the harbour"


@pytest.fixture(autouse=True)
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find this test's installation, as they would from a shell."""
    monkeypatch.setenv("LAMPLIGHT_DATA", str(settings.data_dir))
    monkeypatch.setenv("LAMPLIGHT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)


def test_a_person_made_from_the_shell_owns_a_workspace(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _create("Ada@Harbour.example", monkeypatch, "--name", "Ada", "--admin") == 0
    ada = session.scalars(select(User)).one()
    assert (ada.email, ada.name, ada.is_admin) == ("ada@harbour.example", "Ada", True)
    assert session.scalars(select(Workspace)).one().owner_id == ada.id
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        ("not-an-address", PASSWORD, "is not an e-mail address"),
        ("eve@harbour.example", "too short", "at least 12 characters"),
        ("ben@harbour.example", PASSWORD, "already has an account"),
    ],
)
def test_a_refused_account_says_why(
    cast: Cast,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    email: str,
    password: str,
    reason: str,
) -> None:
    before = len(session.scalars(select(User)).all())
    assert _create(email, monkeypatch, password=password) == 1
    assert reason in capsys.readouterr().err
    session.rollback()
    assert len(session.scalars(select(User)).all()) == before


def test_the_sign_up_link_is_for_the_first_owner_only(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://lamplight.example")
    assert main(["sign-up-link"]) == 0
    assert capsys.readouterr().out.startswith("https://lamplight.example/sign-up/")
    _create("ada@harbour.example", monkeypatch)
    assert main(["sign-up-link"]) == 1
    assert "There is an owner already" in capsys.readouterr().err


def test_migrate_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == f"up to date ({migrations.newest_revision()})\n"


def test_prepare_makes_what_is_missing_once(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare"]) == 0
    keys = settings.data_dir / "keys"
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    kept = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert main(["prepare"]) == 0
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == kept
    assert '"name": "sign-up"' in capsys.readouterr().out


def test_the_doctor_finds_a_key_that_others_can_read(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["prepare"])
    settings.data_dir.chmod(0o700)
    capsys.readouterr()
    (settings.data_dir / "keys" / "master.key").chmod(0o644)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert f"Run: chmod 600 {settings.data_dir / 'keys' / 'master.key'}" in told
    assert "private addresses are refused" in told
    assert f"at {migrations.newest_revision()}" in told


def test_the_doctor_finds_a_valkey_that_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/valkey.sock")
    assert main(["doctor"]) == 1
    assert "Start it, or unset REDIS_URL." in capsys.readouterr().out


def test_a_setting_that_cannot_work_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAMPLIGHT_WORKERS", "many")
    assert main(["migrate"]) == 1
    assert "Set it to a whole number" in capsys.readouterr().err


def _create(
    email: str, monkeypatch: pytest.MonkeyPatch, *options: str, password: str = PASSWORD
) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", "create", "--email", email, "--password-stdin", *options])
