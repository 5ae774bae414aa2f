"""Functions of Go templates over text."""

from __future__ import annotations

import hashlib
import re
import textwrap
import zlib
from collections.abc import Callable, Mapping
from posixpath import basename, dirname, isabs, normpath, splitext

from bot.checks.readiness.facts.helm.arithmetic import to_float, to_int
from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.formats import is_made, make
from bot.checks.readiness.facts.helm.values import Budget, show, show_inside

_LONGEST = 1_000_000
_VERB = re.compile(r"%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])")
_WIDEST = 1000
_WORD_START = re.compile(r"(?:^|(?<=[\s]))\S")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\s_.-]+")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise FunctionFault("what is no text")


def _repeat(budget: Budget, count: object, text: object) -> str:
    times = to_int(count)
    if times < 0 or times * len(_text(text)) > _LONGEST:
        raise FunctionFault("a very long text")
    return budget.text(_text(text) * times)


def _trunc(_budget: Budget, count: object, text: object) -> str:
    length, whole = to_int(count), _text(text)
    if length < 0 and len(whole) + length > 0:
        return whole[len(whole) + length :]
    return whole[:length] if 0 <= length < len(whole) else whole


def _substr(_budget: Budget, start: object, end: object, text: object) -> str:
    first, last, whole = to_int(start), to_int(end), _text(text)
    if first < 0:
        return whole[: max(last, 0)]
    return whole[first:] if last < 0 or last > len(whole) else whole[first:last]


def _indent(budget: Budget, count: object, text: object) -> str:
    pad = _repeat(budget, count, " ")
    whole = _text(text)
    if len(pad) * (whole.count("\n") + 1) > _LONGEST:
        raise FunctionFault("a very long text")
    return budget.text(pad + whole.replace("\n", "\n" + pad))


def _replace(budget: Budget, old: str, new: str, text: object) -> str:
    whole = _text(text)
    if len(new) > 1 and (whole.count(old) if old else len(whole) + 1) * len(new) > _LONGEST:
        raise FunctionFault("a very long text")
    return budget.text(whole.replace(old, new))


def _quote(_budget: Budget, *values: object) -> str:
    return " ".join(_quoted(show(one)) for one in values if one is not None)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _join(budget: Budget, glue: object, values: object = None) -> str:
    members = values if isinstance(values, list) else [values]
    return budget.text(_text(glue).join(show(one) for one in members if one is not None))


def _split_map(_budget: Budget, glue: str, text: str, count: int = -1) -> dict[str, object]:
    parts = _text(text).split(glue, count - 1 if count > 0 else -1)
    return {f"_{at}": part for at, part in enumerate(parts)}


def _split_list(budget: Budget, glue: object, text: object) -> list[object]:
    whole = _text(text)
    budget.step(1 + len(whole) // 10)
    return [*whole.split(glue)] if isinstance(glue, str) and glue else [*whole]


def _printf(budget: Budget, form: object, *values: object) -> str:
    given = iter(values)

    def one(found: re.Match[str]) -> str:
        flags, width, places, verb = found.groups()
        if verb == "%":
            return "%"
        if width == "*" or places == "*" or int(width or 0) > _WIDEST or int(places or 0) > _WIDEST:
            raise FunctionFault("a very wide format")
        try:
            value = next(given)
        except StopIteration:
            return f"%!{verb}(MISSING)"
        text = _formatted(verb, value, int(places) if places else None)
        if "+" in flags and verb == "d" and not text.startswith("-"):
            text = "+" + text
        fill = "0" if "0" in flags and "-" not in flags else " "
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0), fill)

    return budget.text(_VERB.sub(one, _text(form)))


def _formatted(verb: str, value: object, places: int | None) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if verb == "v":
        text = show_inside(value)
    elif verb == "s":
        text = "%!s(<nil>)" if value is None else _as_s(value)
    elif verb == "q":
        text = _quoted(show(value))
    elif verb == "d" and is_whole:
        text = str(value)
    elif verb in "fF" and isinstance(value, int | float):
        return f"{value:.{6 if places is None else places}f}"
    elif verb in "xXob" and is_whole:
        text = format(value, verb)
    elif verb == "t":
        text = show(value)
    else:
        text = f"%!{verb}({show(value)})"
    return text if places is None else text[:places]


def _as_s(value: object) -> str:
    # Go marks a number that is printed as a text.
    if isinstance(value, bool):
        return f"%!s(bool={show(value)})"
    if isinstance(value, int | float):
        return f"%!s({'int' if isinstance(value, int) else 'float64'}={show(value)})"
    return show(value)


