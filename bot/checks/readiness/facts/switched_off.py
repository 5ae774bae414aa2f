"""Whether a call's own arguments switch off what it sets up: a tracker without an address, a logger that is silent.

Rule: an option of the call itself, or of the one that it is given to mount; options of what is nested deeper are of
something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.source.elements import Element, Kind

# What passes over whatever is asked, in Go's frameworks.
_PASSING_ALL = r"\b(?:Next|Skipper|Skip)\s{0,9}:\s{0,9}func\([^()]{0,80}\)\s{0,9}bool\s{0,9}\{\s{0,400}return\s+true\b"
_PASSES_ALL = re.compile(_PASSING_ALL)
_OFF = re.compile(
    r"""\benabled?["']?\s*[:=]\s*[Ff]alse\b|\bsilent["']?\s*[:=]\s*true\b|\blevel["']?\s*:\s*["'](?:silent|off|none)["']"""
    r"""|\bdsn["']?\s*[:=]\s*(?:""(?!")|''(?!')|null\b|None\b|undefined\b)"""
    r"""|\bIsDevelopment\s{0,9}:\s{0,9}true\b"""
    # A rate of the errors that are sent, and what lets none of them pass.
    r"""|\bsample_?[rR]ate["']?\s{0,9}[:=]\s{0,9}0(?:\.0)?\s{0,9}[,})]"""
    r"""|\bbefore_?[sS]end["']?\s{0,9}[:=]\s{0,9}(?:(?:\([\w, ]{0,40}\)|\w{1,40})\s{0,9}=>|lambda[\w, *]{0,40}:)"""
    r"""\s{0,9}(?:null|None)\b"""
    rf"""|{_PASSING_ALL}"""
    # A hook of Rails for no action.
    r"""|\bonly\s{0,4}(?:=>|:)\s{0,4}(?:%[iw])?\[\s{0,9}\]"""
    r"""|\bskip["']?\s*:\s*(?:async\s*)?(?:\([^()]{0,80}\)|\w+)\s*=>\s*(?:true\b|\{\s*return\s+true)"""
)
_ENABLED = re.compile(r"\benabled?[\"']?\s{0,9}[:=]\s{0,9}+(?![=>])")
_LOGGING = re.compile(r"\blogger[\"']?\s{0,9}:\s{0,9}+(?![{\[])")
_BY_LAMBDA = re.compile(r"\bif:\s{0,9}(?:->\s{0,9}(?:\(\)\s{0,9})?|proc\s{0,9}|lambda\s{0,9})\{([^{}|]{1,200})\}")
_RESPECTS = re.compile(r"\bshould_respect_env_var\s{0,9}=\s{0,9}True\b")
_ITS_VARIABLE = re.compile(r"\benv_var_name\s{0,9}=\s{0,9}[\"'](\w{1,80})[\"']")
_MAX_ASKED = 300
_MOUNTING = frozenset({"use", "Use", "register", "addHook", "add_middleware"})
_OPENED = re.compile(r"[(\[{]")
_CLOSED = re.compile(r"[)\]}]")
# A call's bracket, and that of its options.
_DEPTH = 2


# A value that is nothing but the answer to whether a setting says yes.
_ASKS_FOR_YES = re.compile(
    r"[\w.$?:]{1,120}(?:[(\[][\w\"', ]{1,120}[)\]][\w.()?]{0,40})?\s{0,9}={2,3}"
    r"\s{0,9}[\"'](?i:true|1|yes|on)[\"']\s{0,9};?"
)


def passes_all(text: str) -> bool:
    """Whether a middleware of Go is made so that it passes over whatever is asked."""
    return _PASSES_ALL.search(text) is not None


def is_answer(element: Element) -> bool:
    """Whether what is given a value is on where a setting says yes alone: `logger: process.env.LOGS === "true"`."""
    return element.kind is Kind.ASSIGN and _ASKS_FOR_YES.fullmatch(element.text.strip()) is not None


def is_switched_off(element: Element) -> bool:
    """Whether a call says that what it sets up is not to work."""
    if element.kind is not Kind.CALL:
        return False
    most = _DEPTH + (element.last_name in _MOUNTING)
    return any(_depth(element.text[: found.start()]) <= most for found in _OFF.finditer(element.text))


def find_asked(element: Element) -> Iterator[str]:
    """Yield what a call's own arguments ask whether what it sets up is to work: `enabled: env.LIMITED === "true"`."""
    most = _DEPTH + (element.last_name in _MOUNTING)
    asked = _LOGGING if element.last_name.lower() == "fastify" else _ENABLED
    for found in asked.finditer(element.text if element.kind is Kind.CALL else ""):
        if _depth(element.text[: found.start()]) <= most:
            yield _up_to_the_end(element.text[found.end() : found.end() + _MAX_ASKED])
    # A hook of a controller of Rails.
    if by := _BY_LAMBDA.search(element.text):
        yield by[1].strip()
    # An instrumentator of FastAPI that asks a variable of the environment itself.
    if _RESPECTS.search(element.text):
        named = _ITS_VARIABLE.search(element.text)
        yield f"env.{named[1] if named else 'ENABLE_METRICS'} == true"


def _up_to_the_end(text: str) -> str:
    """An expression as far as the comma, the line's end, or the bracket that ends it."""
    depth = 0
    for at, one in enumerate(text):
        if depth <= 0 and one in ",\n)]}":
            return text[:at]
        depth += (one in "([{") - (one in ")]}")
    return text


def _depth(text: str) -> int:
    return len(_OPENED.findall(text)) - len(_CLOSED.findall(text))
