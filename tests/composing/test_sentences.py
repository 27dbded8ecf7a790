"""Wishes of offices in many words, and the steps that simple rules make of each, in order."""

import pytest

from app.composing.around import errors_in
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from tests.composing.flows import AROUND, BARE
from tests.composing.wishing import by_rules, names, types

SHORT = {
    "mailbox": "start_email",
    "form": "start_form",
    "chat": "start_chat",
    "hook": "start_webhook",
    "times": "start_schedule",
    "failure": "start_failure",
    "called": "start_agent",
    "sort": "sort_into_categories",
    "model": "ask_model",
    "ask": "ask_person",
    "mail": "send_email",
    "http": "http_request",
    "page": "html_to_text",
    "extract": "extract_fields",
    "row": "add_rows",
    "rows": "find_rows",
    "each": "for_each",
    "reply": "reply_in_chat",
    "back": "answer_webhook",
    "pdf": "read_pdf",
    "sheet": "read_spreadsheet",
}
SENTENCES = [
    ("when an enquiry comes in, sort it and draft an answer, ask me before sending",
     "mailbox sort model ask mail"),
    ("every weekday at 8:30 fetch https://example.org/news and mail me a summary",
     "times http page summarise mail"),
    ("put each invoice in a table", "mailbox extract row"),
    ("When an e-mail arrives, summarise it and send me the summary", "mailbox summarise mail"),
    ("When someone fills in our contact form, thank them by mail and put their details in the "
     "table Customers", "form mail row"),
    ("Every Monday at 9 go through the table Invoices and remind me of those over €1,000",
     "times rows mail"),
    ("Whenever a complaint arrives by e-mail, draft a reply and let me approve it before it is "
     "sent", "mailbox model ask mail"),
    ("Sort incoming mail into questions, complaints and orders; complaints go to boss@example.org",
     "mailbox sort mail mail"),
    ("Each morning at 7 get https://api.example.com/weather.json and mail it to team@example.com",
     "times http mail"),
    ("When our shop calls the webhook with an order, add a row to the table Orders and answer the "
     "webhook", "hook extract row back"),
    ("In the chat, answer questions about our opening hours", "chat model answer"),
    ("When somebody asks in the chat, answer them", "chat model answer"),
    ("Read new invoices from the inbox, take out supplier, amount and due date, and add them to "
     "the table Invoices. Ask me about anything over €2,500.", "mailbox extract if ask row"),
    ("Translate every incoming mail to German and forward it to me", "mailbox model mail"),
    ("When I upload a PDF, summarise it", "form pdf summarise answer"),
    ("I upload an Excel file and for each row send a mail to the address in it",
     "form sheet each mail"),
    ("Once a month check https://example.com/prices and tell me if the price is below 100",
     "times http page extract if mail"),
    ("If a refund request over 200 euros comes in, my boss has to approve it",
     "mailbox extract if ask mail mail"),
    ('Every hour check https://status.example.com and alert me when it contains "down"',
     "times http page if mail"),
    ("When another agent fails, mail me", "failure mail"),
    ("When a webhook comes in, post it to https://hooks.example.com/in", "hook http"),
    ("On the first of each month, summarise the rows of the table Invoices and e-mail the summary "
     "to boss@example.com", "times rows summarise mail"),
    ("When a customer writes, find out whether it is urgent; if it is urgent, tell me",
     "mailbox sort mail"),
    ("Wait two days after an order comes in and then send the customer a mail asking for feedback",
     "mailbox wait mail"),
    ("Take the text I paste and write a friendly reply", "form model answer"),
    ("When an application comes in by mail, note name, e-mail and position in a table and thank "
     "the candidate", "mailbox extract row mail"),
    ("Each Friday at 4pm read the table Invoices and send a report to finance@example.com",
     "times rows mail"),
    ("When an order comes in through our web shop, check with my boss if it is over €500, "
     "otherwise confirm it to the customer", "mailbox extract if ask mail"),
    ("Take out name, company and e-mail from every lead that comes in by e-mail and put it into "
     "our Customers table", "mailbox extract row"),
    ("When a booking comes in through the form, ask me whether it is OK and then send the guest a "
     "confirmation", "form ask mail"),
    ("If a mail contains the word invoice, forward it to billing@example.com", "mailbox if mail"),
    ("Every 15 minutes check https://api.example.com/orders.json and post new ones to "
     "https://hooks.example.com/x", "times http http"),
    ("Whenever we receive an application, summarise the CV and ask hr@example.com for approval",
     "mailbox summarise ask mail mail"),
    ("When a PDF invoice arrives by email, extract the total and the due date and save them in a "
     "spreadsheet", "mailbox pdf extract row"),
    ("Mask personal data in every message that comes in by mail before it is forwarded to "
     "support@example.com", "mailbox guard mail"),
    ("For each customer in the table Customers send a friendly birthday mail on the first of every "
     "month", "times rows each mail"),
    ("On weekdays at noon, remind me to take a break", "times mail"),
    ("Reply in the chat with a short answer when somebody asks", "chat model reply"),
    ("Every evening at 18:00 summarise the rows of Invoices and send it to me",
     "times rows summarise mail"),
    ("Please answer incoming e-mails automatically but show me each answer before it goes out",
     "mailbox model ask mail"),
    ("Let our team know by mail whenever a new booking arrives via the website form", "form mail"),
    ("Monday to Friday at 7:45, get the news from https://example.org/feed and give me the key "
     "points by e-mail", "times http page summarise mail"),
    ("Write a polite answer to complaints that arrive in our inbox; my manager must approve it",
     "mailbox model ask mail"),
    ("I want to paste a long text and get a summary", "form summarise answer"),
    ("Add 19% VAT to a net price that I enter", "form formula answer"),
    ("If an invoice is over €1,000 ask ben@example.com for approval, otherwise put it straight in "
     "the table Invoices", "mailbox extract if ask row"),
    ("Read the attached PDF of every mail that comes in and store supplier, amount and due date in "
     "Invoices", "mailbox pdf extract row"),
    ("Route requests into billing, technical and sales; draft an answer and ask me first",
     "mailbox sort model ask mail"),
    ("After an order arrives by mail, wait 3 days and ask the customer how it went",
     "mailbox wait mail"),
    ("Forward each job application that comes by e-mail to hr@example.org with a short summary",
     "mailbox summarise mail"),
    ("When someone registers through the form, put them in Customers and welcome them by mail",
     "form row mail"),
    ("Once a week remind the whole team at team@example.org to fill in their hours", "times mail"),
    ("Whenever a lead arrives by mail, research the company's website and write a short profile",
     "mailbox model mail"),
    ("When a supplier sends a price list as a spreadsheet, add each row to the table Prices",
     "mailbox sheet each row"),
    ("Watch our support inbox and warn me if an angry customer writes", "mailbox sort mail"),
    ("Check every night whether stock in the table Stock is below 10 and order more by mail to "
     "supplier@example.com", "times rows each if mail"),
    ("Help new employees with questions about our travel policy", "chat model answer"),
    ("Let people chat with our handbook", "chat model answer"),
    ("When a mail from ana@example.com arrives, forward it to ben@example.com", "mailbox if mail"),
    ("Generate a product description from the name and features I type in", "form model answer"),
    ("When somebody books through the form, send a confirmation to them and a note to our front "
     "desk at desk@example.com", "form mail mail"),
    ("Compare two offers that I paste and tell me which one is better", "form model answer"),
    ("Turn the voice memo transcript into a to-do list", "form model answer"),
    ("Post the weekly figures from the table Sales to https://hooks.example.com/x every Friday",
     "times rows http"),
    ("Draft a LinkedIn post about every new article on https://example.org/blog",
     "times http page model mail"),
    ("Remind customers of unpaid invoices every Tuesday", "times rows each mail"),
    ("Calculate the VAT for each row in the uploaded spreadsheet",
     "form sheet each formula answer"),
    ("Tell me a joke every morning", "times model mail"),
    ("When the webhook is called with a customer id, look the customer up in the table Customers "
     "and answer with their e-mail", "hook rows model answer"),
]  # fmt: skip
# What only a person can choose, because the workspace has nothing of it.
OPEN = ("“Table” is empty.", "“Formula” is empty.")