def _print(budget: Budget, *values: object) -> str:
    made = ""
    for at, value in enumerate(values):
        # Go puts a space between two operands when neither is a text.
        if at and not isinstance(value, str) and not isinstance(values[at - 1], str):
            made += " "
        made += show_inside(value)
    return budget.text(made)


def _title(text: str) -> str:
    return _WORD_START.sub(lambda found: found.group().upper(), text)


def _abbrev(_budget: Budget, width: object, text: object) -> str:
    length, whole = to_int(width), _text(text)
    return whole if length < 4 or len(whole) <= length else whole[: length - 3] + "..."  # noqa: PLR2004 - as sprig has it


def _words(text: str) -> list[str]:
    return [part for part in _CAMEL.split(text) if part]


def _digest(name: str) -> Callable[..., object]:
    def digest(budget: Budget, text: object) -> str:
        made = hashlib.new(name, _text(text).encode(), usedforsecurity=False).hexdigest()
        # The digest of what the release makes is made by it too.
        return make(budget, len(made)) if is_made(_text(text)) else made

    return digest


def _plain(function: Callable[[str], object]) -> Callable[..., object]:
    return lambda _budget, text: function(_text(text))


STRINGS: Mapping[str, Callable[..., object]] = {
    "print": _print,
    "println": lambda budget, *values: budget.text(" ".join(show_inside(one) for one in values) + "\n"),
    "printf": _printf,
    "html": lambda _budget, *values: "".join(show(one) for one in values).replace("&", "&amp;").replace("<", "&lt;"),
    "upper": _plain(str.upper),
    "lower": _plain(str.lower),
    "title": _plain(_title),
    "untitle": _plain(lambda text: text[:1].lower() + text[1:]),
    "swapcase": _plain(str.swapcase),
    "snakecase": _plain(lambda text: "_".join(_words(text)).lower()),
    "kebabcase": _plain(lambda text: "-".join(_words(text)).lower()),
    "camelcase": _plain(lambda text: "".join(word[:1].upper() + word[1:] for word in re.split(r"[\s_-]+", text))),
    "trim": _plain(str.strip),
    "trimAll": lambda _budget, signs, text: _text(text).strip(signs) if signs else text,
    "trimall": lambda _budget, signs, text: _text(text).strip(signs) if signs else text,
    "trimSuffix": lambda _budget, tail, text: _text(text).removesuffix(tail),
    "trimPrefix": lambda _budget, head, text: _text(text).removeprefix(head),
    "nospace": _plain(lambda text: "".join(text.split())),
    "repeat": _repeat,
    "trunc": _trunc,
    "substr": _substr,
    "abbrev": _abbrev,
    "initials": _plain(lambda text: "".join(word[0] for word in text.split())),
    "contains": lambda _budget, part, text: _text(part) in _text(text),
    "hasPrefix": lambda _budget, head, text: _text(text).startswith(_text(head)),
    "hasSuffix": lambda _budget, tail, text: _text(text).endswith(_text(tail)),
    "quote": _quote,
    "squote": lambda _budget, *values: " ".join(f"'{show(one)}'" for one in values if one is not None),
    "cat": lambda budget, *values: budget.text(" ".join(show(one) for one in values if one is not None)),
    "indent": _indent,
    "nindent": lambda budget, count, text: "\n" + _indent(budget, count, text),
    "replace": _replace,
    "plural": lambda _budget, one, many, count: one if to_int(count) == 1 else many,
    "wrap": lambda budget, width, text: budget.text(
        "\n".join(textwrap.wrap(_text(text), max(1, to_int(width)), break_long_words=False))
    ),
    "join": _join,
    "split": _split_map,
    "splitn": lambda budget, glue, count, text: _split_map(budget, glue, text, to_int(count)),
    "splitList": _split_list,
    "toStrings": lambda _budget, values: [show(one) for one in values],
    "sha1sum": _digest("sha1"),
    "sha256sum": _digest("sha256"),
    "sha512sum": _digest("sha512"),
    "adler32sum": _plain(lambda text: str(zlib.adler32(text.encode()))),
    "base": _plain(basename),
    "osBase": _plain(basename),
    "dir": _plain(lambda text: dirname(text) or "."),
    "osDir": _plain(lambda text: dirname(text) or "."),
    "clean": _plain(normpath),
    "ext": _plain(lambda text: splitext(text)[1]),
    "isAbs": _plain(isabs),
    "duration": lambda _budget, seconds: f"{to_float(seconds):g}s",
}
