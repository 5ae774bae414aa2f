"""Logs that a machine reads, in production: the rule `structured-logging`.

Rule: the marks of the item's table. In Go, JavaScript, Python, Ruby and Rust what writes JSON only where a setting asks
for it is configured, as is in Go what writes text where a setting says that and that is its default; unless another
default or a committed setting of production asks for JSON. In any language such a setting counts by itself, where the
code reads its variable.
Source: https://12factor.net/logs (read 2026-11-30).
Out of sight: what the environment sets; choices of other languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, conclude, judge_code
from bot.model import Evidence, State, Strength

# A condition that JSON is asked for; one that the empty value meets too is the default.
_ASKS = re.compile(r"(?i)\s*+(?:\}\s{0,4}else\s{1,4})?(?:if|case)\b(?![^\n]{0,200}(?:!|\"\"))[^\n]{0,200}json")
# The same in other languages, where a name with these letters may say something else.
_IS_JSON = r"(?:===?|\beql\?|\.equals\()\s{0,4}[\"']json[\"']"
_ASKS_ELSE = re.compile(
    rf"(?i)\s*+(?:\}}\s{{0,4}}else\s{{1,4}})?(?:if|elif|elsif)\b(?![^\n]{{0,200}}(?:!|\"\"|''))[^\n]{{0,200}}?{_IS_JSON}"
)
_CHOOSES = re.compile(rf"(?i)(?<![!=]=){_IS_JSON}\s{{0,40}}\?(?!\?)")
_BY_NAME = re.compile(r"(?<![\w.!$])([A-Za-z_$][\w$]{0,60})\s{0,4}\?(?![?.:])\s{0,4}[^:\n]{0,200}[jJ]son")
# A format that is empty unless a variable says one.
_STRUCTURED = ("logging", "structured", "format")
_EMPTY = re.compile(r"(?:\$\{[\w.-]{1,80}:\})?")
# In Rust it is an arm of a match, or a condition that a setting is named by; and its default is one of the type's.
_ASKS_IN_RUST = re.compile(
    r"(?i)^(?:[^=\n]{0,120}?json[^=\n]{0,60}=>"
    r"|[ \t]*+(?:\}\s{0,4}else\s{1,4}|let\s[^=\n]{1,60}=\s{0,4})?if\b(?![^\n]{0,200}!)[^\n]{0,200}json)"
)
_JSON_IN_RUST = re.compile(
    r"(?i)#\[default\]\s{0,40}(?:#\[[^\]\n]{0,80}\]\s{0,40})?json|\bunwrap_or\w{0,8}\([^()\n]{0,80}json"
    r"|\bdefault_value\w{0,4}\s{0,4}=\s{0,4}[^,\n]{0,60}json|\b\w{0,40}format\s{0,4}:\s{0,4}(?:\w{1,40}::){1,3}json|\bjson\w{0,20}\s{0,4}:\s{0,4}true"
)
_LANGUAGES = frozenset({"typescript", "python", "ruby"})
_ASKS_TEXT = re.compile(r"(?i)\b(?:if|case)\b[^\n]{0,80}\"(?:text|console|plain)\"")
_SETTING = r"(?:\w{0,40}(?:format|encoding|encoder)\w{0,20}|json)"
_TEXT_BY_DEFAULT = re.compile(rf"(?i)\b{_SETTING}\"?\s{{0,20}}(?::|:=|=)\s{{0,20}}\"(?:text|console|plain)\"")
# A default in code: of a field, of a flag, of a variable, in a tag.
_JSON_BY_DEFAULT = re.compile(
    rf"(?i)\b{_SETTING}[\"']?\s{{0,20}}(?::|:=|=)\s{{0,20}}(?:\w{{1,40}}\()?[\"']json[\"']|default:\"json\""
    rf"|\b{_SETTING}:[^=\n]{{1,80}}=\s{{0,4}}[\"']json[\"']|\bdefault\w{{0,40}}\s{{0,4}}(?::|:?=)\s{{0,4}}[\"']json[\"']"
    r"|\b(?:SetDefault|String\w{0,6}|\w{0,20}[eE]nv\w{0,20}|Default|get|fetch)\([^()\n]{0,160}[\"']json[\"']\s{0,4}[,)]"
    r"|(?:\|\||\?\?|\bor)\s{1,20}[\"']json[\"']"
)
_OF_LOGS = re.compile(r"(?i)(?<!b)log(?!in|out)")
# Files of settings, and workflows, that say nothing about production.
_BESIDE = re.compile(
    r"(?i)^\.(?:github|gitea|forgejo|gitlab|circleci)\b|(?:^|[._/-])(?:override|dev|devel|development|local|tests?|ci|e2e)(?:[._/-]|$)"
)
_FILES = (
    *("Dockerfile*", "*.yml", "*.yaml", "*.toml", "*.env", ".env", ".env.production", "*.service", "Procfile"),
    # Of a service of ECS.
    *("*task-def*.json", "*task_def*.json", "*taskdef*.json"),
)
_JSON_IN_SETTINGS = re.compile(
    r"(?i)(?<!b)(?<!cata)(?<!dia)log(?!in|out)[\w.-]{0,30}?[-_.]?"
    r"(?:format|encod\w{0,6})\w{0,20}[\"']?[ \t]{0,8}[:= ][ \t]{0,8}[\"']?json"
    r"|\blog\w{0,10}:[ \t]*+\n(?:[ \t]++[^\n]{0,200}\n){0,8}?[ \t]++(?:format|encod\w{0,6}):[ \t]{0,8}[\"']?json"
)
# One variable of the environment: beside its name, or as a pair of name and value.
_VARIABLE = re.compile(
    r"(?<![\w-])(?P<name>(?:[A-Z0-9]{1,30}_){0,4}LOG(?:S|GER|GING)?_(?:\w{1,20}_)?(?:FORMAT|FORMATTER|ENCODING|ENCODER|TYPE|STYLE))"
    r"[\"']?(?:[ \t]{0,8}[:= ]|\s{0,80},?\s{0,80}[\"']?value[\"']?[ \t]{0,8}[:=])[ \t]{0,8}[\"']?(?i:json)\b"
)
_NEAR = 200
_MAX_LINES, _MAX_LINE = 400, 500
_MAX_VARIABLES = 20


def judge_structured_logging(look: Look, ask: CodeAsk) -> Judged:
    """Pass where logs are JSON unless somebody asks for something else."""
    judged = judge_code(look, ask)
    if judged.state is State.FAIL:
        asked = _find_variable(look)
        return conclude(look, [asked, *judged.evidence], "") if asked else judged
    if judged.state is not State.PASS:
        return judged
    weak = [_by_choice(look, one) for one in judged.evidence]
    if weak == judged.evidence or _asks_for_json(look):
        return judged
    weak.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    concluded = conclude(look, weak, "nothing of the kind is found in the code")
    return replace(concluded, measures=judged.measures)


def _by_choice(look: Look, evidence: Evidence) -> Evidence:
    """Evidence, as configured where JSON is only written when a setting asks for it."""
    if evidence.text.startswith("Spring writes structured logs"):
        told = [str(one.value) for one in find_spring_settings(look.files) if one.names[:3] == _STRUCTURED]
        return _as_text(evidence) if told and all(_EMPTY.fullmatch(one) for one in told) else evidence
    path, line = evidence.path or "", evidence.line or 1
    if evidence.strength is Strength.CONFIGURED or path not in look.source:
        return evidence
    file = look.source.file(path)
    lines = file.code.split("\n")
    if file.language != "go":
        return _as_text(evidence) if _is_asked(file, lines, line) else evidence
    around = [one for one in file.functions if one.line <= line <= one.end_line]
    own = "\n".join(lines[around[-1].line - 1 : around[-1].end_line]) if around else ""
    text = _ASKS_TEXT.search(own) and "NewJSON" not in lines[line - 1] and _TEXT_BY_DEFAULT.search(file.code)
    if not text and not any(_ASKS.match(one[:_NEAR]) for one in _headers(lines, line)):
        return evidence
    return _as_text(evidence)


def _as_text(evidence: Evidence) -> Evidence:
    return replace(evidence, text=f"{evidence.text}, but by default it is text", strength=Strength.CONFIGURED)


def _is_asked_for(lines: Sequence[str], number: int) -> bool:
    """Whether what stands on a line runs only where a setting says JSON."""
    asked = any(_ASKS_ELSE.match(one[:_NEAR]) for one in _headers(lines, number))
    return asked or any(_CHOOSES.search(one[:_MAX_LINE]) for one in lines[max(number - 2, 0) : number])


def _is_asked(file: SourceFile, lines: Sequence[str], number: int) -> bool:
    if file.language == "rust":
        return any(_ASKS_IN_RUST.match(one[:_NEAR]) for one in (lines[number - 1], *_headers(lines, number)))
    if file.language not in _LANGUAGES:
        return False
    return _is_asked_for(lines, number) or _is_asked_by_name(file.code, lines[number - 1][:_MAX_LINE])


def _is_asked_by_name(code: str, line: str) -> bool:
    """Whether a line chooses by a name that says whether a setting asks for JSON: `json ? format.json() : simple()`."""
    chosen = _BY_NAME.search(line)
    if chosen is None:
        return False
    given = re.findall(rf"(?m)^[^\n]{{0,40}}\b{re.escape(chosen[1])}\s{{0,4}}=(?!=)([^\n]{{1,200}})", code)
    return len(given) == 1 and re.search(f"(?i){_IS_JSON}", given[0]) is not None and "||" not in given[0]


def _headers(lines: Sequence[str], number: int) -> list[str]:
    """The lines that open the blocks around a line, the innermost first: each is indented less, as it is formatted."""
    found: list[str] = []
    depth = _depth(lines[number - 1])
    for line in reversed(lines[max(number - 1 - _MAX_LINES, 0) : number - 1]):
        if depth == 0:
            break
        if line.strip() and _depth(line) < depth:
            found.append(line)
            depth = _depth(line)
    return found


def _find_variable(look: Look) -> Evidence | None:
    """A variable that the code reads, and that production sets to JSON."""
    for path, text in _settings(look):
        for found in islice(_VARIABLE.finditer(text), _MAX_VARIABLES):
            if look.source.mentioning(found["name"]):
                line = text.count("\n", 0, found.start()) + 1
                return Evidence(text=f"{found['name']} is JSON", path=path, line=line, strength=Strength.WIRED)
    return None


def _settings(look: Look) -> Iterator[tuple[str, str]]:
    """Yield the files of settings that may be those of production, without their comments."""
    for path in look.files.select(*_FILES):
        if not _BESIDE.search(path):
            yield path, without_comments(path, look.files.text(path) or "")


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _asks_for_json(look: Look) -> bool:
    """Whether a default of the code, or a committed setting, asks for logs in JSON."""
    for path in look.source.mentioning("Json", "json", language="rust"):
        code = look.source.file(path).code
        if any(_OF_LOGS.search(code[max(one.start() - _NEAR, 0) : one.end()]) for one in _JSON_IN_RUST.finditer(code)):
            return True
    for path in look.source.mentioning('"json"', "'json'"):
        code = look.source.file(path).code
        for found in _JSON_BY_DEFAULT.finditer(code):
            near = code[max(found.start() - _NEAR, 0) : found.end()]
            if _OF_LOGS.search(path.rpartition("/")[2]) or _OF_LOGS.search(near):
                return True
    return any(_JSON_IN_SETTINGS.search(text) or _VARIABLE.search(text) for _, text in _settings(look))