@pytest.mark.parametrize(("sentence", "steps"), SENTENCES)
def test_a_wish_becomes_a_flow(sentence: str, steps: str) -> None:
    proposal = by_rules(sentence)
    assert types(proposal.graph) == [SHORT.get(one, one) for one in steps.split()]
    assert all(one.endswith(OPEN) for one in proposal.missing)
    assert proposal.by_patterns
    assert "simple rules" in proposal.says
    assert proposal.name
    assert proposal.tech_spec.startswith("## What sets it off")
    assert Graph.from_json(proposal.graph.to_json()) == proposal.graph


@pytest.mark.parametrize("sentence", [one for one, _ in SENTENCES])
def test_it_looks_like_a_colleague_drew_it(sentence: str) -> None:
    graph = by_rules(sentence).graph
    titles = {one.title for one in CATALOGUE.values() if one.group not in ("Start", "Answer")}
    assert len(set(names(graph))) == len(graph.steps)
    own = [step.name for step in graph.steps if step.type != "start_schedule"]
    assert not [name for name in own if name in titles or name[-1:].isdigit()]
    places = {(step.x, step.y) for step in graph.steps}
    assert len(places) == len(graph.steps)
    for link in graph.links:
        assert graph.step(link.source).y < graph.step(link.target).y


@pytest.mark.parametrize("sentence", [one for one, _ in SENTENCES])
def test_a_bare_workspace_gets_a_flow_too(sentence: str) -> None:
    graph = by_rules(sentence, around=BARE).graph
    chosen_by_hand = {"mailbox", "table", "expression"}
    assert {one.field for one in errors_in(graph, BARE)} <= chosen_by_hand


