"""The words by which acts are told: what comes first in the list wins where two would overlap."""

import re
from collections.abc import Sequence

ADDRESS = "@·+"
_WHO = r"me|us|my \w+|our \w+|the \w+|him|her|[a-z]+"
_LETTERS = (
    r"answer|reply|response|e-?mail|mail|letter|text|message|offer|quote|note|post|reminder|"
    r"invitation|apology|newsletter|announcement|draft|it"
)
_TABLES = r"(?:table|list|sheet|spreadsheet|register|overview|database|log|row)s?\b"
_BOARDS = r"slack|(?:microsoft )?teams|discord|mattermost|google chat|rocket\.chat"
_KEPT = "invoices|bills|orders|bookings|payments|deadlines|appointments|tasks|expenses|contracts"
_OVER = r"over|above|more than|larger than|bigger than|higher than|under|below|less than|at least"
_BEGINS = (
    r"(?:^|(?<=[.,;:] )|(?<=\band )|(?<=\bthen )|(?<=\bto )|(?<=\bplease )|(?<=\byou )|(?<=\d )|"
    r"(?<=day )|(?<=days )|(?<=ning )|(?<=noon )|(?<=night )|(?<=week )|(?<=month )|(?<=\b[ap]m ))"
)
_ACTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("wait", (r"\bwaits?\b", r"\b(?:\d+|an?|one|two|three|five|seven) (?:hour|day|week)s? later\b",
              r"\bafter (?:\d+|an?|one|two|three|five|seven) (?:minute|hour|day|week)s?\b")),
    ("answer_call", (
        r"\b(?:answer|reply to|respond to) the (?:web ?hook|caller|call|program|shop)\b",
        r"\b(?:give|send) (?:it )?back\b", r"\brespond with\b")),
    ("chat", (r"\b(?:reply|answer|say|respond|post)\b[^,.;]{0,25}\bin the chat\b",)),
    ("board", (
        r"\b(?:tell|post|send|notify|alert|inform|let|message|write|share|put|announce|ping|warn|"
        r"forward|report)\b[^.;]{0,60}?\b(?:on|in|to|via|through|into|by) (?:our |the |my |a )?"
        rf"(?:[#\w-]+ (?:channel )?(?:on|in|of) )?(?:{_BOARDS})\b(?: channel)?",)),
    ("ask", (
        rf"\b(?:ask|check with|confirm with|consult) (?:{_WHO}|{ADDRESS})(?: ?(?:before|first|"
        r"whether|if|for (?:an? |my |the )?(?:ok|okay|approval|permission)|to (?:approve|confirm|"
        r"check|look)|about|when|beforehand|,|;|\.|$| and))",
        rf"\b(?:let|have) (?:{_WHO}) (?:approve|check|confirm|see|look|review|decide|sign)\b",
        r"\b(?:i|we|my \w+|the \w+) (?:(?:want|need|have|has|like|wants|needs) to |must |should |"
        r"will )?(?:approve|confirm|sign off|okay|check|review|see)s?\b",
        r"\b(?:after|with|get|needs?|wait for|until|once|without|unless)\b[^,.;]{0,20}"
        r"\b(?:approval|ok|okay|approves?|approved|permission|sign(?:s|ed)? (?:it )?off)\b",
        r"\bshow (?:it|me|them)\b[^,.;]{0,20}\b(?:first|before)\b", r"\bapprov(?:al|e)\b")),
    ("sort", (
        r"\b(?:sort|categori[sz]e|classify|triage|route|group)\b(?! (?:it |them |the \w+ )?by "
        r"(?:date|price|name|amount|size))",
        r"\bfind out (?:what kind|which kind|whether)", r"\btell (?:\w+ )?apart\b",
        r"\bdecide (?:what|which|whether)\b", r"\blabel\b")),
    ("table", (
        r"\b(?:put|add|save|store|log|record|write|keep|enter|append|file|copy|note|insert|collect|"
        r"track|register|(?<!price )list|document)\b[^.;]{0,70}?\b(?:in|into|to|on|as an?)\b"
        rf"[^.;,]{{0,40}}?\b{_TABLES}",)),
    ("summarise", (
        r"\bsummari[sz]\w*", r"\bsummar(?:y|ies)\b", r"\bsum (?:it |them )?up\b", r"\bdigest\b",
        r"\brecap\b", r"\bkey points\b", r"\bshort version\b",
        r"\bin (?:a few|three|two|five) sentences\b")),
    ("translate", (r"\btranslat\w+",)),
    ("draft", (
        r"\b(?:draft|write|compose|prepare|suggest|formulate|propose|word)\b[^,.;]{0,30}?"
        rf"\b(?:{_LETTERS})s?\b", r"\bdraft\b")),
    ("thank", (r"\bthank\b", r"\bconfirm (?:it|the \w+) (?:to|by)\b", r"\bgreet\b",
               r"\bwelcome (?:them|him|her|the)\b")),
    ("answer", (
        r"(?<!the )(?<!\ba )(?<!\ban )(?<!your )(?<!its )(?<!his )(?<!this )(?<!short )"
        r"\b(?:answer|reply|respond)\b(?! is\b)", r"\b(?:which|that) (?:answers|replies to)\b",)),
    ("mask", (r"\bpersonal data\b", r"\banonymi[sz]e\b", r"\bmask\b", r"\bbanned words\b",
              r"\bredact\b")),
    ("update_row", (
        r"\b(?:update|change|mark|tick off|set)\b[^,.;]{0,50}"
        r"\b(?:row|table|list|sheet|status)\b",)),
    ("rows", (
        r"\b(?:look (?:up|at|in|through|(?:\w+ ){1,3}up)|find|get|read|go through|check|fetch|take|"
        r"go over|from|of)"
        r"\b[^,.;]{0,45}?\b(?:rows?|table|list|sheet)\b", r"\brows of \w+",
        rf"\bremind (?:\w+ ){{1,3}}of (?:the |all |their )?(?:\w+ )?(?:{_KEPT})\b",
        r"\b(?:every|each) \w+ (?:in|of|from) (?:the|our|my|a) (?:[\w-]+ ){0,3}(?:table|list)\b",
    )),
    ("loop", (
        r"\b(?:for )?(?:each|every) (?:one|of them|item|line|row|entry|customer|product|person|"
        r"member|invoice|order|article|file|attachment)\b",)),
    ("extract", (
        r"\b(?:extract|take out|pull out|pick out|read out|get out|find out|note down)\b",
        r"\b(?:get|find|read|take|note|pull|collect) (?:the )?"
        r"(?=(?:(?!from\b)[\w-]+(?: (?!from\b)[\w-]+)?,? (?:and )?)"
        r"{1,6}?(?:amount|date|number|name|address|supplier|total|iban|sum|price)\b)")),
    ("formula", (
        r"\b(?:calculate|work out|compute|convert|subtract|multiply|add up|total up)\b",
        r"\b(?:add|plus|with|including) (?:the )?(?:\d+ ?% )?(?:vat|tax)\b",
        r"\btake off \d+ ?%", r"\bhow many days\b")),
    ("code", (r"\b(?:run|write|with) (?:some |a (?:bit|piece) of )?(?:python|code)\b",)),
    ("post", (r"\b(?:post|send|push|pass|forward|submit|hand)\b[^.;]{0,60}?(?:to|at) §",)),
    ("post", (r"\bto §",)),
    ("fetch", (
        r"\b(?:fetch|get|download|load|read|check|look at|open|visit|call|request|query|watch|ask|"
        r"pull|grab|scrape)\b[^.;]{0,60}?§",
        r"\b(?:new|latest|every|each)\b[^.;]{0,40}?\b(?:on|at|from) §")),
    ("mail", (
        r"(?<!\ba )(?<!\ban )(?<!the )(?<!new )(?<!ing )(?<!very )(?<!each )(?<!any )(?<!day )"
        r"\b(?:send|e-?mail|mail|forward|notify|inform|alert|warn|remind|tell|let)\b(?= (?:it|them|"
        rf"that|this|me|us|everybody|everyone|my|our|the|a|an|each|{ADDRESS}|him|her|to|[a-z]+ "
        r"(?:know|by|per|via|about|of|when|if|an?|the)))",
        r"\bsending\b", r"\b(?:is|are|gets?) sent\b", r"\bit goes out\b",
        r"\b(?:forwarded|mailed|passed on)\b",
        r"\bask (?:them|him|her|the (?:customer|client|guest|sender|applicant))\b",
        r"\b(?:by|via|per) e-?mail\b", rf"\b(?:go|goes) to {ADDRESS}")),
    ("agent", (r"\b(?:run|call|start|hand (?:it )?to|use|ask) (?:the |our |an?other )?agent\b",)),
    ("show", (r"\b(?:show|display|give) me\b", r"\banswer with\b")),
    ("otherwise", (r"\botherwise\b", r"\belse\b", r"\bif not\b")),
    ("if", (
        r"\b(?:only )?(?:if|when|unless)\b(?=[^,.;]{3,60}?(?:\b(?:is|are|was|costs?|exceeds?|"
        r"contains?|mentions?|says?|has|over|above|below|under|more|less|drops?|rises?|falls?|"
        r"changes?)\b|[<>€$£]))",
        r"\b(?:anything|everything|amounts?|invoices?|orders?|refunds?|those|ones|expenses?|bills?|"
        rf"it) (?:is |are |that (?:is|are) |of )?(?:{_OVER}|from)\b(?= ?[€$£]? ?\d)",
        rf"\b(?:{_OVER})\b(?= ?[€$£]? ?\d)")),
    ("think", (
        rf"{_BEGINS}(?:research|compare|rewrite|rephrase|reword|proofread|spell-?check|improve|"
        r"polish|shorten|simplify|explain|brainstorm|generate|analy[sz]e|evaluate|assess|rate|"
        r"score|rank|judge|outline|describe|come up with|plan|advise|help)\b",
        rf"{_BEGINS}(?:turn|make|transform|rework|change)\b[^.;,]{{1,60}}?\b(?:into|out of)\b",
        rf"{_BEGINS}(?:write|draft|create|prepare|compose|produce|suggest|propose|invent|find|"
        r"think of)\b (?:(?:me|us) )?(?:an?|some|the|two|three|five|ten|\d+)\b",
        rf"{_BEGINS}make\b (?:(?:me|us) )?(?:an?|some|the) (?:[\w-]+ )?(?:list|plan|agenda|"
        r"overview|checklist|outline|quiz|poem|slogan|proposal|schedule|report)\b")),
)  # fmt: skip
ACTS = tuple((kind, re.compile("|".join(patterns))) for kind, patterns in _ACTS)
_KEEPS = (
    r"\b(?:put|add|save|store|log|record|write|keep|enter|append|file|copy|note|insert|collect|track)"
    r"\b[^.;]{0,70}?\b(?:in|into|to|on)\b (?:the |our |my )?"
)


def acts_with(tables: Sequence[str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The acts, with those that name a table of the workspace: `put it in Invoices`."""
    names = "|".join(re.escape(name.lower()) for name in tables if name.strip())
    if not names:
        return ACTS
    named = (
        ("table", re.compile(rf"{_KEEPS}(?:{names})\b(?: table)?")),
        ("rows", re.compile(rf"\b(?:rows|entries|lines|through|look up|from|of) (?:the |all )?"
                            rf"(?:{names})\b")),
    )  # fmt: skip
    first = [kind for kind, _ in ACTS].index("summarise")
    return (*ACTS[:first], *named, *ACTS[first:])
