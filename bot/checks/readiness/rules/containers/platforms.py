"""Secrets that platforms and Compose keep for an app, and those written out in what describes it to them.

Source: https://render.com/docs/blueprint-spec, https://devcenter.heroku.com/articles/app-json-schema,
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html,
https://fly.io/docs/reference/configuration/, https://developers.cloudflare.com/workers/wrangler/configuration/ and
https://docs.docker.com/reference/compose-file/secrets/ (read 2026-11-30).
Out of sight: what is set on the platform alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, normpath

from bot.checks.readiness.facts.documents import Found
from bot.checks.readiness.facts.kubernetes.secret_values import is_secret_name, is_secret_pair
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.apps import is_others
from bot.checks.readiness.rules.kubernetes.settings import literal_finding
from bot.model import Evidence, Finding, Strength

_BLUEPRINTS = ("render.yaml", "render.yml")
# Where what describes an app says what it is given as environment: by its name, or as one of a list.
_TOLD = (
    (_BLUEPRINTS, ("services", "*", "envVars", "*")),
    (_BLUEPRINTS, ("envVarGroups", "*", "envVars", "*")),
    (("*task*def*.json",), ("containerDefinitions", "*", "environment", "*")),
    (("app.json",), ("env", "*")),
    (("fly*.toml",), ("env", "*")),
    (("app.yaml",), ("env_variables", "*")),
    (("wrangler*.toml",), ("vars", "*")),
    (("serverless.y*ml",), ("provider", "environment", "*")),
    (("netlify.toml",), ("build", "environment", "*")),
)


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
    for names, keys in _TOLD:
        for path in look.files.select(*names):
            document = look.files.parsed(path)
            for found in document.find(*keys) if document is not None else ():
                yield path, _name_of(found), found


def _name_of(found: Found) -> str:
    last = found.place[-1]
    return (
        last if isinstance(last, str) else text_of(get_in(found.value, "key")) or text_of(get_in(found.value, "name"))
    )


def find_kept_by_compose(look: Look) -> Iterator[Evidence]:
    """Yield the services of the product that are given secrets which Compose has from a swarm or a file outside."""
    for file in look.compose.files:
        document = look.files.parsed(file.path)
        for service in file.services if document else ():
            given = service.value.get("secrets")
            own = service.builds is not None or not is_others(service.image)
            for one in given if isinstance(given, list) and own else ():
                name = text_of(one) or text_of(get_in(one, "source"))
                if document and name and _is_outside(look, file.path, document.get("secrets", name)):
                    place = service.at("secrets")
                    text = f"the service {service.name} is given the secret {name}"
                    yield Evidence(path=place.path, line=place.line, text=text, strength=Strength.WIRED)
                    break


def _is_outside(look: Look, path: str, secret: object) -> bool:
    """Whether a secret of Compose is kept by a swarm, or in a file that is not committed."""
    kept = text_of(get_in(secret, "file"))
    committed = normpath(f"{dirname(path) or '.'}/{kept}") in look.files
    return bool(get_in(secret, "external")) or (bool(kept) and not committed)
