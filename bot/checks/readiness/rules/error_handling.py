"""One handler for what goes wrong in any route: the rule `error-handling`.

Rule: the marks of the item's table; and a middleware of the program's own that takes what fails behind it and answers
500. A handler that shows clients a stack, or answers 200, is configured and not wired.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html (read 2026-11-30).
Out of sight: what a handler of another file's function answers; what settings of a framework show.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, conclude
from bot.checks.readiness.rules.middleware import Does, judge_with_own
from bot.model import Evidence, State, Strength

# What takes errors of Express is told by its four parameters.
_FOUR = r"\(\s{0,8}_?e(?:rr(?:or)?)?\b[^(){},]{0,80}(?:,[^(){},]{1,80}){3}\)"
_TAKES = re.compile(
    r"\btry\s{0,20}[{:][^{}]{0,200}?\b_?(?:next|call_next|get_response|app)\s{0,8}[.(]|\brecover\(\)|\bprocess_exception\b"
    rf"|{_FOUR}"
)
_CATCHES = re.compile(rf"\bcatch\b|\bexcept\b|\brescue\b|\brecover\(\)|\bprocess_exception\b|{_FOUR}")
# What goes on as it came, to whoever asks further out.
_RETHROWS = re.compile(
    r"\b(?:raise|throw)\b(?:[ \t]+[\w.$]{1,60}(?:[ \t]+from[ \t]+\w{1,60})?)?[ \t]*;?[ \t]*\}?[ \t]*$", re.MULTILINE
)
# Said, and not compared with.
_WRONG = re.compile(r"(?<![<>])(?<![<>] )(?<![<>=!]=)(?<![<>=!]= )(?<!\d)500(?!\d)|(?i:internal_?server_?error)")


def _answers(text: str) -> bool:
    """Whether an error that is caught ends as an answer: one that is counted, and goes on as it came, does not."""
    caught = _CATCHES.search(text)
    if caught is None or _TAKES.search(text) is None:
        return False
    gone = deque(_RETHROWS.finditer(text, caught.end()), maxlen=1)
    return _WRONG.search(text, gone[0].end() if gone else caught.end()) is not None


_ERRORS = Does(
    shows="a middleware takes what fails behind it",
    words=("500", "nternalServerError", "INTERNAL_SERVER_ERROR", "nternal_server_error"),
    holds=(_answers,),
    lacks=re.compile(r"(?!)"),
    also=re.compile(_FOUR),
)
_SHOWS_STACK = re.compile(
    r"(?:json|send|jsonify|JSONResponse|WriteAsJsonAsync|WriteAsync|body)\b[^;]{0,300}?(?:\.stack\b|format_exc\(|StackTrace|backtrace)"
)
_ASKS_WHERE = re.compile(r"(?i)production|development|NODE_ENV|debug|isdev|isprod|environment")
# What a server of Node gives errors to takes four parameters, whatever it calls them; of fewer it is no such handler.
_USED = r"^[\w$.]{1,60}\.use\(\s*(?:[\"'`][^\"'`\n]{0,80}[\"'`]\s*,\s*)?(?:async\s+)?(?:function\s*\w{0,60}\s*)?"
_OF_THREE = re.compile(rf"{_USED}\(\s*_?e(?:rr(?:or)?)?\b[^(){{}},]{{0,80}}(?:,[^(){{}},]{{1,80}}){{2}}\)")
# A package of Express that is for development: its pages tell where an error comes from.
_SHOWING = re.compile(
    r"\b(?:import\s{1,9}(?:\*\s{1,9}as\s{1,9})?(\w{1,60})\s{1,9}from\s{0,9}|(\w{1,60})\s{0,9}=\s{0,9}require\(\s{0,9})"
    r"[\"']errorhandler[\"']"
)
_SHOWING_AT_ONCE = re.compile(r"\brequire\(\s{0,9}[\"']errorhandler[\"']\s{0,9}\)\s{0,9}\(")
# A client's hook is given the answer of another program, that of a server of sockets an address.
_OF_CLIENT = re.compile(
    r"(?:async\s{1,9})?def\s{1,9}\w{1,60}\(\s{0,40}(?:(?:self|cls)\s{0,9},\s{0,40})?(?:request\s{0,9},\s{0,40})?"
    r"(?:response|resp|client_address)\b"
)
_OF_FOUR = re.compile(
    r"\(\s{0,8}+_?e(?:rr(?:or)?)?\b[^(){},]{0,80}+,(?:\s{0,8}+\{[^{}()]{0,80}+\})?+[^(){},]{1,80}+,\s{0,8}+"
    r"(?:(?P<answer>\w{1,40}+)|\{[^{}()]{0,80}+\})[^(){},]{0,80}+"
    r",\s{0,8}+(?P<next>\w{1,40}+)[^(){},]{0,80}+\)"
)
# What the table says of Rails: a controller rescues for those that derive from it.
_RESCUED = "exceptions are rescued"
_OF_CONTROLLER = re.compile(r"_controller\.rb$")
_MAX_CONTROLLERS = 200
_SAYS_OK = re.compile(r"\bstatus\(\s*200\s*\)|\bstatusCode\s*=\s*200\b")
_SAYS_WRONG = re.compile(r"(?<!\d)[45]\d\d(?!\d)|(?i:internal_?server_?error|\.status\b(?!\())")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
# In Ruby a handler is named by a symbol; other words of a block are what it calls.
_SYMBOL = re.compile(r"(?<![:\w]):([a-z_]\w*)")
_ROUTE_OF_NEXT = re.compile(r"(?:^|/)pages/api/")
_GIVES_HANDLERS = re.compile(r"\(\s*req\w*,\s*res\w*,\s*\{")
_AWAITS = re.compile(r"\bawait handlers?\b[^\n]{0,80}\(req[^\n]{0,40}\n(?:[^\n]{0,80}\n){0,3}?\s{0,40}\}\s{0,4}catch\b")
_MAX_TEXT, _MAX_NAMES, _MAX_FILES = 4_000, 8, 20


def judge_error_handling(look: Look, ask: CodeAsk) -> Judged:
    """Pass where one handler takes errors, and tells clients no more than that there was one."""
    judged = judge_with_own(look, ask, _ERRORS)
    if judged.state is State.FAIL and not judged.evidence and (shared := next(_shared(look), None)) is not None:
        return replace(judged, state=State.PASS, reason=f"{shared.text}: {shared.path}", evidence=[shared], missing=())
    if judged.state is not State.PASS:
        return judged
    evidence = [_weighed(look, one) for one in judged.evidence]
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    concluded = conclude(look, evidence, "nothing of the kind is found in the code")
    return replace(concluded, measures=judged.measures)


def _shared(look: Look) -> Iterator[Evidence]:
    """Yield where a route of Next.js gives its handlers to a function of the program's own that answers what fails."""
    paths = [path for path in look.source.mentioning("(req, res, {") if _ROUTE_OF_NEXT.search(path)]
    for path in paths[:_MAX_FILES]:
        file = look.source.file(path)
        for call in file.calls:
            given = _GIVES_HANDLERS.match(call.text) and _NAME.fullmatch(call.name)
            if given and any(map(_catches_all, _defined(look, call.name))) and look.reach.runs(file, call):
                text = "handlers answer errors by one function"
                yield Evidence(text=text, path=path, line=call.line, strength=Strength.WIRED)


