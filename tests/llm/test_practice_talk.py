"""What the practice model says in a chat, and when it writes a letter instead."""

import pytest

from app.llm.material import NEW_MESSAGE, SAID_BEFORE, as_material
from app.llm.port import Ask, Message
from app.llm.practice import PracticeModel

DESK = (
    "You answer what customers write to our shop for lamps, and reply to them in a few kind "
    "sentences. When you write an e-mail or a message, sign it with our name.\n"
    "House rules:\n- We are open on Saturday from 10:00 to 14:00.\n"
    "- Lamps can be returned within 30 days."
)
LETTER = "I am Ana Lindqvist. My lamp arrived with a crack. Can I send it back? I am sorry for it."
NO_RULE = "I have no rule for this. I am the practice model"


def said(text: str, *, system: str = "") -> str:
    messages = [Message("system", system)] if system else []
    return PracticeModel().answer(Ask(messages=(*messages, Message("user", text)))).text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When are you open on Saturday?", "We are open on Saturday from 10:00 to 14:00."),
        ("Hi there. When are you open on Saturday?", "We are open on Saturday from 10:00"),
        ("Within how many days can a lamp be returned", "can be returned within 30 days"),
        ("Can you answer a message about returned lamps?", "can be returned within 30 days"),
        ("What colour is the sea?", NO_RULE),
        ("What do you write in an e-mail?", NO_RULE),
        ("I need a chair.", NO_RULE),
        ("Write an e-mail to Ben that we meet at nine", NO_RULE),
    ],
)
def test_a_question_in_a_chat_gets_no_letter(question: str, answer: str) -> None:
    text = said(question, system=DESK)
    assert answer in text
    assert "Thank you for your message" not in text
    before = f"{SAID_BEFORE}\nOlga: Draft an answer to this letter.\n\n{NEW_MESSAGE}\n{question}"
    assert said(before, system=DESK) == text


def test_what_it_is_told_to_be_is_no_answer() -> None:
    told = "You answer questions about invoices. Never promise money for invoices."
    assert said("Do you know about invoices?", system=told).startswith(NO_RULE)


@pytest.mark.parametrize(
    "order",
    [
        f"Draft an answer to this letter: {LETTER}",
        f"Please write a reply to this e-mail.\n\n{LETTER}",
        f"Could you answer this message?\n{LETTER}",
        f"Draft an offer for this enquiry:\n\n{LETTER}",
        f"Reply to this. \n{as_material(LETTER)}",
    ],
)
def test_an_order_with_a_text_gets_a_letter(order: str) -> None:
    letter = said(order)
    assert letter.startswith("Dear Ana Lindqvist,\n\nThank you for your message.")
    assert said(order, system=DESK) == letter


def test_a_message_of_several_sentences_gets_a_letter_where_the_step_orders_it() -> None:
    told = "Draft an answer to the customer's e-mail. Be brief."
    assert said(LETTER, system=told).startswith("Dear Ana Lindqvist,")
    assert said(LETTER, system="You write replies to letters.").startswith("Dear Ana Lindqvist,")
    assert said(as_material(LETTER), system=told).startswith("Dear Ana Lindqvist,")
    assert "Dear" not in said(LETTER, system="You are kind. There is a letter box. Answer in short")


def test_a_file_beside_a_question_is_looked_into_and_not_answered() -> None:
    asked = f"Where does the lamp stand?\n{as_material('The lamp stands in the hall. It is red.')}"
    assert said(asked, system=DESK) == "From what I was given: The lamp stands in the hall."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Are you open 24/7?", NO_RULE),
        ("Where is my order 10-4432?", NO_RULE),
        ("What is 7 - 4?", "7 - 4 = 3"),
        ("12*3", "12*3 = 36"),
        ("-3 + 4", "-3 + 4 = 1"),
        ("Please work out 9 / 2 =", "9 / 2 = 4.5"),
    ],
)
def test_only_a_sum_is_worked_out(question: str, answer: str) -> None:
    assert said(question).startswith(answer)


def test_small_talk_is_no_part_of_a_text() -> None:
    letter = said("Draft an answer to this letter: I am Ana Lindqvist. What are you? Please help")
    assert letter.startswith("Dear Ana Lindqvist,")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is in stock?", NO_RULE),
        ("Summarise this: The lamp is red. It is old.", "The lamp is red. It is old."),
        ("Can you summarise this?\nThe lamp is red.", "The lamp is red."),
    ],
)
def test_a_question_is_not_summed_up(question: str, answer: str) -> None:
    told = "You look things up and summarise what you find in two sentences."
    assert said(question, system=told).startswith(answer)


def test_who_knows_translators_may_be_asked_other_things() -> None:
    told = "We have translations in five languages. The desk is open until nine."
    assert said("How long is the desk open?", system=told).endswith("The desk is open until nine.")
    told = "You translate into Spanish."
    assert said("Where is the desk?", system=told).startswith("I cannot translate.")


def test_what_was_said_earlier_is_no_order() -> None:
    earlier = (
        Message("user", f"Draft an answer to this letter: {LETTER}"),
        Message("assistant", "Dear Ana"),
        Message("user", "And what is the capital of Sweden?"),
    )
    assert PracticeModel().answer(Ask(messages=earlier)).text.startswith(NO_RULE)
