"""Every kind of step this installation knows, by type, in the order people are offered them."""

from collections.abc import Mapping
from types import MappingProxyType

from app.engine.step_type import StepType
from app.nodes.add_rows import AddRows
from app.nodes.agent_with_tools import AgentWithTools
from app.nodes.answer import Answer
from app.nodes.answer_webhook import AnswerWebhook
from app.nodes.ask_model import AskModel
from app.nodes.ask_person import AskPerson
from app.nodes.change_date import ChangeDate
from app.nodes.change_row import ChangeRow
from app.nodes.change_text import ChangeText
from app.nodes.choose_columns import ChooseColumns
from app.nodes.code import RunCode
from app.nodes.combine_lists import CombineLists
from app.nodes.compose_flow import ComposeFlow
from app.nodes.date_difference import DateDifference
from app.nodes.extract_fields import ExtractFields
from app.nodes.fill_in_code import FillInCode
from app.nodes.filter_list import FilterList
from app.nodes.find_in_html import FindInHtml
from app.nodes.find_in_text import FindInText
from app.nodes.find_rows import FindRows
from app.nodes.for_each import ForEach
from app.nodes.format_date import FormatDate
from app.nodes.formula import Formula
from app.nodes.group_list import GroupList
from app.nodes.guard import Guard
from app.nodes.html_to_text import HtmlToText
from app.nodes.http_request import HttpRequest
from app.nodes.if_step import If
from app.nodes.join_lists import JoinLists
from app.nodes.join_text import JoinText
from app.nodes.limit_list import LimitList
from app.nodes.make_csv import MakeCsv
from app.nodes.make_json import MakeJson
from app.nodes.make_spreadsheet import MakeSpreadsheet
from app.nodes.make_text_file import MakeTextFile
from app.nodes.make_xml import MakeXml
from app.nodes.mcp_tool import McpTool
from app.nodes.merge import Merge
from app.nodes.parse_csv import ParseCsv
from app.nodes.parse_json import ParseJson
from app.nodes.parse_xml import ParseXml
from app.nodes.put_row import PutRow
from app.nodes.read_date import ReadDate
from app.nodes.read_document import ReadDocument
from app.nodes.read_pdf import ReadPdf
from app.nodes.read_spreadsheet import ReadSpreadsheet
from app.nodes.read_text_file import ReadTextFile
from app.nodes.remove_duplicates import RemoveDuplicates
from app.nodes.remove_row import RemoveRow
from app.nodes.replace_text import ReplaceText
from app.nodes.reply_in_chat import ReplyInChat
from app.nodes.run_agent import RunAgent
from app.nodes.send_email import SendEmail
from app.nodes.set_values import SetValues
from app.nodes.set_variable import SetVariable
from app.nodes.sort_into_categories import SortIntoCategories
from app.nodes.sort_list import SortList
from app.nodes.split_out import SplitOut
from app.nodes.split_text import SplitText
from app.nodes.start_agent import StartAgent
from app.nodes.start_chat import StartChat
from app.nodes.start_email import StartEmail
from app.nodes.start_failure import StartFailure
from app.nodes.start_form import StartForm
from app.nodes.start_schedule import StartSchedule
from app.nodes.start_webhook import StartWebhook
from app.nodes.stop_with_error import StopWithError
from app.nodes.summarise import Summarise
from app.nodes.switch import Switch
from app.nodes.understand_wish import UnderstandWish
from app.nodes.wait import Wait

GROUPS = (
    "Start",
    "AI",
    "Data",
    "Lists",
    "Text and dates",
    "Tables",
    "Files",
    "Logic",
    "Actions",
    "Answer",
)

_ALL = (
    StartForm(),
    StartChat(),
    StartSchedule(),
    StartWebhook(),
    StartAgent(),
    StartFailure(),
    StartEmail(),
    AskModel(),
    AgentWithTools(),
    ExtractFields(),
    SortIntoCategories(),
    Summarise(),
    Guard(),
    SetValues(),
    Formula(),
    RunCode(),
    FindRows(),
    AddRows(),
    ChangeRow(),
    PutRow(),
    RemoveRow(),
    SetVariable(),
    ParseJson(),
    MakeJson(),
    ParseCsv(),
    MakeCsv(),
    ParseXml(),
    MakeXml(),
    HtmlToText(),
    FindInHtml(),
    FilterList(),
    SortList(),
    LimitList(),
    ChooseColumns(),
    RemoveDuplicates(),
    GroupList(),
    JoinLists(),
    CombineLists(),
    SplitOut(),
    SplitText(),
    JoinText(),
    ReplaceText(),
    FindInText(),
    ChangeText(),
    ReadDate(),
    ChangeDate(),
    DateDifference(),
    FormatDate(),
    ReadSpreadsheet(),
    MakeSpreadsheet(),
    ReadTextFile(),
    MakeTextFile(),
    ReadPdf(),
    ReadDocument(),
    If(),
    Switch(),
    ForEach(),
    Merge(),
    Wait(),
    AskPerson(),
    StopWithError(),
    HttpRequest(),
    McpTool(),
    SendEmail(),
    RunAgent(),
    Answer(),
    ReplyInChat(),
    AnswerWebhook(),
    UnderstandWish(),
    ComposeFlow(),
    FillInCode(),
)
CATALOGUE: Mapping[str, StepType] = MappingProxyType({one.type: one for one in _ALL})
# What people and models build with: the others belong to agents that come with Lamplight.
OFFERED: Mapping[str, StepType] = MappingProxyType(
    {one.type: one for one in _ALL if not one.only_built_in}
)


def by_group() -> tuple[tuple[str, tuple[StepType, ...]], ...]:
    """The kinds of steps under their headings, for a menu."""
    kinds = tuple(OFFERED.values())
    return tuple((group, tuple(one for one in kinds if one.group == group)) for group in GROUPS)