def _defined(look: Look, name: str) -> Iterator[str]:
    for path in look.source.mentioning(name, language="typescript")[:_MAX_FILES]:
        other = look.source.file(path)
        yield from (other.text(one)[:_MAX_TEXT] for one in _named(other, name))


def _catches_all(text: str) -> bool:
    """Whether a function awaits what it is given, and answers its error without where that comes from."""
    caught = _AWAITS.search(text)
    return caught is not None and ".status(" in text[caught.end() :] and not _SHOWS_STACK.search(text)


def _weighed(look: Look, evidence: Evidence) -> Evidence:
    path = evidence.path or ""
    if path not in look.source or evidence.strength is Strength.CONFIGURED:
        return evidence
    file = look.source.file(path)
    if evidence.text == _RESCUED and _is_of_one_controller(look, file, evidence.line or 0):
        return replace(evidence, text=f"{evidence.text}, but in one controller", strength=Strength.CONFIGURED)
    if _is_of_development(file, evidence.line or 0):
        text = f"{evidence.text}, but the package errorhandler shows clients where errors come from"
        return replace(evidence, text=text, strength=Strength.CONFIGURED)
    for text in _handlers(look, file, evidence.line or 0):
        if _SHOWS_STACK.search(text) and not _ASKS_WHERE.search(text):
            why = "but it shows clients where errors come from"
        elif _SAYS_OK.search(text) and not _SAYS_WRONG.search(text):
            why = "but it answers that all is well"
        elif _OF_CLIENT.match(text):
            why = "but it is given what another program answered"
        elif _OF_THREE.match(text):
            why = "but what takes three parameters is given no errors"
        elif _passes_on(text):
            why = "but it only hands errors on"
        else:
            continue
        return replace(evidence, text=f"{evidence.text}, {why}", strength=Strength.CONFIGURED)
    return evidence


