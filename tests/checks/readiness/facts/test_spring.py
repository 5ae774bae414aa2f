from __future__ import annotations

import pytest

from bot.checks.readiness.facts.spring import find_spring_settings
from tests.checks.readiness.look import look

_YAML = "a: 1\n---\nspring:\n  config:\n    activate:\n      on-profile: {}\na: 2\n"


def told(files: dict[str, str]) -> dict[str, object]:
    return {".".join(one.names): one.value for one in find_spring_settings(look(files).files)}


@pytest.mark.parametrize("profile", ["prod", "production", "[cloud, prod]", "cloud,prod", "'!dev'", "prod | cloud"])
def test_a_document_for_production_counts(profile: str) -> None:
    assert told({"application.yml": _YAML.format(profile)})["a"] == 2


@pytest.mark.parametrize("profile", ["dev", "'!prod'", "[dev, test]", "preprod", "non-prod", "dev & !prod"])
def test_a_document_for_something_else_does_not(profile: str) -> None:
    assert told({"application.yml": _YAML.format(profile)}) == {"a": 1}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("application.yml", "a: 1\n---\nspring.config:\n  activate.on-profile: dev\na: 2\n"),
        ("application.yml", "a: 1\n---\nspring:\n  profiles: dev\na: 2\n"),
        ("application.properties", "a=1\n#---\nspring.config.activate.on-profile=dev\na=2\n"),
        ("application.properties", "spring.config.activate.on-profile=dev\na=2\n!---\na=1\n"),
        ("application.properties", "%prod.a=1\na=2\n%dev.b=3\n"),
        ("application.yml", '"%prod":\n  a: 1\na: 2\n'),
    ],
)
def test_what_a_profile_is_told_is_known_however_it_is_written(path: str, text: str) -> None:
    assert str(told({path: text})["a"]) == "1"


def test_the_file_of_production_overrides() -> None:
    files = {"x/application.yml": "a: 1\n", "x/application-prod.properties": "a=3\n", "x/application-dev.yml": "a: 2\n"}

    assert told(files) == {"a": "3"}