def test_what_was_approved_is_what_is_sent() -> None:
    graph = by_rules(SENTENCES[0][0]).graph
    ask, send = graph.order[-2:]
    assert ask.name == "Ask Ana before sending"
    assert ask.fields["people"] == AROUND.person_mail
    for name, field in (("To", "to"), ("Subject", "subject"), ("Text", "text")):
        assert send.fields[field] == f"{{{{ steps.{ask.key}.values.{name} }}}}"
    assert [link.source_port for link in graph.links_to(send.id)] == ["approved"]
    sort = graph.order[1]
    assert {link.source_port for link in graph.links_from(sort.id)} >= {"none"}


def test_what_fits_nowhere_goes_to_a_person_where_nobody_is_asked() -> None:
    graph = by_rules(
        "when an e-mail arrives, sort it into orders and questions and answer it"
    ).graph
    sort = next(step for step in graph.order if step.type == "sort_into_categories")
    (link,) = graph.links_from(sort.id, "none")
    assert graph.step(link.target).name == "Pass the rest on to Ana"
    assert graph.step(link.target).fields["to"] == AROUND.person_mail


def test_what_a_wish_of_two_turns_adds() -> None:
    first = "When an e-mail arrives, summarise it and put the summary in the table Customers"
    graph = by_rules(first, "also tell me by mail").graph
    assert types(graph)[-1] == "send_email"


def test_words_that_mean_nothing_say_so() -> None:
    for said in ("", "asdf qwer", "?!?", "{{ steps.x.y }} {% raw %}", "<script>alert(1)</script>"):
        proposal = by_rules(said)
        assert "simple rules" in proposal.says
        assert "<script" not in "".join(names(proposal.graph))


def test_nobody_can_make_it_slow() -> None:
    endless = ("when " * 800, "sort into " + "a, " * 1300, "§" * 4000, "every 9 " * 500)
    for said in (*endless, "compare it" + "," * 4000 + "x", "compare" + " and" * 900 + "x"):
        assert by_rules(*[said] * 20).graph.steps
