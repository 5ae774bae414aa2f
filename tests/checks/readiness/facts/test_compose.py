from __future__ import annotations

from bot.checks.readiness.facts.compose import Compose
from bot.checks.readiness.facts.located import Place
from tests.checks.readiness.look import look

TEXT = """\
services:
  web:
    build: ./api
    environment: [A=1, B]
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: x
  # cache:
  #   image: redis
"""


def test_services_have_what_they_build_run_and_are_given() -> None:
    [file] = Compose(look({"deploy/compose.yml": TEXT}).files).files
    web, database = file.services

    assert (web.name, web.builds, web.environment, web.place) == (
        "web",
        "deploy/api",
        {"A": "1", "B": ""},
        Place("deploy/compose.yml", 2),
    )
    assert (database.image, database.builds, database.at("environment", "POSTGRES_PASSWORD").line) == (
        "postgres",
        None,
        8,
    )


def test_a_file_of_any_name_with_services_is_one() -> None:
    files = Compose(look({"quick.yml": TEXT, "config.yml": "services: [a]\n", "docs/compose.yml": TEXT}).files).files

    assert [one.path for one in files] == ["quick.yml"]


def test_services_of_a_pipeline_are_none_of_compose() -> None:
    files = {".woodpecker.yml": "services:\n  database:\n    image: postgres\n", "x.yml": "services: {a: {image: b}}\n"}

    assert [file.path for file in look(files).compose.files] == ["x.yml"]


def test_a_variable_of_the_file_of_settings_beside_it_or_with_a_default_names_the_dockerfile() -> None:
    text = (
        "services:\n  a:\n    build: {context: ./, dockerfile: '${A_FILE}'}\n"
        "  b:\n    build: {context: '${B_FOLDER:-b}'}\n  c:\n    build: {context: ., dockerfile: '${UNKNOWN}'}\n"
    )
    [file] = look({"compose.yml": text, ".env": "# x\nA_FILE=./src/a/Dockerfile\nB_FOLDER=\n"}).compose.files

    assert [sorted(one.dockerfiles) for one in file.services] == [
        ["src/a/Dockerfile"],
        ["Dockerfile", "b/Dockerfile"],
        ["${UNKNOWN}"],
    ]


def test_a_folder_of_images_may_stand_anywhere() -> None:
    files = {"src/main/docker/app.yml": TEXT, "src/main/k8s/app.yml": TEXT, "api/src/test/docker/db.yml": TEXT}

    assert [file.path for file in look(files).compose.files] == ["src/main/docker/app.yml"]
