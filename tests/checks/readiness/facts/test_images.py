from __future__ import annotations

import pytest

from bot.checks.readiness.facts.images import Images, parse_dockerfile
from tests.checks.readiness.look import look


def split_line(text: str) -> int | None:
    split = parse_dockerfile("Dockerfile", text).split
    return None if split is None else split.line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM a AS build\nRUN x\nFROM b\nCOPY --from=build /x /x\n", 4),
        ("FROM a\nRUN x\nFROM b\nCOPY --from=0 /x /x\n", 4),
        ("FROM a AS Build\nRUN x\nFROM b\nRUN --mount=type=bind,from=build,target=/x cp /x /y\n", 4),
        ("FROM a AS build\nRUN x\nFROM b AS base\nCOPY --from=build /x /x\nFROM base\nCMD x\n", 4),
        # Another name for an image of others, from which a tool is taken.
        ("FROM ghcr.io/astral-sh/uv AS uv\nFROM b\nCOPY --from=uv /uv /bin/\n", None),
        ("FROM a\n", None),
        ("FROM a AS build\nFROM b\nCOPY x /x\n", None),
        ("FROM a\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/\n", None),
        ("FROM a AS build\nFROM b\n# COPY --from=build /x /x\n", None),
        ("FROM a AS a\nFROM a AS a\n", 2),
        ("FROM a AS base\nRUN x\nFROM base AS dev\nFROM base AS prod\nCMD x\n", 4),
    ],
)
def test_an_image_is_split_where_its_last_stage_takes_from_an_earlier_one(text: str, line: int | None) -> None:
    assert split_line(text) == line


def test_an_instruction_over_several_lines_is_one() -> None:
    [stage] = parse_dockerfile("Dockerfile", "FROM a\nRUN x \\\n  # why\n  y\nCMD z\n").stages

    assert [(one.word, one.text.split(), one.line) for one in stage.instructions] == [
        ("RUN", ["x", "y"], 2),
        ("CMD", ["z"], 5),
    ]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("Dockerfile", True),
        ("api/Dockerfile.prod", True),
        ("deploy/web.Dockerfile", True),
        (".devcontainer/Dockerfile", False),
        ("Dockerfile.dev", False),
        ("dev.Dockerfile", False),
        ("docker/Dockerfile.DelveHotReload", False),
        ("Dockerfile.watch", False),
        ("Dockerfile.watcher", True),
        ("docker/dev/Dockerfile", False),
        ("devices/Dockerfile", True),
        ("docs/Dockerfile", False),
        ("examples/Dockerfile", False),
        ("Dockerfile.dockerignore", False),
    ],
)
def test_images_of_developers_docs_and_examples_are_none_of_the_product_s(path: str, *, found: bool) -> None:
    assert bool(Images(look({path: "FROM a\n"}).files).all) is found


@pytest.mark.parametrize(
    "text", ["RUN \\\n" * 50_000, "FROM " + "a" * 100_000, "FROM a AS b\n" * 50_000, "\\" * 100_000]
)
def test_a_hostile_file_ends_soon(text: str) -> None:
    assert len(parse_dockerfile("Dockerfile", text).stages) <= 3_000


_PUSHES = "on: push\njobs:\n  image:\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {GIVEN}\n"


@pytest.mark.parametrize(
    ("path", "given", "found"),
    [
        ("dev/build/Dockerfile", "file: dev/build/Dockerfile, push: true", True),
        ("dev/build/Dockerfile", "file: ./dev/build/Dockerfile, push: '${{ github.ref == 1 }}'", True),
        ("dev/build/Dockerfile", "file: dev/build/Dockerfile", False),
        ("dev/build/Dockerfile", "file: dev/build/Dockerfile, push: false", False),
        ("dev/build/Dockerfile", "file: Dockerfile, push: true", False),
        (".devcontainer/Dockerfile", "file: .devcontainer/Dockerfile, push: true", False),
        # Where there is no other.
        ("Dockerfile.dev", "file: Dockerfile.dev, push: true", True),
        ("Dockerfile.dev", "file: Dockerfile.dev", False),
    ],
)
def test_an_image_in_a_folder_for_developers_counts_where_a_pipeline_pushes_it(
    path: str, given: str, *, found: bool
) -> None:
    files = {path: "FROM a\n", ".github/workflows/image.yml": _PUSHES.replace("GIVEN", given)}

    assert bool(look(files).images.all) is found