def _is_of_development(file: SourceFile, line: int) -> bool:
    """Whether what a line mounts is the package `errorhandler` of npm."""
    if file.language != "typescript" or not file.says("errorhandler"):
        return False
    bound = {name for found in _SHOWING.finditer(file.code) for name in found.groups() if name}
    called = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(bound)))})\(") if bound else _SHOWING_AT_ONCE
    given = (one.text[:_MAX_TEXT] for one in file.calls if one.line == line)
    return any(called.search(text) or _SHOWING_AT_ONCE.search(text) for text in given)


def _is_of_one_controller(look: Look, file: SourceFile, line: int) -> bool:
    """Whether a controller that none derives from stands around a line, and others stand beside it."""
    owner = next(iter(file.classes_at(line)), None)
    if owner is None or not owner.name.endswith("Controller"):
        return False
    derived = re.compile(rf"(?<![\w:])(?:\w+::)*{re.escape(owner.last_name)}\b")
    paths = look.source.mentioning(owner.last_name, language="ruby")[:_MAX_CONTROLLERS]
    if any(derived.search(one.text) for path in paths for one in look.source.file(path).classes):
        return False
    others = (path for path in look.source.mentioning("Controller", language="ruby") if _OF_CONTROLLER.search(path))
    return sum(not path.endswith("/application_controller.rb") for path in others) > 1


def _passes_on(text: str) -> bool:
    """Whether a handler of Express gives an error to the next one and never touches the answer."""
    head = _OF_FOUR.search(text)
    if head is None:
        return False
    body = text[head.end() :]
    # What is taken out of the answer by its names is only looked at.
    if head["answer"] is None:
        return re.search(rf"\b{head['next']}\(\s*\w", body) is not None
    touched = re.search(rf"\b{head['answer']}\b(?!\.headersSent|\.statusCode\b(?!\s{{0,4}}=[^=]))", body)
    return touched is None and re.search(rf"\b{head['next']}\(\s*\w", body) is not None


def _handlers(look: Look, file: SourceFile, line: int) -> Iterator[str]:
    """Yield the code of the handlers that stand on a line, or right behind it, or are named there."""
    here = [one for one in (*file.calls, *file.decorators) if one.line == line]
    yield from (file.text(one)[:_MAX_TEXT] for one in here)
    yield from (file.text(one)[:_MAX_TEXT] for one in file.functions if 0 <= one.line - line <= 1)
    name_of = _SYMBOL if file.language == "ruby" else _NAME
    names = [name for one in here for name in name_of.findall(one.text[:_MAX_TEXT])]
    for name in islice(dict.fromkeys(names), _MAX_NAMES):
        for path in look.source.mentioning(name, language=file.language)[:_MAX_FILES]:
            other = look.source.file(path)
            yield from (other.text(one)[:_MAX_TEXT] for one in _named(other, name))


def _named(file: SourceFile, name: str) -> Iterator[Element]:
    return (one for one in file.functions if one.last_name == name)
