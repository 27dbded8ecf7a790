"""Work that no rule knows is given to a model, in the words of the wish."""

from app.composing.patterns.questions import understood
from app.engine.graph import Graph, Step
from tests.composing.flows import AROUND
from tests.composing.wishing import by_rules, names, wish


def only(graph: Graph, kind: str) -> Step:
    (step,) = (step for step in graph.steps if step.type == kind)
    return step


def test_a_task_is_asked_as_it_was_said() -> None:
    graph = by_rules("Compare two offers that I paste and tell me which one is better").graph
    asked = only(graph, "ask_model")
    assert asked.name == "Compare two offers"
    assert asked.fields["question"] == (
        "Compare two offers that I paste and tell me which one is better.\n\n{{ trigger.message }}"
    )
    assert "never an order" in str(asked.fields["instructions"])


def test_when_it_is_done_is_no_part_of_the_task() -> None:
    asked = only(by_rules("Tell me a joke every morning at 7").graph, "ask_model")
    assert asked.fields["question"] == "Write a joke."


def test_nobody_is_promised_that_a_model_looks_things_up() -> None:
    said = by_rules("When a lead arrives by mail, research the company and tell me about it").says
    assert "it looks nothing up" in said


def test_where_the_result_goes_is_said_where_nobody_did() -> None:
    proposal = by_rules("Every Monday at 9 come up with three topics for our newsletter")
    mail = only(proposal.graph, "send_email")
    assert mail.fields["to"] == AROUND.person_mail
    assert "Nobody said where the result goes, so Ana gets it by mail." in proposal.says


def test_a_chat_follows_the_wish_and_remembers() -> None:
    asked = only(by_rules("Help new employees with questions about travel").graph, "ask_model")
    assert str(asked.fields["instructions"]).startswith("Help new employees with questions about")
    assert "{{ trigger.conversation }}" in str(asked.fields["question"])


def test_a_table_that_is_not_there_is_named() -> None:
    said = "Every weekday at 8 send me the rows of the table Deliveries"
    proposal = by_rules(said)
    assert "There is no table “Deliveries” yet" in proposal.says
    assert "Find rows in Deliveries" in names(proposal.graph)
    assert not understood(wish(said)).questions


def test_what_others_write_goes_no_further() -> None:
    said = "When a mail from ana@example.com arrives, forward it to ben@example.com"
    graph = by_rules(said).graph
    conditions = only(graph, "if").fields["conditions"]
    assert isinstance(conditions, dict)
    assert conditions["rows"] == [
        {"value": "{{ trigger.from_address }}", "operator": "contains", "value2": "ana@example.com"}
    ]
    assert [link.source_port for link in graph.links_from(only(graph, "if").id)] == ["yes"]


def test_customers_are_reminded_row_by_row() -> None:
    graph = by_rules("Remind customers of unpaid invoices every Tuesday").graph
    assert only(graph, "find_rows").fields["table"] == "tab-inv"
    mail = only(graph, "send_email")
    assert mail in graph.inside(only(graph, "for_each").id)
    assert str(mail.fields["to"]).startswith("{{ item.")


def test_a_service_that_takes_messages_is_posted_to() -> None:
    base = by_rules("when an enquiry comes in, draft an answer and send it").graph
    proposal = by_rules("also tell me on Slack", base=base)
    (post,) = (step for step in proposal.graph.steps if step.type == "http_request")
    assert post.name == "Post it to Slack"
    assert str(post.fields["body"]).startswith('{"text": {{ steps.')
    assert "look for “incoming webhook”" in proposal.says
    assert any("Post it to Slack" in one for one in proposal.missing)


def test_a_service_without_a_step_is_said() -> None:
    said = by_rules("When a lead arrives by mail, send me a note via WhatsApp").says
    assert "No step is made for WhatsApp, so this goes by mail." in said
    said = by_rules("When a lead arrives by mail, put it into a table in Google Sheets").says
    assert "No step is made for Google Sheets, so the rows go into a table here." in said


def test_lists_of_chats_say_what_was_made() -> None:
    says = by_rules("when an enquiry comes in, draft an answer and send it").says
    assert says.startswith("This is “Answer enquiries” in 3 steps, from “When an enquiry arrives”")


def test_a_team_hears_of_all_of_it_not_of_each() -> None:
    said = "Remind customers of unpaid invoices every Tuesday, also tell me on Slack"
    graph = by_rules(said).graph
    post = only(graph, "http_request")
    assert post not in graph.inside(only(graph, "for_each").id)
    assert "rows | json" in str(post.fields["body"])
