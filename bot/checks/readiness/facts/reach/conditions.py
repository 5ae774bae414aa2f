"""What a condition says of production: only outside of it, only when a switch is thrown, or nothing of the kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# One of a list of names, as in `EnvironmentOption.PRODUCTION` and `Env::Prod`.
_MEMBER = r"(?<![\w.:])(?:\w{1,40}(?:\.|::)){1,3}"
_DEVELOPMENT = re.compile(
    r"""IsDevelopment\(\)|\bIs(?:Testing|Test|E2E)\(\)|IsEnvironment\(\s{0,9}["'](?:dev|test|local|docker|compose|integration|functional|e2e|ci["'])\w{0,20}|\bis_?dev(?:elopment)?(?:_?mode)?\b(?!\s*[!=]=)|\bdev(?:elopment)?_?mode\b(?!\s*[!=]=)|__DEV__|import\.meta\.env\.DEV|\bDEBUG\b|\.debug\b"""
    r"""|Rails\.env\.(?:development|local|test)\?|gin\.DebugMode"""
    r"""|(?:->|::)environment\(\s*["'](?:local|dev\w{0,20}|test\w{0,20})["']|(?:->|::)(?:isLocal|runningUnitTests)\(\)"""
    r"""|(?:ENV|ENVIRONMENT|env|environment|Environment|mode|stage)\b[\w.()\[\]"']*\s*={2,3}\s*"""
    rf"""(?:["'](?:development|dev|local|test|testing|debug)["']|{_MEMBER}(?:development|dev|local|testing)\b)"""
    r"""|(?:ENV|ENVIRONMENT|env|environment|mode|stage)\b[\w.()\[\]"']*\s*!={1,2}\s*"""
    rf"""(?:["'](?:production|prod)["']|{_MEMBER}(?:production|prod)\b)"""
    # A setting of that name, such as `settings.TESTING`; what something is compared with is none.
    r"""|(?<![\w."'/=-])(?<!= )(?:\w+\.){0,4}(?:is_?)?test(?:ing|_?mode)\b(?!["'\w.(-])""",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(
    r"""IsProduction\(\)|\bis_?prod(?:uction)?\b|\bacceptsProfiles\([^)]{0,40}["']prod(?:uction)?["']"""
    r"""|(?:->|::)environment\(\s*["']prod(?:uction)?["']|import\.meta\.env\.PROD|Rails\.env\.production\?"""
    r"""|(?<![\w."'/=-])(?<!= )(?:\w+\.){0,4}production(?:_?mode)?\b(?!["'\w.(-])"""
    r"""|(?:ENV|ENVIRONMENT|env|environment|mode|stage)\b[\w.()\[\]"']*\s*={2,3}\s*"""
    rf"""(?:["'](?:production|prod)["']|{_MEMBER}(?:production|prod)\b)"""
    r"""|(?:ENV|ENVIRONMENT|env|environment|mode|stage)\b[\w.()\[\]"']*\s*!={1,2}\s*"""
    rf"""(?:["'](?:development|dev|local|test|testing)["']|{_MEMBER}(?:development|dev|local|testing)\b)""",
    re.IGNORECASE,
)
_OR = re.compile(r"\|\||\bor\b")
_AND = re.compile(r"&&|\band\b")
_NEGATED = re.compile(r"(?:!\s*|\bnot\s+)[\w.()\[\]$>:-]{0,80}$")
_TRUE = re.compile(r"""(?:\s*={2,3}\s*|\s+in\s*[(\[{]\s*)["']?(?:true|1|yes|on)\b""", re.IGNORECASE)
# Values that stand before what is held against them, as in `'true' === limited` and `"true".equals(limited)`.
_VALUE = r"""(?P<value>["'][\w-]{0,40}["']|\b(?:true|false|\d{1,9})\b)"""
_HELD = r"""(?P<held>[A-Za-z_$][\w$]*(?:\??\.[\w$]{1,80}|\[["']\w{1,80}["']\]|\([\w"', .]{0,80}\)){0,8})"""
_REVERSED = re.compile(rf"{_VALUE}\s*(?P<operator>[!=]={{1,2}})\s*{_HELD}")
_EQUALS = re.compile(rf"{_VALUE}\.equals(?:IgnoreCase)?\(\s*{_HELD}\s*\)")
# Ways to read a variable of the environment, which is off or not there where nothing sets it.
_VARIABLE = re.compile(
    r"""(?:process\.env|import\.meta\.env|os\.environ|ENV)\[\s*["'](?P<key>\w{1,80})["']\s*\]"""
    r"""|(?:os\.environ\.get|(?:os|System)?\.?[gG]etenv|env|ENV\.fetch|\w{0,40}\.?GetEnvironmentVariable)\(\s*["'](?P<name>\w{1,80})["']\s*"""
    r"""(?:,\s*(?:["'](?:false|0|off|no|)["']|None|False|false|null|nil|0)\s*)?\)"""
)
# A variable that is asked for with a no of its own, and with nothing that it is held against, is a switch itself; so is
# what Rust holds against yes, or asks for the presence of.
_WITH_NO = re.compile(
    r"""\b(?:env|getenv|os\.getenv|os\.environ\.get|ENV\.fetch|(?:env|environ)\.bool|config)\(\s{0,9}["'](?P<name>\w{1,80})["']\s{0,9},\s{0,9}(?:default\s{0,9}=\s{0,9})?"""
    r"""(?:false|False)\s{0,9}(?:,\s{0,9}cast\s{0,9}=\s{0,9}\w{1,20}\s{0,9})?\)(?!\s{0,9}(?:[!=<>]|->|\.|::|\bin\b))"""
)
_OF_RUST = re.compile(
    r"""\b(?:std::)?env::var(?:_os)?\(\s{0,9}"(?P<name>\w{1,80})"\s{0,9}\)(?P<asked>(?:\s{0,40}\.\w{1,30}\((?:[^()]|\([^()]{0,80}\)){0,120}\)){1,4}(?:\s{0,9}==\s{0,9}(?:Ok\()?"(?:true|1|on|yes)"\)?)?)"""
)
_ASKS_FOR_YES = re.compile(
    r"""(?s)(?:(?:==\s{0,9}(?:Ok\()?|eq_ignore_ascii_case\(\s{0,9})"(?:true|1|on|yes)"|unwrap_or\(false\)|unwrap_or_default\(\)$|\.is_ok\(\)$|\.is_some\(\)$)"""
)
_ASKS_FOR_MORE = re.compile(r"""!=|unwrap_or\(true\)|"true"\.""")
# Settings of Flask, and of others that give them by a key: `app.config["LIMITED"]`, `config.get("LIMITED", False)`.
_KEYED = re.compile(
    r"""\b(?:\w{1,40}\.){0,3}config(?:\[\s{0,9}["'](?P<key>[A-Z]\w{1,80})["']\s{0,9}\]|\.get\(\s{0,9}["'](?P<name>[A-Z]\w{1,80})["']\s{0,9}(?:,\s{0,9}False\s{0,9})?\))"""
)
_BARE = re.compile(r"(?:process\.env|import\.meta\.env|env)\.([A-Z][A-Z0-9_]{1,80})")
_SAME = re.compile(
    r"(?:\??\.(?:(?:toLowerCase|toUpperCase|trim|toString|lower|strip|casefold|downcase|to_s)\(\)|(?:present\?|presence\b|to_s\b|downcase\b|strip\b)))+"
)
# What holds where nothing says no.
_NOT_NO = re.compile(r"""\s{0,9}(?:!==?|\bis\s+not\b)\s{0,9}["']?(?:false|0|no|off)\b""", re.IGNORECASE)
# What holds unless something is on: `!limited`, `process.env.LIMITED !== "true"`.
_TURNED = re.compile(
    r"""^\s*+(?:\(\s*+)?(?:(?:!|not\b)\s*+(?P<no>[\w.$?]++)|(?P<other>[\w.$?]++)\s*+!==?\s*+["']?true\b["']?)\s*+(?:\)\s*+)?$""",
    re.IGNORECASE,
)
_NEVER = re.compile(r"false|0|null|nil|none|undefined|!\s*(?:true|1)|not\s+true", re.IGNORECASE)
_ALWAYS = re.compile(r"true|1|!\s*(?:false|0)|not\s+false", re.IGNORECASE)
_TRUE_AT_END = re.compile(r"\s{0,9}={2,3}\s*true$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w]*(?:(?:\?\.|\.|::)[A-Za-z_]\w*)*")
_SWITCH = re.compile(r"enable|disable|active|_on$|feature|^use_|^with_|toggle|flag", re.IGNORECASE)
# What is longer is made up: the patterns take time in proportion to its square.
_MAX_CONDITION = 600
# What holds settings of all kinds, and what holds anything.
_ANY = frozenset(
    {"config", "cfg", "conf", "settings", "options", "opts", "this", "self", "env", "process", "state", "props"}
)
COMMON = frozenset({"enabled", "isenabled", "enable", "active", "isactive", "disabled"})
# A condition on these asks whether there is something to use, not whether it is wanted.
_PLACES = ("dsn", "url", "uri", "key", "token", "host", "hostname", "secret", "endpoint", "address", "addr", "path")
# What `export` and `support` hold is no port.
_WHOLE = frozenset({"port", "ports", "id"})
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _straight(condition: str) -> str:
    """A condition with each value behind what is held against it, and variables of the environment as `env.NAME`."""
    condition = _OF_RUST.sub(_of_rust, condition[:_MAX_CONDITION])
    condition = _WITH_NO.sub(r"env.\g<name> == true", condition)
    condition = _VARIABLE.sub(lambda found: f"env.{found['key'] or found['name']}", condition)
    condition = _KEYED.sub(lambda found: f"config.{found['key'] or found['name']}", condition)
    return values_last(_SAME.sub("", condition))


def _of_rust(found: re.Match[str]) -> str:
    asks = _ASKS_FOR_YES.search(found["asked"]) and not _ASKS_FOR_MORE.search(found["asked"])
    return f"env.{found['name']} == true" if asks else found[0]


def values_last(text: str) -> str:
    """A text in which what something is held against stands behind it, as in `limited === 'true'`."""
    text = _EQUALS.sub(r"\g<held> == \g<value>", text)
    return _REVERSED.sub(r"\g<held> \g<operator> \g<value>", text)


def is_never(condition: str, *, holds: bool) -> bool:
    """Whether code behind a condition (of its other branch, where it does not hold) never runs, whatever is set."""
    inner, wanted = (_AND, _NEVER) if holds else (_OR, _ALWAYS)
    parts = _parts(condition, holds=holds)
    return all(any(wanted.fullmatch(one.strip(" \t\r\n()")) for one in inner.split(part)) for part in parts)


def is_development(condition: str, *, holds: bool) -> bool:
    """Whether code behind a condition (of its other branch, where it does not hold) never runs in production."""
    return all(_says_development(part, holds=holds) for part in _parts(condition, holds=holds))


def is_production(condition: str, *, holds: bool) -> bool:
    """Whether code behind a condition (of its other branch, where it does not hold) runs in production alone."""
    # Of what has to hold together one that does in production alone is enough, whatever else is asked of it.
    inner = _AND if holds else _OR
    parts = _parts(condition, holds=holds)
    return all(any(_says_development(one, holds=not holds) for one in inner.split(part)) for part in parts)


def _parts(condition: str, *, holds: bool) -> Sequence[str]:
    """The parts that all have to say it: of `a || isDev`, and of what is not `isProd && a`, some runs in production."""
    return (_OR if holds else _AND).split(_straight(condition))


def _says_development(condition: str, *, holds: bool) -> bool:
    for pattern, wanted in ((_DEVELOPMENT, True), (_PRODUCTION, False)):
        found = pattern.search(condition)
        if found:
            negated = bool(_NEGATED.search(condition[: found.start()]))
            return (holds is not negated) is wanted
    return False


def switches(condition: str, *, holds: bool) -> Iterator[str]:
    """Yield the names that have to be switched on for a condition to hold, or not to, as `!name` does not."""
    condition = _straight(condition)
    if not holds:
        turned = _TURNED.match(condition)
        if turned is None:
            return
        condition = turned["no"] or f"{turned['other']} === true"
    if "||" in condition or " or " in condition:
        return
    for found in _NAME.finditer(condition):
        *holders, name = re.split(r"\?\.|\.|::", found[0])
        explicit = bool(_TRUE.match(condition, found.end()))
        if _NEGATED.search(condition[: found.start()]) or is_place(name) or _NOT_NO.match(condition, found.end()):
            continue
        # Of a word that half of the code has, what holds it tells more.
        if name.lower() in COMMON:
            yield from (f"{one}.{name}" for one in holders[-1:] if one.lower() not in _ANY)
        elif explicit or _SWITCH.search(name):
            yield name


def plain_members(condition: str, *, holds: bool) -> Iterator[str]:
    """Yield the names of members that stand for themselves and have to be true: `settings.limits and x`."""
    condition = _straight(condition) if holds else ""
    for one in () if _OR.search(condition) else _AND.split(condition):
        found = _NAME.fullmatch(one.strip(" \t\r\n()"))
        name = re.split(r"\?\.|\.|::", found[0])[-1] if found else ""
        if found and name != found[0] and name.lower() not in COMMON and not is_place(name):
            yield name


def bare_variables(condition: str, *, holds: bool) -> Iterator[str]:
    """Yield the variables of the environment that stand for themselves, and have to be there: `process.env.METRICS`."""
    condition = _straight(condition) if holds else ""
    for one in () if _OR.search(condition) else _AND.split(condition):
        found = _BARE.fullmatch(one.strip(" \t\r\n()"))
        if found and not is_place(found[1]):
            yield found[1]


def kept_on(condition: str, *, holds: bool) -> Iterator[str]:
    """Yield the names that nothing may switch off for a condition to hold, such as `limited !== 'false'`."""
    condition = _straight(condition) if holds else ""
    if _OR.search(condition):
        return
    for found in _NAME.finditer(condition):
        name = re.split(r"\?\.|\.|::", found[0])[-1]
        if name.lower() not in COMMON and not _NEGATED.search(condition[: found.start()]):
            whole = any(found[0] == one.strip(" ()") for one in _AND.split(condition))
            if whole or _NOT_NO.match(condition, found.end()) or _TRUE.match(condition, found.end()):
                yield name


def is_place(name: str) -> bool:
    """Whether a name is of something to use, such as an address or a key, and not of a switch."""
    parts = [part.lower() for part in _PART.findall(name)]
    return any(part in _WHOLE or part.removesuffix("s").endswith(_PLACES) or part.endswith(_PLACES) for part in parts)


def plain_names(condition: str, *, holds: bool) -> Iterator[str]:
    """Yield the names that stand for themselves and have to be true for a condition to hold, or not to, as `!name`."""
    condition = _straight(condition)
    if not holds:
        turned = _TURNED.match(condition)
        condition = turned["no"] or turned["other"] if turned else ""
    if not _OR.search(condition):
        parts = (_TRUE_AT_END.sub("", one.strip(" \t\r\n()")) for one in _AND.split(condition))
        yield from (one for one in parts if one.isidentifier())
