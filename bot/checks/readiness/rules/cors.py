"""CORS: who may ask from another origin, and never everybody with credentials.

Rule: a policy of CORS is mounted; one that lets in every origin together with credentials fails, and one that lets in
every origin is no list. Frameworks answer no other origin by themselves, so that a server without CORS is safe: it
does not apply unless something says that browsers ask from elsewhere in production.
Source: https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS and
https://fetch.spec.whatwg.org/#cors-protocol-and-credentials (read 2026-11-29).
Out of sight: origins that are set in the environment; what stands there is the default where it is not set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.roles import OF_BUNDLERS
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, conclude, count_faults, find_absence, find_evidence
from bot.checks.readiness.rules.cors_echo import MAY_ECHO, echoes
from bot.checks.readiness.rules.cors_lines import find_open_lines
from bot.checks.readiness.rules.cors_policies import find_policies, is_idle_policy, is_policy
from bot.checks.readiness.rules.unread import find_unread
from bot.model import Evidence, Finding, Severity, State, Strength

_MAX_LINES = 40
_MAX_OPENING = 200
_ANY = r"""\^?(?:\(?https?\??\)?:(?:\\?/){2})?\(?\.[*+]\)?\$?"""
# How Java writes a list: `List.of(`, `Arrays.asList(`, `Collections.singletonList(`.
_LIST = r"(?:(?:\w+\.){1,4}(?:of|asList|singleton(?:List)?)\(\s*)?"
_EVERYBODY = (
    r"""origins?["']?\s*(?:=>|[:=]|\()\s*[\[({]*\s*(?:string\[\]\s*\{)?\s*["']\*["']""",
    # The header by its name, or by a constant of that name.
    r"""Access[-_]?Control[-_]?Allow[-_]?Origin(?:\.\w{1,20}\(\))?["']?\s*\]?\s*(?:,|:|=>|=|value:)\s*(?:value:\s*|[\w:.]{1,60}\(\s*)?["']\*["']""",
    rf"""(?:allowed?_?)?origin(?:s|Patterns)?\w*\(\s*{_LIST}(?:["']\*["']|CorsConfiguration\.ALL\b)""",
    r"""AllowAnyOrigin\(\)|AllowAllOrigins\s*[:=]\s*true""",
    r"""CORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)\s*=\s*True|allow_any_origin\(\)""",
    r"""Allow(?:ed)?Origins\s*(?::|=)\s*\[\]string\{\s*"\*\"|addAllowedOrigin\w*\(\s*["']\*["']""",
    # A lambda of .NET, as `(host) => true` and `_ => { return true; }`.
    r"""SetIsOriginAllowed\(\s*(?:isOriginAllowed:\s*)?(?:static\s+)?\(?(?:string\??\s+)?\w*\)?\s*=>\s*\{?\s*(?:return\s+)?true\b""",
    r"""CorsLayer::(?:very_)?permissive\(\)|Cors::permissive\(\)|AllowOrigin::mirror_request\(\)|(?<!change)origin:\s*true\b|\bcors:\s*true\b""",
    r"""AllowOrigin\w*Func:\s*func\([^)]*\)\s*bool\s*\{\s*return true""",
    r"""origins\s*["']\*["']|cors\.AllowAll\b|cors\.Default\(\)|CORSWithConfig\(\s*(?:\w+\.)?DefaultCORSConfig\s*\)""",
    # What a setting of Spring's is where nobody sets it.
    r"""\$\{[\w.-]{0,60}origins?:\*\}""",
    # A pattern that every origin matches, and a function that says yes to each.
    rf"""origins?(?:_?(?:regex(?:es)?|Patterns?))?["']?\s*(?:=>|[:=]|\(|\s)\s*[\[(]{{0,2}}\s*(?:new\s+RegExp\(\s*)?(?:r?["'`][/#~]?|/|%r\{{){_ANY}(?:[/#~]?["'`]|/|\}})""",
    r"""AllowedOrigins:\s*\[\]string\{[^}]{0,200}"https?://\*"|origins?\w*\(\s*["']https?://\*["']""",
    r"""origin["']?\s*:\s*(?:async\s+)?\(?\s*(?P<a>\w+)\s*,\s*(?P<b>\w+)\s*\)?\s*=>\s*\{?\s*(?:return\s+)?(?P=b)\(\s*null\s*,\s*(?:true|(?P=a))\b""",
    r"""origin["']?\s*(?::\s*function\s*\w*)?\(\s*(?P<c>\w+)\s*,\s*(?P<d>\w+)\s*\)\s*\{\s*(?:return\s+)?(?P=d)\(\s*null\s*,\s*(?:true|(?P=c))\b""",
    r"""origin["']?\s*:\s*\(?\s*(?P<e>\w*)\s*\)?\s*=>\s*(?:true|(?P=e))\s*[,})]""",
)
_STAR = re.compile("|".join(_EVERYBODY), re.IGNORECASE)
# Origins that a setting holds: `allow_origins=settings.origins`; and a value, or a default, that is everybody.
_HELD = re.compile(
    r"""(?i)\b(?:allow(?:ed)?_?)?origins?["']?\s*[:=]\s*(?:[A-Za-z_]\w*\.){0,4}([A-Za-z_]\w*)\s*[,)}\n]"""
)
# The same of rack-cors, and a default that stands where the origins are told.
_HELD_IN_RUBY = re.compile(r"^\s*origins(?:\s+|\(\s*)([a-z_]\w*)\s*\)?\s*$", re.MULTILINE)
_STAR_BY_DEFAULT = re.compile(
    r"""(?i)origins?["']?\s*(?:=>|[:=]|\(|\s)[^,{}\n]{0,120}?(?:\|\||\?\?|["']\s*,|default\s*=)\s*\[?\s*["']\*["']"""
)
_STAR_VALUE = re.compile(
    r"""^\s*+(?:[\w.]{1,60}\(\s*+(?:default\s*+=\s*+)?)?[\[(]?\s*+["']\*["']\s*+,?\s*+[\])]?\s*+\)?$"""
    r"""|(?:\|\||\?\?|["']\s*+,|default\s*+=)\s*+\[?\s*+["']\*["']\s*+\]?\s*+\)?$"""
)
# What asks others, up to the variable that it is given.
_SENDS = r"\b(?:fetch|axios(?:\.\w{1,10})?|\$fetch)\([^;]{0,300}?[,{\s]"
_DJANGO = "django-cors-headers is mounted"
# Its settings, and the signal that asks whether a request is let in.
_LETTING_IN = ("CORS_ALLOW", "CORS_ORIGIN", "check_request_enabled")
_OF_LARAVEL = re.compile(r"(?:^|/)config/cors\.php$")
_CREDENTIALS = re.compile(
    r"""credentials["']?\s*(?:=>|[:=])\s*["']?true|Allow-Credentials["']?\s*\]?\s*(?:,|:|=>|=)\s*(?:value:\s*)?["']?true"""
    r"""|AllowCredentials\(\)|AllowCredentials:\s*true|(?:CORS_ALLOW|supports|allow)_credentials\w*\s*=\s*True"""
    r"""|(?:set)?AllowCredentials\(\s*true|allow_credentials\(\s*true|very_permissive\(\)""",
    re.IGNORECASE,
)
_GLOBAL_PATH = re.compile(
    r"(?:next|nuxt|astro|svelte)\.config\.|(?:^|/)(?:middleware|proxy|app|main|server|cors)\.\w+$"
)
# Where no origin is named, these let in all; a variable may name some.
_OPEN_BY_DEFAULT = re.compile(
    r"""(?:.*\.)?(?:cors|enableCors|CORS|cross_origin)|cors\.(?:New|Handler)|require\(["'](?:@koa/)?cors["']\)"""
)
_MAY_BE_BARE = re.compile(
    r"""\b(?:(?:enable)?[cC]ors|CORS|cross_origin|cors["']\)|cors\.New|cors\.Handler)\s*\(|@CrossOrigin\b|\.register\("""
)
_REGISTERED = re.compile(
    r"""\(\s*(?:\w{0,40}[cC]ors|(?:require|import)\(\s*["']@?fastify[/-]cors["']\s*\))\s*(?:,\s*(\{.*\})\s*)?\)""",
    re.DOTALL,
)
_OPTIONS = re.compile(r"(?:(?:\w+\.)?\w{0,40}\{(?!.*\.\.\.).*\}|(?:handlers|middleware)\.\w+\(.*\))?", re.DOTALL)
# Of Flask-CORS: the application, and what has nothing to do with origins.
_KEYWORDS = re.compile(
    r"[\w.]*(?:\s*,\s*)?(?:(?:supports_credentials|methods|allow_headers|expose_headers|max_age|vary_header)\s*=(?!.*\*\*).*)?",
    re.DOTALL,
)
_MAY_OPEN = (_STAR, _STAR_BY_DEFAULT, _MAY_BE_BARE, MAY_ECHO)
_MAX_BARE = 600
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")
_CONFIGURATION = re.compile(r"\.(?:conf|ya?ml|properties|json|toml|template|j2)$|(?:^|/)(?:nginx|_headers)[^/]*$")
_METHODS = re.compile(r"(?i)(?:allow(?:ed)?_?|(?<![\w.]))methods\w*[\"']?\s*[(:=][^)\]}\n]{0,300}")
_WRITES = re.compile(r"(?i)post|put|patch|delete|\*|\bany\b|\ball\b")
_OPEN = "places that let every origin in"
OpenPlace: TypeAlias = tuple[SourceFile, Element, bool]
"""What lets every origin in, and whether it does so with credentials."""
_WORDS = (
    *("cors", "Cors", "CORS", "CrossOrigin", "Access-Control-Allow-Origin", "access-control-allow-origin"),
    *("ACCESS_CONTROL_ALLOW_ORIGIN", "AccessControlAllowOrigin"),
    *("AllowAnyOrigin", "allowedOrigin", "AllowedOrigin", "allowed_origins", "cross_origin"),
)


def judge_cors(look: Look, ask: Ask) -> Judged:
    """Fail where every origin is let in with credentials; pass where a list of origins is mounted."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent, measures=count_faults(_OPEN, ()))
    places = list(_find_open(look))
    missing = [_finding(file, element, credentials=with_them, fix=ask.fix) for file, element, with_them in places]
    wide = [
        found
        for found, (file, element, with_them) in zip(missing, places, strict=True)
        if with_them or (_is_for_all(file, element) and not _only_reads(file, element))
    ]
    evidence = [_of_laravel(look, _of_django(look, one)) for one in find_evidence(look, "cors")]
    lines = [one for one in evidence if _CONFIGURATION.search(one.path or "")]
    configured = [replace(one, fix=ask.fix) for one in find_open_lines(look.files, lines)]
    opened = {one.path for one in configured}
    closed = [
        one
        for one in evidence
        if not any(_covers(place, one) for place in places) and not (one in lines and one.path in opened)
    ]
    judged = _judge(look, (evidence, closed), [*missing, *configured], wide=bool(wide or configured))
    return replace(judged, measures=count_faults(_OPEN, [*wide, *configured]))


def _of_django(look: Look, evidence: Evidence) -> Evidence:
    """What mounts django-cors-headers, which lets no origin in by itself."""
    if not evidence.text.startswith(_DJANGO) or look.source.mentioning(*_LETTING_IN, language="python"):
        return evidence
    return replace(evidence, text=f"{evidence.text}, and no setting lets an origin in", strength=Strength.CONFIGURED)


def _of_laravel(look: Look, evidence: Evidence) -> Evidence:
    """What Laravel is told of CORS, where the kernel does not list what reads it; a kernel of today's is none."""
    kernels = list(look.files.select("**/app/Http/Kernel.php", "app/Http/Kernel.php"))
    known = (look.source.file(path).code for path in kernels)
    today = look.source.mentioning("Application::configure", language="php")
    if not _OF_LARAVEL.search(evidence.path or "") or not kernels or today or any("Cors" in code for code in known):
        return evidence
    return replace(evidence, text=f"{evidence.text}, and the kernel does not list it", strength=Strength.CONFIGURED)


def _judge(
    look: Look, found: tuple[Sequence[Evidence], Sequence[Evidence]], missing: Sequence[Finding], *, wide: bool
) -> Judged:
    evidence, closed = found
    if wide or (missing and not _wired(closed)):
        worst = next((one for one in missing if one.severity is Severity.HIGH), missing[0])
        return Judged(state=State.FAIL, reason=worst.message, missing=missing, evidence=closed)
    if closed and all(one.text.endswith(Standing.DEVELOPMENT) for one in closed):
        reason = look.project.missing(f"CORS in production ({closed[0].text}: {closed[0].path}:{closed[0].line})")
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    if evidence:
        advice = [replace(one, fails=False) for one in missing]
        return replace(conclude(look, closed, ""), missing=advice, by_absence=True)
    unread = find_unread(look)
    if unread is not None:
        return Judged(state=State.NOT_CHECKED, reason=unread.reason, unknowns=[unread])
    reason = look.project.missing("library and no header of CORS in use, so that browsers refuse other origins")
    return Judged(state=State.NOT_APPLICABLE, reason=reason)


def _wired(evidence: Sequence[Evidence]) -> bool:
    return any(one.strength is not Strength.CONFIGURED for one in evidence)


def _is_for_all(file: SourceFile, element: Element) -> bool:
    """Whether something lets everybody in on all routes, rather than on the one that sets a header."""
    return "access-control" not in file.text(element).lower() or bool(_GLOBAL_PATH.search(file.path))


def _only_reads(file: SourceFile, element: Element) -> bool:
    """Whether what is open names its methods, and none that writes: a document that is public for all."""
    return _names_reading_alone(_around(file, element))


@lru_cache(maxsize=8)
def _names_reading_alone(text: str) -> bool:
    named = _METHODS.findall(text)
    return bool(named) and all("get" in one.lower() and _WRITES.search(one) is None for one in named)


def _covers(place: OpenPlace, evidence: Evidence) -> bool:
    file, element, _ = place
    return evidence.path == file.path and element.line <= (evidence.line or 0) <= element.end_line


def _find_open(look: Look) -> Iterator[OpenPlace]:
    """Yield what lets in every origin in production, and whether with credentials."""
    for file in look.source.parsed(*_WORDS):
        if _is_no_policy(file):
            continue
        held = _find_held(look, file)
        if not held and not any(one.search(file.code) for one in _MAY_OPEN):
            continue
        seen: set[int] = set()
        opening = [
            one
            for one in file.elements
            if _lets_everybody_in(file, one) or _is_told_everybody(one, held) or echoes(file, one)
        ]
        # Of more than a file has in earnest each counts.
        few = opening if len(opening) <= _MAX_OPENING else ()
        off = {
            one
            for one in few
            if not look.reach.runs(file, one) or is_idle_policy(look, file, one) or _is_sent(file, one)
        }
        policies = find_policies(file) if few else ()
        alone = [one for one in few if not any(_holds(one, at) for at in few)] if off else ()
        for element in opening:
            # What is configured around it opens nothing by itself.
            inner = [one for one in alone if _holds(element, one)]
            switched = element in off or (bool(inner) and off.issuperset(inner))
            if element.line in seen or switched or any(_holds(element, one) for one in policies):
                continue
            with_them = _names_credentials(_around(file, element))
            seen.add(element.line)
            yield file, element, with_them


@lru_cache(maxsize=8)
def _names_credentials(text: str) -> bool:
    # Settings of Django are the same text for each place of them.
    return _CREDENTIALS.search(text) is not None


def _is_no_policy(file: SourceFile) -> bool:
    """Whether a file's origins are those of Laravel's web sockets, of documents for everybody, or of a bundler."""
    if OF_BUNDLERS.search(file.path):
        return True
    if file.language != "php" or not file.says("allowed_origins"):
        return False
    if "cors" not in file.path.rpartition("/")[2].lower():
        return True
    paths = next((one.text for one in file.assigns if one.name == "paths"), "")
    named = _QUOTED.findall(paths[:_MAX_BARE])
    return bool(named) and all(one.lstrip("/").startswith(".well-known/") for one in named)


def _find_held(look: Look, file: SourceFile) -> frozenset[str]:
    """The names of settings that a file takes origins from, and that are everybody unless somebody says otherwise."""
    told = _HELD_IN_RUBY if file.language == "ruby" else _HELD
    names = {name for name in told.findall(file.code) if name not in _WORDS}
    return frozenset(name for name in names if _is_everybody(look, file, name))


def _is_everybody(look: Look, home: SourceFile, name: str) -> bool:
    values = [
        one.text.strip()
        for file in look.source.parsed(name, language=home.language)
        for one in file.assigns
        if one.name.rpartition(".")[2].partition(":")[0] == name and look.reach.runs(file, one)
    ]
    return bool(values) and all(map(_STAR_VALUE.search, values))


def _is_told_everybody(element: Element, held: frozenset[str]) -> bool:
    """Whether a call is given origins by a setting of those names, or by one whose default stands there."""
    if element.kind is not Kind.CALL or element.end_line - element.line > _MAX_LINES:
        return False
    if element.name == "origins":
        return element.text.strip("() \n") in held or bool(_STAR_BY_DEFAULT.search(f"origins {element.text}"))
    told = "cors" in f"{element.name}{element.text}".lower()
    return told and (
        bool(_STAR_BY_DEFAULT.search(element.text)) or any(name in held for name in _HELD.findall(element.text))
    )


def _holds(outer: Element, inner: Element) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and outer is not inner


def _lets_everybody_in(file: SourceFile, element: Element) -> bool:
    if element.kind is Kind.ASSIGN:
        value = file.text(element)
        return len(value) <= 200 and bool(_STAR.search(value))  # noqa: PLR2004 - the key itself, not all around it
    if element.kind is Kind.DECORATOR:
        return _is_open_annotation(file, element)
    if element.kind is not Kind.CALL or element.end_line - element.line > _MAX_LINES:
        return False
    text = f"{element.last_name}{element.text}"
    if _names_no_origin(file, element):
        return True
    return len(text) <= 400 and bool(_STAR.search(text))  # noqa: PLR2004 - the call itself, not all around it


def _is_open_annotation(file: SourceFile, element: Element) -> bool:
    if element.name == "Value":
        return "cors" in file.code.lower() and bool(_STAR.search(element.text))
    value = element.text if "=" in element.text or not element.text else f"origins({element.text})"
    return element.name == "CrossOrigin" and ("origin" not in value.lower() or bool(_STAR.search(value)))


def _is_sent(file: SourceFile, element: Element) -> bool:
    """Whether a header is one of those that a request to others is sent with, by the variable that holds it."""
    if file.language != "typescript" or element.kind is not Kind.ASSIGN:
        return False
    held = (re.escape(one.name) for one in file.around(element) if one.kind is Kind.ASSIGN and one.name.isidentifier())
    return any(re.search(rf"{_SENDS}{name}\s{{0,9}}[,)}}]", file.code) for name in held)


def _names_no_origin(file: SourceFile, element: Element) -> bool:
    """Whether it mounts a library of CORS without a word on origins, which then is for all."""
    arguments = element.text.strip()
    if len(arguments) > _MAX_BARE or "origin" in arguments.lower():
        return False
    if element.last_name == "register":
        return bool(_REGISTERED.fullmatch(arguments))
    given = arguments.removeprefix("(").removesuffix(")").strip()
    silent = _KEYWORDS if file.language == "python" else _OPTIONS
    return bool(_OPEN_BY_DEFAULT.fullmatch(element.name) and silent.fullmatch(given))


def _around(file: SourceFile, element: Element) -> str:
    """The code of what is configured together: the outermost call or assignment around it of a few lines."""
    widest = element
    for one in (element, *file.around(element)):
        if one.kind not in {Kind.CALL, Kind.ASSIGN, Kind.BRANCH} or one.end_line - one.line > _MAX_LINES:
            break
        if is_policy(one):
            return file.text(one)
        widest = one
    text = file.text(widest)
    if re.match(r"CORS_", element.name):
        return file.code
    # A header is set by a statement of its own; the others stand beside it.
    if "access-control" in text.lower():
        return "\n".join(file.lines[max(0, element.line - 6) : element.end_line + 6])
    return f"{text}\n{_beside(file, element)}"


def _beside(file: SourceFile, element: Element) -> str:
    """What the same function says of the same object: each setter, or each field, is a statement of its own."""
    of = element.name.rpartition(".")[0]
    held = next(iter(file.functions_around(element)), None) if of.isidentifier() else None
    lines = file.text(held).split("\n") if held else ()
    return "\n".join(line for line in lines if line.lstrip().startswith(f"{of}."))


def _finding(file: SourceFile, element: Element, *, credentials: bool, fix: str) -> Finding:
    message = "every origin is let in, with credentials" if credentials else "every origin is let in"
    return Finding(
        rule="every-origin",
        message=message,
        severity=Severity.HIGH if credentials else Severity.MEDIUM,
        path=file.path,
        line=element.line,
        fix=fix or None,
    )
