"""Secrets that a change writes out: values in the files that it touches, under names of secrets.

Rule: a value of letters and digits in no order of a language, below or behind a name such as `DB_PASSWORD`; a machine
made it, and no one would take it for one that stands in. What stood there before is no secret that the change adds.
Out of sight: passwords that are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.judged import Measure
from bot.checks.readiness.look import Look

_NAME = (
    r"(?<![A-Za-z0-9])[\w.:-]{0,60}(?:password|passwd|secret|token|api_?key|access_?key|signing_?key|private_?key"
    r"|encryption_?key|cookie_?key|auth_?key)\w{0,30}"
)
_VALUE = r"(?P<value>[A-Za-z0-9+/=_!@#%^&*.-]{12,160})"
_GIVEN = re.compile(
    rf"(?i){_NAME}[\"'\])]{{0,3}}\s{{0,20}}(?::?=>?|:|,|\s)\s{{0,20}}[\"'`]?{_VALUE}[\"'`]?[\s,;)}}\]]{{0,9}}$"
)
# `- name: DB_PASSWORD` above `value: ...`, as Kubernetes has it.
_NAMED = re.compile(rf"(?i)^\s{{0,60}}-?\s{{0,9}}name:\s{{1,9}}[\"']?{_NAME}[\"']?\s{{0,9}}$")
_VALUE_OF = re.compile(rf"^\s{{0,60}}-?\s{{0,9}}value:\s{{1,9}}[\"']?{_VALUE}[\"']?\s{{0,9}}$")
# What is public, made up, or says where a secret is.
_NO_SECRET = re.compile(
    r"(?i)^(?:AIza|pk_|phc_|sha\d|arn:)|example|sample|change|dummy|placeholder|your|test|x{4}|0{6}|1234|abcd|://|\.\w{2,4}$"
)
_NO_PRODUCT = re.compile(
    r"(?i)(?:^|[/._-])(?:examples?|samples?|fixtures?|tests?|specs?|mocks?|stories|lock|e2e|ci)(?=[/._-]|$)"
)
_CHANGES = re.compile(r"(?:(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z]))")
_MIN_DIGITS, _MIN_CHANGES = 3, 4
_MAX_FILES, _MAX_LINE = 300, 500


def count_written_out(look: Look) -> Mapping[str, Measure]:
    """How many there are in the files that the change touches, which may not grow."""
    found = [
        (path, number)
        for path in sorted(look.touched.intersection(look.files.paths))[:_MAX_FILES]
        if not _NO_PRODUCT.search(path)
        for number in _lines_with(look, path)
    ]
    path, line = found[0] if found else ("", 0)
    return {"secrets written out": Measure(value=len(found), path=path, line=line, higher_is_better=False)}


def _lines_with(look: Look, path: str) -> Iterator[int]:
    above = ""
    for number, line in enumerate(look.files.lines(path), start=1):
        text = line[:_MAX_LINE]
        given = _GIVEN.search(text) or (_NAMED.search(above) and _VALUE_OF.search(text))
        if given and is_random(given["value"]):
            yield number
        above = text


def is_random(value: str) -> bool:
    """Whether a machine made a value: digits among letters, again and again."""
    digits = sum(character.isdigit() for character in value)
    return digits >= _MIN_DIGITS and len(_CHANGES.findall(value)) >= _MIN_CHANGES and not _NO_SECRET.search(value)
