"""Handlers of Spring, JAX-RS and Micronaut that take a body, and whether it is validated.

Rule: of Spring and Micronaut, a parameter says that it is the body; of JAX-RS it is the parameter that nothing says
anything else of. It is validated where the parameter says so, or where the handler gives it to a validator, or to a
service whose methods are validated and that says so of what it takes.
Sources: https://jakarta.ee/specifications/restful-ws/3.1/ (3.3.2.1, entity parameters) and
https://docs.spring.io/spring-framework/reference/web/webmvc/mvc-controller/ann-validation.html and
https://docs.spring.io/spring-framework/reference/core/validation/beanvalidation.html (read 2026-11-30).
Out of sight: bodies that are streams or texts, which nothing can validate by annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.look import Look

_SAID = re.compile(r"@(?:RequestBody|ModelAttribute|Body)\b")
_VALID = re.compile(r"@Valid(?:ated)?\b")
_JAX = re.compile(r"@(?:POST|PUT|PATCH)\b")
_ANNOTATION = re.compile(r"@(?:\w+\.){0,8}(\w+)")
# What else may be said of what is the body.
_BESIDE = frozenset({"NotNull", "NonNull", "Nonnull", "Nullable", "Parameter", "RequestBody", "ApiParam", "Valid"})
# What has no fields that something could be said of.
_PLAIN = (
    r"(?:String|Object|UUID|Integer|Long|InputStream|File|Reader|byte\s*\[\]|JsonNode|Void"
    r"|\w{0,40}Multi[pP]art\w{0,40}|\w{0,20}Publisher<\w{1,60}>)"
)
_RAW = re.compile(
    rf"\b(?:{_PLAIN}|(?:List|Set|Collection|Flux|Mono|Optional)<\s*{_PLAIN}\s*>|Map<\s*String,\s*{_PLAIN}\s*>)"
    r"\s*(?:\[\])?\s+\w+\s*$"
)
# What looks at who asks says nothing of what is sent.
_OF_OTHERS = (
    r"(?i:[\w.]{0,80}(?:token|jwt|session|csrf|captcha|signature|auth|permission|access|api_?key|licen[sc]e|otp))"
)
_VALIDATED = re.compile(
    rf"@Valid(?:ated)?\b|(?:\)|(?<![\w.])(?!{_OF_OTHERS})[\w.]{{1,80}})\.validate(?:Property)?\(|\bfailOnValidationError\("
    rf"|(?<![\w.])(?!{_OF_OTHERS})[\w.]{{0,60}}[vV]alidator\w{{0,60}}\.\w{{1,60}}\("
    r"|(?<![\w.])validate(?:Request|Body|Input|Entity|Bean|Form|Dto|DTO|Payload)?\("
)
_HANDED_ON = re.compile(r"(?<![\w.])(?:this\.)?([a-z]\w{1,60})\.([a-z]\w{1,60})\(")
_MAX_SIGNATURE = 4_000


def takes_model(look: Look, route: Route) -> bool:
    """Whether a handler of Java takes a body that can be validated."""
    if not route.source.endswith(".java"):
        return False
    file = look.source.file(route.source)
    is_jax = _JAX.search(look.routes.code(route)) is not None
    return any(_is_model(one, is_jax=is_jax) for one in _parameters(file, route))


def is_validated(look: Look, route: Route) -> bool:
    """Whether a handler validates its body, or says that it is to be."""
    code = look.routes.code(route)
    return _VALIDATED.search(code) is not None or _is_validated_behind(look, code)


def _is_validated_behind(look: Look, code: str) -> bool:
    """Whether a handler hands on to a method of a class annotated with Spring's `@Validated` that asks for it."""
    for held, name in dict.fromkeys(_HANDED_ON.findall(code[:_MAX_SIGNATURE])):
        for path in look.source.named(f"{held[0].upper()}{held[1:]}.java")[:1]:
            file = look.source.file(path)
            methods = file.called(Kind.FUNCTION, name) if b"@Validated" in file.original else ()
            if any(_VALID.search(file.text(one)[:_MAX_SIGNATURE]) for one in methods):
                return True
    return False


def _is_model(parameter: str, *, is_jax: bool) -> bool:
    if _VALID.search(parameter):
        return True
    if _RAW.search(parameter):
        return False
    # Of JAX-RS it is what is given no place of its own.
    own = is_jax and bool(parameter.strip()) and set(_ANNOTATION.findall(parameter)) <= _BESIDE
    return own or _SAID.search(parameter) is not None


def _parameters(file: SourceFile, route: Route) -> Iterator[str]:
    """Yield the parameters of the method behind a route, with their annotations."""
    methods = [one for one in file.functions if one.end_line == route.end_line and one.end_line >= route.line]
    if not methods:
        return
    text = file.text(methods[0])
    found = re.search(rf"[\w>\]]\s+{re.escape(methods[0].last_name)}\s*\(", text)
    depth, start = 0, found.end() if found else len(text)
    for at in range(start, min(len(text), start + _MAX_SIGNATURE)):
        if text[at] == "," and depth == 0:
            yield text[start:at]
            start = at + 1
        elif text[at] in "(<{":
            depth += 1
        elif text[at] == ")" and depth == 0:
            yield text[start:at]
            return
        elif text[at] in ")>}":
            depth -= 1
