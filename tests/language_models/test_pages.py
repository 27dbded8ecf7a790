"""Settings → Models: a key is tried before it is kept, and models are chosen, priced, removed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.language_models.models import (
    LanguageModel,
    ModelChoice,
    ModelProvider,
    Purpose,
    UsageDay,
)
from app.vault.models import Secret
from tests.cast import Cast, sign_in
from tests.databases import on_both
from tests.language_models.stub import KEY, provider
from tests.loopback import Loopback, Received, reply

HERE = "/w/harbour-pine/settings/models"


def add(ada: FlaskClient, url: str, key: str = KEY, kind: str = "compatible", **more: str):
    form = {"name": "Stub", "address": f"{url}/v1", "key": key, **more}
    return ada.post(f"{HERE}/providers?kind={kind}", data=form)


def test_without_a_model_the_page_says_what_the_practice_model_is(ada: FlaskClient) -> None:
    page = ada.get(HERE).text
    assert "Your agents ask the practice model" in page
    assert "Which is used for what" not in page


@on_both
def test_it_works(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider()) as server:
        added = add(ada, server.url)
        assert added.status_code == 303
        page = ada.get(added.location).text
        assert "Stub takes the key and lists 2 models." in page
        assert "stub-embedding-1" not in page
        made = ada.post(f"{added.location}/models", data={"model_name": "stub-large"})
        here = made.location
        asked = ada.post(f"{here}/question", data={"question": "Hello?"}).text
    assert "Hello from the stub." in asked
    assert "50 tokens, price unknown" in asked
    assert ada.get(HERE).text.count("stub-large") > 1
    model = session.scalars(select(LanguageModel)).one()
    chosen = session.scalars(select(ModelChoice)).one()
    assert (chosen.purpose, chosen.model_id) == (Purpose.DEFAULT, model.id)
    used = session.scalars(select(UsageDay)).one()
    assert (used.answers, used.input_tokens, used.output_tokens, used.unpriced) == (1, 40, 10, 50)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert actions == ["model_provider_added", "model_added"]


def test_a_wrong_key_is_told_and_nothing_is_kept(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider()) as server:
        answer = add(ada, server.url, key="sk-wrong-0123456789")
    assert answer.status_code == 422
    assert "Stub does not take this key (it answered 401)" in answer.text
    assert "sk-wrong" not in answer.text
    assert "Add it all the same" not in answer.text
    assert session.scalars(select(ModelProvider)).all() == []
    assert session.scalars(select(Secret)).all() == []


def test_a_provider_that_lists_nothing_can_be_kept_all_the_same(
    ada: FlaskClient, session: Session
) -> None:
    with Loopback(lambda _: reply("404 Not Found")) as server:
        refused = add(ada, server.url)
        assert "knows nothing under this address" in refused.text
        assert "Add it all the same" in refused.text
        kept = add(ada, server.url, anyway="yes")
    assert kept.status_code == 303
    assert session.scalars(select(ModelProvider.offered)).one() == []
    assert "It listed none, so type the name" in ada.get(kept.location).text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("402 Pay", "nothing left to pay with"),
        ("429 Slow", "takes no more questions just now"),
        ("503 Oh", "has trouble of its own (it answered 503)"),
        ("418 Tea", "answered 418, which says nothing about the key"),
    ],
)
def test_each_refusal_has_its_sentence(ada: FlaskClient, status: str, words: str) -> None:
    with Loopback(lambda _: reply(status, b"you sent " + KEY.encode())) as server:
        answer = add(ada, server.url)
    assert answer.status_code == 422
    assert words in answer.text
    assert KEY not in answer.text


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"hello": 1}', b'{"data": [' * 500])
def test_something_else_that_answers_is_no_provider(ada: FlaskClient, body: bytes) -> None:
    with Loopback(lambda _: reply("200 OK", body)) as server:
        answer = add(ada, server.url)
    assert answer.status_code == 422
    assert "not as a model provider does" in answer.text


def test_a_name_counts_once(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider()) as server:
        add(ada, server.url)
        again = add(ada, server.url)
    assert again.status_code == 422
    assert "Another provider has this name" in again.text
    assert len(session.scalars(select(ModelProvider)).all()) == 1


def test_loopback_is_closed_unless_the_installation_opens_it(
    app: Flask, session: Session, cast: Cast
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    ada = sign_in(app.test_client(), session, cast.ada)
    with Loopback(provider()) as server:
        with_key = add(ada, server.url)
        without = add(ada, server.url, key="")
        assert ada.get(f"{HERE}/new?kind=ollama").status_code == 404
        assert server.received == []
    assert "only sent over an encrypted line" in with_key.text
    assert "leads to an address inside a private network" in without.text
    assert "LAMPLIGHT_LOCAL_MODELS=yes" in ada.get(f"{HERE}/new").text


def test_a_key_goes_to_its_host_only(ada: FlaskClient) -> None:
    with Loopback(provider("")) as elsewhere:

        def sends_on(_request: Received) -> bytes:
            return reply("302 Found", Location=f"{elsewhere.url}/v1/models")

        with Loopback(sends_on) as server:
            answer = add(ada, server.url)
        assert answer.status_code == 422
        assert elsewhere.received == []


def test_a_key_is_replaced_only_by_one_that_works(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider()) as server:
        here = add(ada, server.url).location
        before = session.scalars(select(Secret.encrypted_value)).one()
        wrong = ada.post(f"{here}/key", data={"key": "sk-wrong-0123456789"})
        assert wrong.status_code == 422
        assert "The old key stays" in wrong.text
        session.rollback()
        assert session.scalars(select(Secret.encrypted_value)).one() == before
        assert ada.post(f"{here}/key", data={"key": KEY}).status_code == 303
    session.rollback()
    assert session.scalars(select(Secret.encrypted_value)).one() != before


def test_a_refused_key_is_seen_when_checked(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider()) as server:
        here = add(ada, server.url).location
        server.say = provider("another key")
        ada.post(f"{here}/check")
    page = ada.get(here).text
    assert "Refused since" in page
    assert "Stub does not answer your agents" in ada.get("/w/harbour-pine/attention").text
    with Loopback(provider()) as server:
        pass
    session.rollback()
    ada.post(f"{here}/check")  # nobody is there: that says nothing about the key
    assert session.scalars(select(ModelProvider.failing_since)).one() is not None


def test_prices_are_set_and_taken_back(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider("", models=("only-one",))) as server:
        add(ada, server.url, key="")
    model = session.scalars(select(LanguageModel)).one()
    here = f"{HERE}/{model.id}"
    form = {"title": "Ours", "price_in": "2.50", "price_out": "10", "enabled": "y"}
    assert ada.post(f"{here}/details", data=form).status_code == 303
    session.rollback()
    model = session.scalars(select(LanguageModel)).one()
    assert (model.title, model.price_in, model.price_out) == ("Ours", 2_500_000, 10_000_000)
    assert "$2.50 read, $10.00 written" in ada.get(here).text
    for wrong in ({"price_in": "much"}, {"price_in": "-1"}, {"price_out": ""}):
        assert ada.post(f"{here}/details", data=form | wrong).status_code == 422
    ada.post(f"{here}/details", data=form | {"price_in": "", "price_out": ""})
    session.rollback()
    assert session.scalars(select(LanguageModel.price_in)).one() is None


def test_models_are_chosen_for_purposes(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider()) as server:
        here = add(ada, server.url).location
        for name in ("stub-small", "stub-large"):
            ada.post(f"{here}/models", data={"model_name": name})
    ids = {one.model_name: str(one.id) for one in session.scalars(select(LanguageModel))}
    small, large = ids["stub-small"], ids["stub-large"]
    form = {"default": large, "fast": small, "good": "", "fallback": small}
    assert ada.post(HERE, data=form).status_code == 303
    session.rollback()
    rows = session.execute(select(ModelChoice.purpose, ModelChoice.model_id)).all()
    found = {row.purpose.value: str(row.model_id) for row in rows}
    assert found == {"default": large, "fast": small, "fallback": small}
    assert ada.post(HERE, data=form | {"fast": "not one of them"}).status_code == 422


def test_removing_takes_the_key_along(ada: FlaskClient, session: Session) -> None:
    with Loopback(provider("", models=("only-one",))) as server:
        here = add(ada, server.url, key=KEY).location
    assert ada.post(f"{here}/removal").status_code == 303
    for table in (ModelProvider, LanguageModel, ModelChoice, Secret):
        assert session.scalars(select(table)).all() == []


def test_a_builder_may_not(app: Flask, session: Session, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    ben = sign_in(app.test_client(), session, cast.ben)
    assert ben.get(HERE).status_code == 403
    assert add(ben, "http://127.0.0.1:1").status_code == 403
    assert ben.get("/w/harbour-pine/costs").status_code == 200


def test_another_workspace_gets_404(
    app: Flask, ada: FlaskClient, session: Session, cast: Cast
) -> None:
    with Loopback(provider("", models=("only-one",))) as server:
        here = add(ada, server.url, key="").location
    model = session.scalars(select(LanguageModel)).one()
    dan = sign_in(app.test_client(), session, cast.dan)
    elsewhere = "/w/elsewhere/settings/models"
    provider_id = here.rsplit("/", 1)[1]
    assert dan.get(f"{elsewhere}/providers/{provider_id}").status_code == 404
    assert dan.get(f"{elsewhere}/{model.id}").status_code == 404
    assert dan.post(f"{elsewhere}/{model.id}/removal").status_code == 404
    assert dan.get(here).status_code == 404


def test_forms_need_their_token(app: Flask, session: Session, cast: Cast) -> None:
    ada = sign_in(app.test_client(), session, cast.ada)
    assert add(ada, "http://127.0.0.1:1").status_code == 400
