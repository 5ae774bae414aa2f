"""Secrets that platforms keep for an app, and those written out in what describes it to them: Render, Heroku, ECS.

Source: https://render.com/docs/blueprint-spec, https://devcenter.heroku.com/articles/app-json-schema and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (read 2026-11-30).
Out of sight: what is set on the platform alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.documents import Found
from bot.checks.readiness.facts.kubernetes.secret_values import is_secret_name, is_secret_pair
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.settings import literal_finding
from bot.model import Evidence, Finding, Strength

_BLUEPRINTS, _APPS = ("render.yaml", "render.yml"), ("app.json",)
_TASKS = ("*task*def*.json",)
_VARIABLES = (("services", "*", "envVars", "*"), ("envVarGroups", "*", "envVars", "*"))


def find_kept_by_platforms(look: Look) -> Iterator[Evidence]:
    """Yield the secrets that a platform makes, asks whoever deploys for, or takes from a database of its own."""
    for path, name, found in _settings(look):
        value = found.value
        made = get_in(value, "generateValue") is True or get_in(value, "generator") == "secret"
        asked = get_in(value, "sync") is False
        lent = get_in(value, "fromDatabase", "property") in ("connectionString", "password")
        if made or lent or (asked and is_secret_name(name)):
            yield Evidence(path=path, line=found.line, text="the platform keeps a secret", strength=Strength.WIRED)


def find_written_for_platforms(look: Look) -> Iterator[Finding]:
    """Yield the secrets that an app is given as they are written."""
    for path, name, found in _settings(look):
        value = found.value if isinstance(found.value, str) else text_of(get_in(found.value, "value"))
        if is_secret_pair(name, value):
            yield literal_finding(name, f"the app of {path}", Place(path, found.line))


def _settings(look: Look) -> Iterator[tuple[str, str, Found]]:
    """Yield what an app is given as environment: the file, the name, and what is said of it."""
    for path in look.files.select(*_BLUEPRINTS):
        document = look.files.parsed(path)
        for keys in _VARIABLES if document is not None else ():
            for found in document.find(*keys) if document is not None else ():
                if isinstance(found.value, Mapping):
                    yield path, text_of(found.value.get("key")), found
    for path in look.files.select(*_TASKS):
        document = look.files.parsed(path)
        for found in document.find("containerDefinitions", "*", "environment", "*") if document is not None else ():
            if isinstance(found.value, Mapping):
                yield path, text_of(found.value.get("name")), found
    for path in look.files.select(*_APPS):
        document = look.files.parsed(path)
        for found in document.find("env", "*") if document is not None else ():
            yield path, str(found.place[-1]), found
