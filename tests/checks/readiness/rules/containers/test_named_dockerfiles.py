"""Which image a build means that says which file it builds."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask

_STAGED = "FROM node AS build\nRUN npm ci\nFROM node:slim\nCOPY --from=build /app /app\n"
_WHOLE = "FROM alpine\nRUN apk add go\nCOPY app /app\n"


@pytest.mark.parametrize(
    ("build", "state"),
    [
        ("docker build -f .docker/Dockerfile-build .", State.PASS),
        ("docker build -f ./.docker/Dockerfile-build -t a .", State.PASS),
        ("docker build --file=.docker/Dockerfile .", State.FAIL),
        ("docker build .docker", State.FAIL),
    ],
)
def test_a_build_that_names_its_file_builds_no_other_of_the_folder(build: str, state: State) -> None:
    workflow = f"on: push\njobs:\n  a:\n    steps:\n      - run: {build}\n"
    files = {".docker/Dockerfile-build": _STAGED, ".docker/Dockerfile": _WHOLE}

    assert ask("docker-multi-stage", {**files, ".github/workflows/ci.yml": workflow}).state is state
