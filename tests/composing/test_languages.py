"""Without a model, a wish in another language is told so kindly, never composed into nonsense."""

import pytest

from app.composing import composer
from app.composing.composer import ONLY_ENGLISH
from app.composing.patterns.language import reads
from app.engine.model_port import ModelFailed
from tests.composing.wishing import Planted, by_rules, wish

OTHERS = (
    "Wenn eine Anfrage kommt, sortiere sie und entwirf eine Antwort. Frag mich vor dem Senden.",
    "Jeden Morgen um 8 die neuesten Bestellungen lesen und mir eine Zusammenfassung mailen",
    "Bestellungen prüfen",
    "Quand une demande arrive, trie-la et rédige une réponse, demande-moi avant d'envoyer.",
    "Cuando llegue una consulta, clasifícala y redacta una respuesta. Pregúntame antes.",
    "Quando arriva una richiesta, ordinala e scrivi una risposta, chiedimi prima di inviarla.",
    "Quando chegar um pedido, classifique e escreva uma resposta, pergunte-me antes de enviar.",
    "Als er een vraag binnenkomt, sorteer die en schrijf een antwoord. Vraag het mij eerst.",
    "När en fråga kommer in, sortera den och skriv ett svar. Fråga mig innan det skickas.",
    "Þegar fyrirspurn kemur, flokkaðu hana og skrifaðu svar.",
    "Kiedy przyjdzie zapytanie, posortuj je i napisz odpowiedź. Zapytaj mnie przed wysłaniem.",
    "Когда приходит запрос, отсортируй его и напиши ответ.",
    "問い合わせが来たら、分類して返信を下書きしてください。",
    "عندما يصل استفسار، صنفه واكتب ردا.",
    "Όταν έρχεται ένα ερώτημα, ταξινόμησέ το.",
)
ENGLISH = (
    "When an enquiry comes in, sort it and draft an answer, ask me before sending.",
    "Summarise mails",
    "invoices → table",
    "Every weekday at 8, mail me a summary of “Bestellungen für die Küche”.",
    "When somebody writes to büro@gemeinde-möwe.example, forward it to Jürgen Müller",
    "Also tell Zoë by mail",
    "translate it into German and send it",
    "invoice",
    "",
    "Send the résumé of each candidate to the café",
)


@pytest.mark.parametrize("said", OTHERS)
def test_another_language_is_not_guessed_at(said: str) -> None:
    understood = composer.understand(wish(said), Planted({}), "", is_practice=True)
    assert (understood.unread, understood.questions) == (ONLY_ENGLISH, ())
    with pytest.raises(ModelFailed) as failed:
        by_rules(said)
    assert failed.value.sentence == ONLY_ENGLISH


@pytest.mark.parametrize("said", ENGLISH)
def test_english_is_read_whatever_names_are_in_it(said: str) -> None:
    understood = composer.understand(wish(said), Planted({}), "", is_practice=True)
    assert understood.unread == ""
    assert reads([said])


def test_answers_to_questions_may_be_in_any_words() -> None:
    said = (ENGLISH[0], "Where do the enquiries come from?: Über das Formular für alle")
    assert reads(said)
    assert by_rules(*said).by_patterns


def test_the_newest_wish_counts() -> None:
    assert not reads((ENGLISH[0], OTHERS[0]))
    assert reads((OTHERS[0], ENGLISH[0]))


def test_a_model_reads_every_language() -> None:
    answer = {"summary": "Anfragen sortieren.", "questions": []}
    model = Planted(answer)
    understood = composer.understand(wish(OTHERS[0]), model, "", is_practice=False)
    assert (understood.summary, understood.unread) == ("Anfragen sortieren.", "")


def test_a_model_that_draws_no_flow_does_not_lead_to_guesses() -> None:
    with pytest.raises(ModelFailed, match="did not draw a flow"):
        composer.propose(wish(OTHERS[0]), Planted({"no": "flow"}), "", is_practice=False)
