"""Settings of Go that nothing gives a value: `cfg.Prometheus.Port > 0`, `cfg.Metrics.Enabled`.

Rule: a condition that is a field of settings, alone or beside others that have to hold, holds unless the field, in each
struct whose name begins with that of what the field is read of, is a truth value or a whole number that a file of
settings may give by a tag, and no source, no flag and no file of settings gives it a value.
Out of sight: values that a struct gets as a whole from another program.
Source: https://go.dev/ref/spec#The_zero_value (read 2026-12-01).
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.index import Source

_ASKED = re.compile(
    r"\(?\s{0,9}(?:\w{1,60}\.){0,5}(\w{1,60})\.([A-Z]\w{0,60})\s{0,9}(?:(>|!=)\s{0,9}0|==\s{0,9}true)?\s{0,9}\)?"
)
_GIVEN = re.compile(r"(?:\w{1,60}\.){0,5}(\w{1,60})\.([A-Z]\w{0,60})")
_OF_FILES = re.compile(r"\b(?:yaml|koanf|mapstructure|toml|ini|hcl):\"")
_DEFAULT = re.compile(r"\b(?:env)?[dD]efault(?:_value)?[:=]|\b(?:env|envconfig|flag|long|cli):\"")
_NO = frozenset({"false", "0"})
_SHORT = frozenset({"cfg", "conf", "c"})
_ANY = frozenset({"config", "configuration", "settings", "options", "opts"})
_SETTINGS = ("*.y*ml", "*.toml", "*.json", "*.env", ".env*", "*.hcl", "*.ini", "*.tf", "Dockerfile*", "*.sh")
_MAX_FILES, _MAX_CONDITION, _MAX_DEPTH, _MAX_BACK, _MAX_GIVEN = 60, 400, 2, 3000, 400
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def is_never_given(files: Files, source: Source, condition: str) -> bool:
    """Whether a condition asks for a setting that is nothing by its type, and that nothing gives a value."""
    if "||" in condition or len(condition) > _MAX_CONDITION:
        return False
    asked = filter(None, (_ASKED.fullmatch(one.strip()) for one in condition.split("&&")))
    return any(_is_zero(files, source, (one[1], one[2]), 0, number=one[3] is not None) for one in asked)


def _is_zero(files: Files, source: Source, field: tuple[str, str], depth: int, *, number: bool) -> bool:
    holder, name = field
    paths = source.mentioning(name, language="go")
    if depth > _MAX_DEPTH or len(paths) > 4 * _MAX_FILES:
        return False
    kind = "Config" if holder.lower() in _SHORT else holder
    code = [source.content(path).decode("utf-8", "replace") for path in paths]
    kinds = _kinds(code, kind, name, number=number)
    if not kinds:
        return False
    values = [value for text in code for value in _values(text, holder, kinds, name)]
    given = (_GIVEN.fullmatch(one) for one in values if one not in _NO)
    from_zeros = all(
        one is not None and _is_zero(files, source, (one[1], one[2]), depth + 1, number=number) for one in given
    )
    if not from_zeros:
        return False
    # What holds all settings, and a section of them, may not be of the name that tells one of them.
    alone = len(_WORDS.findall(name)) > 1 or kind.lower() in _ANY
    return not ((alone and _is_told(files, source, "", name)) or _is_told(files, source, holder, name))


def _kinds(code: list[str], kind: str, name: str, *, number: bool) -> frozenset[str]:
    """The structs that may hold the setting; none where one of them has it of another type, or with a default."""
    struct = re.compile(rf"(?i)\b({re.escape(kind)}\w{{0,20}})\s+struct\s*\{{([^{{}}]{{0,9000}})\}}")
    field = re.compile(
        rf"^[ \t]*+{re.escape(name)}[ \t]++([\w.*\[\]]{{1,60}})[ \t]*+(?:`([^`\n]{{1,300}})`)?", re.MULTILINE
    )
    wanted = re.compile(r"u?int(?:16|32|64)?" if number else "bool")
    found = [(one, kept) for text in code for one, body in struct.findall(text) for kept in field.findall(body)]
    plain = all(
        wanted.fullmatch(type_) and _OF_FILES.search(tag) and not _DEFAULT.search(tag) for _, (type_, tag) in found
    )
    return frozenset(one for one, _ in found) if plain else frozenset()


def _values(text: str, holder: str, kinds: frozenset[str], name: str) -> list[str]:
    """What a file gives the setting: as a member, in a literal of its struct, or by its address."""
    own = re.escape(name)
    if re.search(rf"&[\w.]{{0,80}}\.{own}\b", text):
        return ["&"]
    # What gives it more often is made up; to look at each place takes time in proportion to the file.
    if text.count(name) > _MAX_GIVEN:
        return ["&"]
    found = []
    for one in re.finditer(rf"\b(\w{{1,60}})\.{own}\s{{0,9}}[|]?=(?!=)\s{{0,9}}([^\s;,]{{1,80}})", text):
        its = rf"\b{re.escape(one[1])}\s{{1,9}}\*?(?:\w{{1,60}}\.)?(?:{'|'.join(kinds)})\b"
        made = rf"\b{re.escape(one[1])}\s{{0,9}}:?=\s{{0,9}}&?(?:\w{{1,60}}\.)?(?:{'|'.join(kinds)})\b"
        if one[1].lower() == holder.lower() or re.search(its, text) or re.search(made, text):
            found.append(one[2])
    literal = re.compile(
        rf"(?i)\b(?:{re.escape(holder)}|{'|'.join(kinds)})(?:\s{{0,9}}:\s{{0,9}}&?[\w.]{{0,80}})?\s{{0,9}}$"
    )
    for one in re.finditer(rf"\b{own}\s{{0,9}}:(?!=)\s{{0,9}}([^\s,}}]{{1,80}})", text):
        before = _before_brace(text, one.start())
        if before is None or literal.search(before):
            found.append(one[1])
    return found


def _before_brace(text: str, at: int) -> str | None:
    """What stands before the bracket that a place is in; None where it is too far to be seen."""
    depth = 0
    for back in range(at - 1, max(at - _MAX_BACK, 0) - 1, -1):
        depth += (text[back] == "}") - (text[back] == "{")
        if depth < 0:
            return text[max(back - 160, 0) : back]
    return None


def _is_told(files: Files, source: Source, holder: str, name: str) -> bool:
    """Whether a flag, a key or a file of settings may give the setting a value."""
    words = [*_WORDS.findall(holder), *_WORDS.findall(name)]
    key = re.compile(rf"(?i)(?<!:)[\"'](?:[\w.-]{{1,60}}[._-])?{'[._-]?'.join(map(re.escape, words))}[\"']")
    # Flags and defaults may be made far from where the setting is asked for.
    spelled = {mark.join(words).lower() for mark in ("", ".", "-", "_")} | {mark.join(words).upper() for mark in "_"}
    paths = {path for one in spelled for path in source.mentioning(one, language="go")}
    if len(paths) > 4 * _MAX_FILES or any(key.search(source.file(path).code) for path in sorted(paths)):
        return True
    joined = re.compile(rf"(?im)^[^#\n]{{0,200}}{'[._-]{0,2}'.join(map(re.escape, words))}[\"']?\s{{0,9}}[:=]")
    last = "[._-]?".join(map(re.escape, _WORDS.findall(name)))
    yes = rf"{last}[\"']?[ \t]{{0,9}}[:=][ \t]{{0,9}}[\"']?(?!false|0\b|no\b|off\b)\S"
    head = "[._-]?".join(map(re.escape, _WORDS.findall(holder)))
    section = re.compile(
        rf"(?im)^[^#\n]{{0,80}}{head}\w{{0,20}}[\"']?[ \t]{{0,9}}[\]:={{]"
        rf"[^\n]{{0,200}}\n(?:[^\n]{{0,200}}\n){{0,20}}?[ \t]{{0,40}}[\"']?{yes}"
    )
    wanted = words[-1].lower()
    texts = (text for path in files.select(*_SETTINGS) if wanted in (text := files.text(path) or "").lower())
    return any(joined.search(text) or (holder and section.search(text)) for text in texts)
