"""Whether a handler of JavaScript or TypeScript passes what a request brings through a schema.

Rule: the handler calls a schema, or is declared with one, or hands its input to a function of the program that does. A
type says nothing while the program runs, and what reads JSON, forms or addresses is no schema.
Source: https://zod.dev/basics, https://joi.dev/api/ and https://express-validator.github.io/docs/ (read 2026-11-30).
Out of sight: functions that are two calls away; schemas that a framework finds by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.listings import find_definitions, find_handlers

_SCRIPT = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_READS_TEXT = (
    r"JSON|Date|path|url|URL|URI|qs|querystring|Papa|form|busboy|cookies?|cookie|semver|marked|yaml|YAML|csv|ms|dayjs|moment"
    r"|parser|\w*Parser|Number|EJSON|superjson|devalue|toml|xml\w*|dotenv|acorn|Temporal"
)
_CHECKS = re.compile(
    r"\.(?:safeParse|safeParseAsync|parseAsync|validateAsync|validateSync|validated|assertValid)\("
    # Of yup; of an id or a date without what is asked it says nothing of a body.
    r"|(?<!ObjectId)(?<!ObjectID)\.isValid\((?!\))"
    rf"|(?<![\w.$])(?!(?:{_READS_TEXT})\.)[\w$]+(?:\.[\w$]+)*\.(?:parse|validate)\(|\)\s*\.(?:parse|validate)\("
    # A word, and no part of a path.
    r"|(?<![\w/-])(?:parseRequest|zValidator|sValidator|celebrate|checkSchema|validateRequest|validateBody|validateInput"
    # A limiter has options of that name, whose values are no schemas.
    r"|validate(?!\s*:\s*(?:\{\s*\w+\s*:\s*)?(?:true|false)\b)|validator"
    r"|zodValidator|parseRequestBody|parseBody|readValidatedBody|getValidatedQuery|validationResult|withValidation)\b(?!-)"
    # Of @wesleytodd/openapi, which checks what is asked against what it documents.
    r"|\.validPath\("
    r"|\bschema\s*:"
    # A guard that is given a schema of the body, or of one of its fields.
    r"|\bbody\s*:\s*(?:(?:z|zod|Joi|yup|v|t|s)\.)?(?:object|strictObject|array|record|union|discriminatedUnion)\("
    r"|\bbody\s*:\s*\w*(?:[gG]uard|[vV]alidator)\b"
    # A field by its name, as express-validator takes it: databases have a `query`, too, and requests a `param`.
    r"|(?<![\w.$])(?:body|check|param|query)\(\s*[\"'][\w.*\[\]-]{1,80}[\"']"
    r"|\bt\.Object\(|\b\w*[sS]chema\s*[,)]"
    # TypeBox, io-ts, superstruct, ArkType, fastest-validator and validatorjs, of what a request brings.
    r"|\bValue\.(?:Check|Decode|Parse)\(|\b[A-Z]\w*\.decode\(\s*(?:req|request|ctx|c)\b|\binstanceof type\.errors\b"
    r"|(?<![\w.$])(?:assert|create|is|mask|check|new Validator)\(\s*(?:req|request|ctx)\.body\b"
)
# What a framework checks by itself; NestJS does where it has a pipe.
_BY_FRAMEWORK = re.compile(r"@Body\(|\b\w*(?:Dto|DTO)\b")
_OF_NEST = "@nestjs/common"
# One that makes a number of a text, or gives what is missing a value, checks no type.
_PIPE = re.compile(r"\b(?!Parse(?:Int|Float|Bool|UUID|Enum|Date)|DefaultValue)\w*Pipe\b")
_ALL = re.compile(r"[\w.]{1,60}\.useGlobalPipes")
# A function that is given the request, or what it brings.
_HANDED = re.compile(
    r"\b([A-Za-z_$][\w$]{3,60})\(\s*(?:[^()\n]{0,120}[\s,.({])?(?:body|req|request|ctx|data|input|payload)\b"
)
# A function of the program that is named for what it checks, and what any that checks calls.
_NAMED = re.compile(r"(?<![\w.$])((?:parse|validate|check)[A-Z]\w{2,40})\(")
# None that hold a function: what is wrapped says what it does itself.
_ARGUMENTS = r"(?:\((?:[^()>]|\([^()>]{0,200}\)){0,400}\))"
# Who is asked for a sign-in, and what reads text, checks no input.
_CALLS_CHECK = re.compile(
    rf"(?<![\w.$])(?!(?:{_READS_TEXT})\.)[\w$.]{{1,80}}\.(?:safe)?(?i:parse|validate|check|isValid|assert)\w{{0,20}}\("
    r"|\)\s{0,20}\.(?:safe)?(?i:parse|validate)\w{0,20}\("
    r"|(?<![\w.$])(?:validate|parse|check)(?!Auth|Session|Log|Permission|User|Access|Token|Role|Int\b|Float\b|Date|Url|URL|Json|JSON)\w{0,40}\("
)
_NO_HELP = frozenset(
    {"json", "send", "status", "await", "return", "catch", "if", "while", "switch", "Number", "String"}
)
_TAKES = re.compile(r"""\b(?:body|formData|files?)\b|["'](?:POST|PUT|PATCH)["']""")
_MAX_HANDED = 12
_MAX_CODE = 20_000


def is_script(route: Route) -> bool:
    """Whether a route is declared in JavaScript or TypeScript."""
    return route.source.endswith(_SCRIPT)


def takes_input(look: Look, route: Route) -> bool:
    """Whether a handler of any method, as files of routes have, takes a body."""
    return not is_script(route) or route.method != "ANY" or bool(_TAKES.search(look.routes.code(route)))


def is_validated_script(look: Look, route: Route) -> bool:
    """Whether the handler passes its input through a schema, by itself or by a function that it hands it to."""
    found = dict.fromkeys([look.routes.code(route), *find_handlers(look, route)])
    codes = [_without_idle(look, route, code[:_MAX_CODE]) for code in found]
    if _is_checked_by_framework(look, route) and any(_BY_FRAMEWORK.search(code[:_MAX_CODE]) for code in codes):
        return True
    handed = (_without_idle(look, route, code[:_MAX_CODE]) for code in _handed(look, route, codes))
    return any(map(_CHECKS.search, (*codes, *handed)))


def _without_idle(look: Look, route: Route, code: str) -> str:
    """The code of a handler, but for calls of functions of the program that say they check, and do not."""
    file = look.source.file(route.source)
    for name in list(dict.fromkeys(_NAMED.findall(code)))[:_MAX_HANDED]:
        # What it is called says nothing of what it does.
        texts = [text.replace(name, "") for text in find_definitions(look, name, file)]
        if texts and not any(map(_CALLS_CHECK.search, texts)):
            code = re.sub(rf"\b{re.escape(name)}\b{_ARGUMENTS}?", "", code)
    return code


def _is_checked_by_framework(look: Look, route: Route) -> bool:
    """Whether the types that a handler names are checked: of NestJS where it, its class, or all have a pipe."""
    file = look.source.file(route.source)
    if _OF_NEST not in file.code or _PIPE.search(look.routes.code(route)) or _has_pipe(file, route.line):
        return True
    given = (
        (file, one)
        for file in look.source.parsed("useGlobalPipes", language="typescript")
        for one in file.named(Kind.CALL, _ALL)
    )
    provided = (file for file in look.source.parsed("APP_PIPE", language="typescript") if file.says("provide"))
    return any(look.reach.runs(file, one) for file, one in given) or any(provided)


def _has_pipe(file: SourceFile, line: int) -> bool:
    """Whether a decorator gives a pipe to the method at a line, between it and the one before, or to its class."""
    pipes = [one for one in file.decorators if one.name == "UsePipes" and _PIPE.search(one.text)]
    classes = [one.line for one in file.classes if one.line <= line]
    before = max((one.end_line for one in file.functions if one.end_line < line), default=0)
    after = min((one.line for one in file.functions if one.line >= line), default=line)
    return any(before < one.line <= after or (classes and one.line <= classes[-1]) for one in pipes)


def _handed(look: Look, route: Route, codes: list[str]) -> Iterator[str]:
    """Yield the code of the functions of the program that handlers hand their input to."""
    names = dict.fromkeys(name for code in codes for name in _HANDED.findall(code[:_MAX_CODE]))
    file = look.source.file(route.source)
    for name in [one for one in names if one not in _NO_HELP][:_MAX_HANDED]:
        yield from find_definitions(look, name, file)
