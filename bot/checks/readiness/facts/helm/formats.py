"""Functions of Go templates that encode, decode and stand in for what is drawn at random or asked of a clock."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

import yaml

from bot.checks.readiness.facts.document_error import DocumentError
from bot.checks.readiness.facts.helm.arithmetic import to_int
from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.values import Budget, plain, show, to_json
from bot.checks.readiness.facts.yaml_text import parse_yaml

_MOST_RANDOM = 1000
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
# What is made anew with each release: nobody's secret, and the same for every reading of a chart.
MADE = "generated-by-the-release"
_MADE_ID = "00000000-0000-4000-8000-000000000000"
# Of a short one the first letters are there; sixteen are common, eight are the fewest that are a secret.
_MADE_TEXT = re.compile(rf"generated-|(?<![a-z])generated?(?![a-z])|{_MADE_ID[:8]}-", re.IGNORECASE)


class _Dumper(_DUMPER):  # type: ignore[misc]  # PyYAML has no types for the compiled one
    """Writes what is shared out in full, as Go does."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def to_yaml(budget: Budget, value: object) -> str:
    """The value as YAML, keys sorted, without the last line break."""
    text = yaml.dump(plain(value, budget), Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=1_000_000)
    return budget.text(str(text).removesuffix("\n").removesuffix("\n..."))


def from_yaml(budget: Budget, text: str) -> object:
    """The first document of a YAML text; numbers are floats, as Helm has them."""
    budget.step(1 + len(text) // 20)
    try:
        documents = parse_yaml(text)
    except DocumentError as error:
        return {"Error": str(error)}
    return as_go(documents[0][0]) if documents else {}


def as_go(value: object) -> object:
    """A parsed value as Go's JSON gives it: each number a float."""
    if isinstance(value, dict):
        return {key: as_go(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_go(one) for one in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _from_json(budget: Budget, text: str) -> object:
    budget.step(1 + len(text) // 20)
    try:
        return as_go(json.loads(text))
    except (ValueError, RecursionError):
        return {"Error": "not JSON"}


def _b64dec(_budget: Budget, text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        raise FunctionFault("what is not base64") from None


def is_made(text: str) -> bool:
    """Whether a text, or a part of it, is made by the release."""
    return bool(_MADE_TEXT.search(text))


def make(budget: Budget, count: int) -> str:
    """A text of that many characters that stands for one that is made by the release."""
    return budget.text((MADE * (_MOST_RANDOM // len(MADE) + 1))[: min(_MOST_RANDOM, max(0, count))])


def _random(budget: Budget, count: object) -> str:
    return make(budget, to_int(count))


def _certificate(_budget: Budget, *_arguments: object) -> dict[str, object]:
    return {"Cert": MADE, "Key": MADE}


def _url(_budget: Budget, text: str) -> dict[str, object]:
    parts = urlsplit(text)
    return {
        "scheme": parts.scheme,
        "host": parts.netloc.rpartition("@")[2],
        "hostname": parts.hostname or "",
        "path": parts.path,
        "query": parts.query,
        "fragment": parts.fragment,
        "userinfo": parts.netloc.rpartition("@")[0],
        "opaque": "",
    }


def _url_join(_budget: Budget, parts: dict[str, object]) -> str:
    user = f"{parts['userinfo']}@" if parts.get("userinfo") else ""
    query = f"?{parts['query']}" if parts.get("query") else ""
    return f"{parts.get('scheme', '')}://{user}{parts.get('host', '')}{parts.get('path', '')}{query}"


def _fixed(text: str) -> Callable[..., object]:
    return lambda *_arguments: text


FORMATS: Mapping[str, Callable[..., object]] = {
    **dict.fromkeys(("toYaml", "toYamlPretty"), to_yaml),
    **dict.fromkeys(("fromYaml", "fromYamlArray"), from_yaml),
    **dict.fromkeys(("toJson", "toRawJson"), lambda budget, one: to_json(one, budget)),
    **dict.fromkeys(("toPrettyJson",), lambda budget, one: to_json(one, budget, indent=2)),
    **dict.fromkeys(("fromJson", "fromJsonArray"), _from_json),
    "b64enc": lambda budget, text: budget.text(base64.b64encode(show(text).encode()).decode()),
    "b64dec": _b64dec,
    "b32enc": lambda budget, text: budget.text(base64.b32encode(show(text).encode()).decode()),
    "urlquery": lambda _budget, text: quote_plus(show(text)),
    "urlParse": _url,
    "urlJoin": _url_join,
    **dict.fromkeys(("randAlphaNum", "randAlpha", "randNumeric", "randAscii", "randBytes"), _random),
    "uuidv4": _fixed(_MADE_ID),
    **dict.fromkeys(
        ("genCA", "genSelfSignedCert", "genSignedCert", "genCAWithKey", "genSignedCertWithKey"), _certificate
    ),
    **dict.fromkeys(("genSelfSignedCertWithKey", "buildCustomCert"), _certificate),
    **dict.fromkeys(
        ("genPrivateKey", "derivePassword", "htpasswd", "bcrypt", "encryptAES", "decryptAES"), _fixed(MADE)
    ),
    "now": _fixed("2000-01-01 00:00:00 +0000 UTC"),
    **dict.fromkeys(("date", "dateInZone", "htmlDate", "htmlDateInZone", "date_in_zone"), _fixed("2000-01-01")),
    **dict.fromkeys(("dateModify", "date_modify", "toDate", "ago"), _fixed("2000-01-01 00:00:00 +0000 UTC")),
    "unixEpoch": _fixed("946684800"),
}
