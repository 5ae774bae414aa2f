from __future__ import annotations

import pytest

from bot.model import State, Strength
from tests.checks.readiness.look import ask, ask_item, places
from tests.checks.readiness.rules.kubernetes.test_manifests import FULL, edited
from tests.checks.readiness.rules.testing.test_outside import APP, LIBRARY
from tests.checks.readiness.rules.testing.test_suites import workflow

STAGED = "FROM node AS build\nRUN npm ci\nFROM node:slim\nCOPY --from=build /app /app\n"
BUILD_ACTION = {
    ".github/workflows/cd.yml": "on: push\njobs:\n  b:\n    steps:\n      - uses: docker/build-push-action@v6\n"
    "        with: {context: ., push: true}\n"
}


@pytest.mark.parametrize(
    "files",
    [
        workflow("docker build -t x .", on="push"),
        BUILD_ACTION,
        {path: text.replace("docker/build-push", "acme/build-push") for path, text in BUILD_ACTION.items()},
        {"compose.yml": "services:\n  web:\n    build: .\n"},
        {"compose.yml": "services:\n  web:\n    build: {dockerfile: '${FILE}'}\n", ".env": "FILE=./Dockerfile\n"},
        {"skaffold.yaml": "build:\n  artifacts:\n  - image: x\n    context: .\n"},
        {".goreleaser.yml": "dockers:\n  - image_templates: [x]\n    dockerfile: Dockerfile\n"},
        {
            ".github/workflows/cd.yml": (
                "on: push\njobs:\n  b:\n    uses: org/x/.github/workflows/docker-publish.yml@v1\n"
            )
        },
    ],
    ids=[
        "command",
        "action",
        "another action",
        "Compose",
        "variable of Compose",
        "skaffold",
        "GoReleaser",
        "another repository's workflow",
    ],
)
def test_an_image_in_stages_that_something_builds_passes(files: dict[str, str]) -> None:
    judged = ask("docker-multi-stage", {"Dockerfile": STAGED, **files})

    assert (judged.state, judged.strength, places(judged)) == (State.PASS, Strength.WIRED, ["Dockerfile:4"])


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"Dockerfile": STAGED}, State.FAIL),
        ({"Dockerfile": STAGED, ".goreleaser.yml": "builds:\n  - main: .\n"}, State.FAIL),
        ({"Dockerfile": "FROM node\nRUN npm ci\n", **BUILD_ACTION}, State.FAIL),
        ({"Dockerfile": "FROM node AS build\nFROM node\nCOPY . .\n", **BUILD_ACTION}, State.FAIL),
        ({"a/Dockerfile": STAGED, "b/Dockerfile": "FROM x\n", "c/Dockerfile": "FROM x\n"}, State.FAIL),
        ({".devcontainer/Dockerfile": STAGED, **BUILD_ACTION}, State.NOT_APPLICABLE),
        ({"examples/Dockerfile": STAGED}, State.NOT_APPLICABLE),
        ({"app.py": "x = 1\n"}, State.NOT_APPLICABLE),
    ],
    ids=[
        "nothing builds it",
        "no image is released",
        "one stage",
        "nothing copied",
        "most in one stage",
        "development",
        "example",
        "none",
    ],
)
def test_other_images_do_not(files: dict[str, str], state: State) -> None:
    judged = ask("docker-multi-stage", files)

    assert judged.state is state
    assert all(one.fix for one in judged.missing)
    assert state is State.FAIL or "files searched" in judged.reason


def test_a_blueprint_builds_what_it_names_and_an_image_that_only_is_another_builds_nothing() -> None:
    files = {
        "Dockerfile": STAGED,
        "packer/mongo/Dockerfile": "FROM mongo:4\n",
        "render.yaml": "services:\n  - type: pserv\n    dockerfilePath: ./packer/mongo/Dockerfile\n",
    }

    judged = ask("docker-multi-stage", {**files, **BUILD_ACTION})
    unbuilt = ask("docker-multi-stage", files)

    assert (judged.state, judged.reason) == (State.PASS, "1 of 1 images are built in stages")
    assert unbuilt.state is State.FAIL


COMPOSE = "services:\n  web:\n    build: .\n  db:\n    image: postgres\n"


def test_a_compose_file_with_services_passes_and_is_verified_where_a_pipeline_starts_it() -> None:
    assert ask("docker-compose", {**APP, "compose.yml": COMPOSE}).strength is Strength.WIRED
    started = {**APP, "compose.yml": COMPOSE, **workflow("docker compose up -d --wait")}
    assert (ask("docker-compose", started).strength, places(ask("docker-compose", started))) == (
        Strength.VERIFIED,
        ["compose.yml:2"],
    )


def test_a_compose_file_that_is_named_for_another_use_is_shown_behind_the_one_to_develop_with() -> None:
    files = {**APP, "compose.prod.yml": COMPOSE, "dev/docker-compose.yml": COMPOSE}

    assert places(ask("docker-compose", files))[0] == "dev/docker-compose.yml:2"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (APP, State.FAIL),
        ({**APP, "docker-compose.ci.yml": COMPOSE}, State.FAIL),
        ({**APP, "tools/k6/docker-compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "tools/TestSuite/docker-compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "internal/acceptance/compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "integration/clusters/compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "compose.yml": COMPOSE.replace("web:", "sut:")}, State.FAIL),
        ({**APP, "src/compose.yml": "services:\n  migration_pg:\n    image: postgres\n"}, State.FAIL),
        ({**APP, "otel/compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "docker-extension/compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "integrations/compose.yml": COMPOSE}, State.PASS),
        ({**APP, "compose.yml": COMPOSE, "scripts/local-tracing/compose.yml": COMPOSE}, State.PASS),
        ({**APP, "examples/compose.yml": COMPOSE}, State.FAIL),
        ({**APP, "compose.yml": "services:\n  # web:\n  #   build: .\n"}, State.FAIL),
        ({**APP, "Tiltfile": "x\n"}, State.NOT_APPLICABLE),
        (LIBRARY, State.NOT_APPLICABLE),
    ],
    ids=[
        *("none", "for CI", "load", "tests", "acceptance", "integration", "autotest", "databases to try", "tracing"),
        *("extension", "integrations", "and tracing", "example", "commented out", "Tilt", "library"),
    ],
)
def test_other_compose_files_do_not(files: dict[str, str], state: State) -> None:
    assert ask("docker-compose", files, needs=["service"]).state is state


def test_secrets_by_reference_are_stored() -> None:
    judged = ask("secrets-stored", FULL)

    assert (judged.state, judged.strength, places(judged)) == (State.PASS, Strength.WIRED, ["k8s/web.yaml:20"])


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (
            edited(
                FULL, "k8s/web.yaml", "valueFrom: {secretKeyRef: {name: web, key: token}}", "value: hunter2-hunter2"
            ),
            "k8s/web.yaml:21",
        ),
        (
            {**FULL, "k8s/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  API_KEY: hunter2\n"},
            "k8s/c.yaml:5",
        ),
        (
            {
                "docker-compose.prod.yml": (
                    "services:\n  db:\n    image: x\n    environment:\n      DB_PASSWORD: hunter2\n"
                )
            },
            "docker-compose.prod.yml:5",
        ),
        (
            {
                "deployments/docker-compose.yml": (
                    "x-env: &env\n  SECRET_KEY: ${SECRET_KEY:-hunter2hunter2q8v1n5m3k7}\n"
                    "services:\n  web:\n    image: acme/web\n    environment: {<<: *env}\n"
                )
            },
            "deployments/docker-compose.yml:2",
        ),
    ],
)
def test_a_secret_that_is_written_out_fails_at_its_line_and_is_never_shown(files: dict[str, str], place: str) -> None:
    judged = ask("secrets-stored", files)

    assert judged.state is State.FAIL
    assert [f"{one.path}:{one.line}" for one in judged.missing] == [place]
    assert "hunter2" not in repr(judged)


def _job(steps: str, name: str = "a") -> str:
    return f"  {name}:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"


_BUILDS = _job("      - run: make test\n        env: {KEY: '${{ secrets.LICENSE_KEY }}'}\n", "test")
_DEPLOYS = "      - run: ./deploy\n        env: {KEY: '${{ secrets.KEY }}'}\n"
_ASKS = '      - run: |\n          curl -X POST -H "Authorization: Bearer ${{ secrets.ACCESS_TOKEN }}" \\\n            https://api.github.com/repos/o/r/actions/workflows/deploy.yml/dispatches\n'
_HOOK = "      - run: curl -X POST -d {} ${{ secrets.DEPLOY_HOOK_URL }}\n"
_ASKS_BY_ACTION = (
    "      - uses: peter-evans/repository-dispatch@v3\n        with:\n          token: ${{ secrets.TOKEN_OF_OURS }}\n"
)
_LOGIN = "      - uses: docker/login-action@v3\n        with: {password: '${{ secrets.DOCKERHUB_TOKEN }}'}\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_DEPLOYS)}"}, ".github/workflows/ci.yml:7"),
        (
            {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_ASKS_BY_ACTION + _DEPLOYS)}"},
            ".github/workflows/deploy.yml:10",
        ),
        (
            {".github/workflows/ci.yml": f"on: push\njobs:\n{_BUILDS}{_job(_DEPLOYS, 'b')}"},
            ".github/workflows/ci.yml:12",
        ),
        ({".github/workflows/a.yml": f"on: push\njobs:\n{_job(_LOGIN + _DEPLOYS)}"}, ".github/workflows/a.yml:9"),
        (
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  d:\n    docker: [{image: x}]\n    steps:\n      - run: kubectl apply -f k\n"
                    "workflows:\n  a:\n    jobs:\n      - d:\n          context: production\n"
                )
            },
            ".circleci/config.yml:11",
        ),
    ],
    ids=["a job that deploys", "behind one that asks another", "beside one that tests", "after a registry", "CircleCI"],
)
def test_a_pipeline_that_deploys_takes_its_secrets_from_a_store(files: dict[str, str], place: str) -> None:
    judged = ask("secrets-stored", {**APP, **files})

    assert (judged.state, places(judged)) == (State.PASS, [place])


_SIGNS = _DEPLOYS.replace("KEY", "GPG_PRIVATE_KEY")
_PAGES = _DEPLOYS.replace("deploy", "deploy docs")
_KEPT = "      - run: ./clean ${{ secrets.CONTAINER_DELETE_TOKEN }}\n"
_SHOWN = "      - run: vercel deploy web/storybook --token ${{ secrets.VERCEL_TOKEN }}\n"
_APP = "      - run: eas build --profile production\n        env: {EXPO_TOKEN: '${{ secrets.EXPO_TOKEN }}'}\n"
_MIRROR = """\
      - run: |
          mkdir -p ~/.ssh
          echo '${{ secrets.THEME_KEY }}' > ~/.ssh/id_ed25519
      - run: GIT_SSH_COMMAND="ssh -i ~/.ssh/id_ed25519" git push git@example.org:a/theme.git
"""
_FOLDER = "      - uses: docker/build-push-action@v6\n        with:\n          context: app\n"
_SIGNED_IN = """\
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-access-key-id: ${{ secrets.ACCESS_KEY_ID }}
          aws-secret-access-key: "${{ secrets.SECRET_ACCESS_KEY }}"
      - run: ./deploy
"""
_PUT_IN = "      - run: sed -i -e 's,KEY,${{ secrets.METRICS_KEY }},g' main.go && ./deploy\n"
_UPDATER = """\
      - env:
          UPDATER_KEY: ${{ secrets.UPDATER_KEY }}
        run: curl -sf https://deploys.example/update/shop/${UPDATER_KEY}
"""
_KEYS = (
    "      - uses: azure/login@v2\n      - run: az keyvault secret download --name ${{ secrets.SIGNER_CERTIFICATE }}\n"
)
_SIGNED_IN_BY = "      - run: {} deploy\n        env: {{A: '${{{{ secrets.{} }}}}'}}\n"


def _signed_in_by(command: str, name: str) -> dict[str, str]:
    return {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_SIGNED_IN_BY.format(command, name))}"}


_ASKED_WHETHER = "      - run: ./deploy\n        env: {HAS: \"${{ secrets.API_TOKEN != '' }}\"}\n"
_BUILT = (
    "steps:\n- name: a\n  secretEnv:\n  - GITHUB_TOKEN\navailableSecrets:\n  secretManager:\n  - env: GITHUB_TOKEN\n"
)
_DRONE = "kind: pipeline\nname: a\nsteps:\n- name: a\n  commands: [make]\n  environment: {A: {from_secret: key}}\n"


@pytest.mark.parametrize(
    "files",
    [
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_BUILDS}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_LOGIN)}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_SIGNS)}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_ASKS)}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_HOOK)}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_ASKS_BY_ACTION, 'deploy')}"},
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_PAGES, 'docs')}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_FOLDER)}"},
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_SHOWN)}"},
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_APP, 'Build APK (production)')}"},
        {".drone.yml": _DRONE},
        {".github/workflows/tags.yml": f"on: push\njobs:\n{_job(_KEPT)}    environment: registry-maintenance\n"},
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_KEPT, 'newsletter-send')}    environment: production\n"},
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_MIRROR, 'mirror')}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_SIGNED_IN)}"},
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_PUT_IN)}"},
        {".github/workflows/ci.yml": f"on: push\njobs:\n{_job(_UPDATER, 'deploy')}"},
        _signed_in_by("flyctl", "FLY_API_TOKEN_PROD"),
        _signed_in_by("vercel", "VERCEL_TOKEN"),
        _signed_in_by("az", "PROD_AZURE_CREDENTIALS"),
        _signed_in_by("cdk", "STACK_NAME"),
        {".github/workflows/deploy.yml": f"on: push\njobs:\n{_job(_ASKED_WHETHER)}"},
        {".github/workflows/sign.yml": f"on: push\njobs:\n{_job(_KEYS)}"},
        {
            ".github/workflows/s3-backup.yml": f"on: push\njobs:\n{_job(_DEPLOYS.replace('./deploy', 'aws s3 sync a s3://b'))}"
        },
        {"release/cloudbuild.yaml": _BUILT},
    ],
    ids=[
        "tests",
        "a registry",
        "a signature",
        "a request to another",
        "the hook of a platform",
        "an action that asks another",
        "documents",
        "a folder",
        "components",
        "an app's file",
        "Drone",
        "upkeep",
        "a word to people",
        "a mirror",
        "a sign-in to a cloud",
        "a text that is built",
        "a request to who deploys",
        "a token of Fly",
        "a token of Vercel",
        "an account of Azure",
        "a name",
        "whether there is one",
        "keys that sign",
        "a backup",
        "Cloud Build",
    ],
)
def test_what_a_pipeline_needs_for_itself_is_no_secret_of_the_product(files: dict[str, str]) -> None:
    assert ask("secrets-stored", {**APP, **files}).state is State.NOT_APPLICABLE
    reads = {"a.py": "import os\nos.environ['API_TOKEN']\n"}
    assert ask("secrets-stored", {**APP, **files, **reads}).state is State.FAIL


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM mysql\nENV MYSQL_USER=a \\\n    MYSQL_PASSWORD=hunter2\n", [2]),
        ("FROM php\nENV JWT_SECRET hunter2\n", [2]),
        ("FROM node AS b\nENV JWT_SECRET=hunter2\nFROM node\nCOPY --from=b /a /a\n", []),
        ("FROM node\nARG TOKEN\nENV JWT_SECRET=$TOKEN API_TOKEN= PORT=80\n", []),
    ],
    ids=["pair", "older form", "a stage before the last", "given from outside"],
)
def test_a_secret_in_the_environment_of_an_image_is_written_out(text: str, lines: list[int]) -> None:
    judged = ask("secrets-stored", {**APP, "Dockerfile": text})

    assert [one.line for one in judged.missing] == lines
    assert (judged.state is State.FAIL) == bool(lines)
    assert "hunter2" not in repr(judged)


@pytest.mark.parametrize("line", ["ADMIN_TOKEN=", "# SMTP_PASSWORD=\n", "export JWT_SECRET=your-secret"])
def test_a_secret_that_an_example_of_settings_asks_for_is_one(line: str) -> None:
    judged = ask("secrets-stored", {**APP, ".env.example": f"PORT=80\n{line}\n"})

    assert (judged.state, [(one.path, one.line) for one in judged.missing]) == (State.FAIL, [(".env.example", 2)])
    assert ask("secrets-stored", {**APP, ".env.example": "PORT=80\n"}).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("path", ["sample.env", "deploy/example.env", "env.sample", ".env.template", "web.env.dist"])
def test_settings_that_are_to_be_filled_in_have_many_names(path: str) -> None:
    judged = ask("secrets-stored", {**APP, path: "JWT_SECRET=\n"})

    assert (judged.state, [one.path for one in judged.missing]) == (State.FAIL, [path])


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"compose.yml": "services:\n  db:\n    image: x\n    environment: {DB_PASSWORD: dev}\n"},
        {"tests/k8s/c.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: c}\nstringData: {a: hunter2}\n"},
        {"deploy/compose.yml": "services:\n  db:\n    image: x\n    environment: {DB_PASSWORD: '${DB_PASSWORD:-}'}\n"},
    ],
    ids=["nothing", "development", "a fixture", "given from outside"],
)
def test_where_nothing_deployed_takes_a_secret_it_does_not_apply(files: dict[str, str]) -> None:
    assert ask("secrets-stored", {**APP, **files}).state is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"main.go": "package main\nfunc main() {\n c, _ := secretmanager.NewClient(x)\n}\n"}, "main.go:3"),
        (
            {"config/environments/production.rb": "a\nconfig.require_master_key = true\n"},
            "config/environments/production.rb:2",
        ),
        ({"config/credentials.yml.enc": "abc\n"}, "config/credentials.yml.enc:1"),
        (
            {"config/deploy/web.yaml.erb": "env:\n- name: A\n  valueFrom:\n    secretKeyRef:\n"},
            "config/deploy/web.yaml.erb:4",
        ),
    ],
)
def test_secrets_that_code_asks_a_store_for_or_that_are_encrypted_are_stored(files: dict[str, str], place: str) -> None:
    judged = ask("secrets-stored", files)

    assert (judged.state, places(judged)[0]) == (State.PASS, place)


@pytest.mark.parametrize(
    "files",
    [
        {
            "pom.xml": "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>",
            "A.java": '@RestController class A { @GetMapping("/x") String x() { } }',
        },
        {"package.json": '{"dependencies": {"pg": "8"}}', "a.js": "const pg = require('pg')\napp.listen(1)\n"},
    ],
    ids=["Spring's settings", "the driver's"],
)
def test_where_the_password_of_a_database_is_kept_is_to_be_signed_off(files: dict[str, str]) -> None:
    assert ask("secrets-stored", files).state is State.NEEDS_SIGN_OFF


def test_a_database_in_a_file_has_no_password() -> None:
    files = {"package.json": '{"dependencies": {"sqlite3": "5"}}', "a.js": "require('sqlite3')\napp.listen(1)\n"}

    assert ask("secrets-stored", files).state is State.NOT_APPLICABLE


def test_a_secret_that_the_code_reads_and_nothing_gives_is_not_stored() -> None:
    judged = ask("secrets-stored", {"a.py": "import os\nos.environ['API_TOKEN']\n"})

    assert (judged.state, [(one.path, one.line) for one in judged.missing]) == (State.FAIL, [("a.py", 2)])


def test_the_pipeline_that_deploys_is_shown_before_others() -> None:
    text = "on: push\njobs:\n  d:\n    steps:\n      - run: ssh x ${{ secrets.KEY }}\n"
    files = {".github/workflows/a.yml": text, ".github/workflows/deploy.yml": text}

    assert places(ask("secrets-stored", files))[0] == ".github/workflows/deploy.yml:5"


def test_a_secret_that_is_committed_is_not_stored_where_nothing_else_is() -> None:
    key = '{"kty": "RSA", "d": "' + "aB3_" * 16 + '"}\n'
    judged = ask("secrets-stored", {"src/tempkey.jwk": key, "a.py": "x = 1\n"})

    assert (judged.state, [one.path for one in judged.missing]) == (State.FAIL, ["src/tempkey.jwk"])


def test_an_image_that_a_matrix_names_is_built() -> None:
    file = "${{ matrix.base }}/${{ matrix.name }}/Dockerfile"
    step = f"- uses: docker/build-push-action@v6\n        with: {{file: '{file}'}}\n"
    files = {
        "src/api/Dockerfile": STAGED,
        "src/web/Dockerfile": STAGED,
        ".github/workflows/cd.yml": f"on: push\njobs:\n  b:\n    steps:\n      {step}",
    }

    assert (ask("docker-multi-stage", files).state, len(places(ask("docker-multi-stage", files)))) == (State.PASS, 2)


@pytest.mark.parametrize(("said", "state"), [("file: ops/Dockerfile-a", State.PASS), ("tag: main", State.FAIL)])
def test_an_image_that_is_a_value_of_a_matrix_is_built(said: str, state: State) -> None:
    step = "- uses: docker/build-push-action@v6\n        with: {file: '${{ matrix.kind.file }}', context: .}\n"
    matrix = f"strategy: {{matrix: {{kind: [{{name: a, {said}}}]}}}}"
    files = {
        "ops/Dockerfile-a": STAGED,
        ".github/workflows/cd.yml": f"on: push\njobs:\n  b:\n    {matrix}\n    steps:\n      {step}",
    }

    assert ask("docker-multi-stage", files).state is state


@pytest.mark.parametrize(("said", "state"), [("dockerfile_path: Dockerfile", State.PASS), ("run: x", State.FAIL)])
def test_an_app_of_digitalocean_is_built_from_the_file_that_its_spec_names(said: str, state: State) -> None:
    files = {"Dockerfile": STAGED, "spec.yaml": f"name: shop\nservices:\n  - name: web\n    {said}\n"}

    assert ask("docker-multi-stage", files).state is state


@pytest.mark.parametrize(
    ("path", "state"),
    [
        (".dockerdev/Dockerfile", State.NOT_APPLICABLE),
        ("Dockerfile.integration", State.NOT_APPLICABLE),
        # What the product is made to work together with.
        ("slack-integration.Dockerfile", State.FAIL),
        ("dist/Dockerfile", State.NOT_APPLICABLE),
        # Of Gradle's plugin, which puts these beside the program.
        ("src/main/dist/Dockerfile", State.FAIL),
    ],
)
def test_images_to_develop_and_to_test_with_are_none_of_the_product(path: str, state: State) -> None:
    assert ask("docker-multi-stage", {path: "FROM node\nRUN npm ci\n"}).state is state


@pytest.mark.parametrize(
    "files",
    [
        {"run.yaml": "kind: Service\nspec:\n  env:\n    - valueFrom:\n        secretKeyRef: {name: a}\n"},
        {"cloudbuild.yaml": "availableSecrets:\n  secretManager: []\n"},
        {"render.yaml": "services:\n  - envVars:\n      - key: A\n        generateValue: true\n"},
    ],
)
def test_secrets_that_a_platform_gives_by_reference_are_stored(files: dict[str, str]) -> None:
    assert ask("secrets-stored", files).state is State.PASS


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"app.json": '{"env": {\n"MONGO_PASSWORD": {"value": "hunter2hunter2"}}}'}, "app.json:2"),
        (
            {"render.yaml": "services:\n  - envVars:\n      - key: API_TOKEN\n        value: hunter2hunter2\n"},
            "render.yaml:3",
        ),
        (
            {
                "ecs/task-definition.json": '{"containerDefinitions": [{"environment": [\n'
                '{"name": "APP_PORT", "value": "80"},\n{"name": "API_TOKEN", "value": "hunter2hunter2"}]}]}'
            },
            "ecs/task-definition.json:3",
        ),
    ],
)
def test_a_secret_in_the_description_of_an_app_is_written_out(files: dict[str, str], place: str) -> None:
    judged = ask("secrets-stored", {**APP, **files})

    assert (judged.state, [f"{one.path}:{one.line}" for one in judged.missing]) == (State.FAIL, [place])
    assert "hunter2" not in repr(judged)


@pytest.mark.parametrize(
    "files",
    [
        {"render.yaml": "services:\n  - envVars:\n      - key: DOMAIN\n        sync: false\n"},
        {"app.json": '{"env": {"DOMAIN": {"value": "a.example"}, "API_TOKEN": {"required": true}}}'},
        {"pkg/header.go": "package header\nfunc f() {\n\tutil.GetSecretValue(source)\n}\n"},
    ],
    ids=["no secret", "nothing written", "a function of its own"],
)
def test_what_is_no_secret_is_kept_by_no_platform(files: dict[str, str]) -> None:
    assert ask("secrets-stored", {**APP, **files}).state is State.NOT_APPLICABLE


_CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n",
    "chart/templates/d.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n"
        "        - name: a\n          image: ghcr.io/acme/a:1\n          envFrom:\n"
        "            {{- range .Values.secrets }}\n            - secretRef:\n                name: {{ . }}\n"
        "            {{- end }}\n"
    ),
}


def test_a_secret_that_a_chart_takes_where_values_name_it_is_taken_by_its_values() -> None:
    named = ask("secrets-stored", {**APP, **_CHART, "chart/values.yaml": "secrets: [web]\n"})
    none = ask("secrets-stored", {**APP, **_CHART, "chart/values.yaml": "secrets: []\n"})

    assert (named.state, none.state) == (State.PASS, State.NOT_APPLICABLE)


_PROXY = "FROM debian\nRUN apt-get install -y pgbouncer\nCOPY --chmod=755 entrypoint.sh /usr/local/bin/entry\n"


@pytest.mark.parametrize(
    ("other", "state"),
    [
        (_PROXY, State.PASS),
        ("FROM nginx\nCOPY nginx.conf /etc/nginx/\n", State.PASS),
        ("FROM acme/proxy AS server\nFROM debian\nCOPY --from=server /ko-app/proxy /bin/\n", State.PASS),
        ("FROM python\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n", State.FAIL),
        ("FROM node\nCOPY . .\n", State.FAIL),
    ],
    ids=["somebody else's program", "its settings", "a program out of another image", "libraries", "sources"],
)
def test_an_image_that_only_configures_somebody_elses_program_builds_nothing(other: str, state: State) -> None:
    files = {"Dockerfile": STAGED, "a/Dockerfile": other, "b/Dockerfile": other}

    assert ask("docker-multi-stage", {**files, "compose.yml": _BUILT}).state is state
    assert ask("docker-multi-stage", {"Dockerfile": other, "compose.yml": _BUILT}).state is State.FAIL


_BUILT = "services:\n  w: {build: .}\n  a: {build: ./a}\n  b: {build: ./b}\n"


def test_what_skaffold_builds_is_told_from_where_its_file_stands() -> None:
    build = "build:\n  artifacts:\n  - image: api\n    context: .\n"
    files = {"src/api/Dockerfile": STAGED, "src/api/skaffold.yaml": build, "src/old/Dockerfile": "FROM x\n"}

    assert places(ask("docker-multi-stage", files)) == ["src/api/Dockerfile:4"]


def test_a_compose_file_of_a_development_container_is_one() -> None:
    judged = ask("docker-compose", {".devcontainer/docker-compose.yml": COMPOSE})

    assert (judged.state, places(judged)) == (State.PASS, [".devcontainer/docker-compose.yml:2"])


def test_a_compose_file_to_be_copied_is_none_to_develop_with() -> None:
    assert ask("docker-compose", {"compose.example.yml": COMPOSE}).state is State.FAIL


def test_a_secret_that_spring_reads_and_nothing_gives_is_not_stored() -> None:
    files = {"src/main/resources/application.yml": "spring:\n  ai:\n    api-key: ${OPENAI_API_KEY:demo}\n"}
    judged = ask("secrets-stored", files)

    assert (judged.state, [(one.path, one.line) for one in judged.missing]) == (
        State.FAIL,
        [("src/main/resources/application.yml", 3)],
    )


@pytest.mark.parametrize(
    ("service", "state"),
    [
        ("openldap:\n    image: docker.io/bitnami/openldap:2.6\n", State.FAIL),
        ("dashboards:\n    image: grafana/grafana:11\n", State.FAIL),
        ("jaeger:\n    image: jaegertracing/all-in-one:1@sha256:c51adb2f\n", State.FAIL),
        ("cache:\n    image: valkey/valkey:8\n", State.PASS),
        ("db:\n    image: mcr.microsoft.com/mssql/server:2022-latest\n", State.PASS),
        ("web:\n    image: acme/web:1\n", State.PASS),
    ],
)
def test_a_compose_file_brings_up_the_product_or_what_it_keeps_data_in(service: str, state: State) -> None:
    assert ask("docker-compose", {**APP, "scripts/compose.yml": f"services:\n  {service}"}).state is state


def test_a_store_is_no_pass_where_a_template_that_cannot_be_rendered_may_write_a_secret_out() -> None:
    store = {"app.py": "import hvac\nclient = hvac.Client(url=url)\n", "requirements.txt": "hvac\n"}
    chart = {
        "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "chart/templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\ndata: {a: {{ .Values.shared.a }}}\n",
    }

    assert ask("secrets-stored", store).state is State.PASS
    assert ask("secrets-stored", {**store, **chart}).state is State.NOT_CHECKED


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, State.FAIL),
        ({"appsettings.json": '{"UseVault": false}'}, State.FAIL),
        ({"appsettings.json": '{"UseVault": true}'}, State.PASS),
        ({"appsettings.json": '{"UseVault": false}', "deploy/values.yaml": "env:\n  UseVault: true\n"}, State.PASS),
    ],
)
@pytest.mark.parametrize("asked", ['GetValue<bool>("UseVault", false)', 'GetValue<bool>("UseVault")'])
def test_a_store_behind_a_setting_that_nobody_switches_on_is_asked_by_nobody(
    told: dict[str, str], state: State, asked: str
) -> None:
    code = f"if (config.{asked})\n{{\n  builder.AddAzureKeyVault(new Uri(address), credential);\n}}\n"

    assert ask("secrets-stored", {"Program.cs": code, **told}).state is state


def test_a_store_behind_a_setting_that_is_on_by_default_is_asked() -> None:
    code = 'if (config.GetValue<bool>("UseVault", true))\n{\n  builder.AddAzureKeyVault(new Uri(address), c);\n}\n'

    assert ask("secrets-stored", {"Program.cs": code}).state is State.PASS


_TAKES = "on: push\njobs:\n  a:\n    steps:\n      - run: %s\n        env: {KEY: '${{ secrets.KEY }}'}\n"


@pytest.mark.parametrize(
    ("path", "run", "state"),
    [
        ("conformance_test.yml", "aws s3 cp report.html s3://a", State.NOT_APPLICABLE),
        ("release.yml", "aws s3 cp site s3://a --recursive", State.PASS),
        ("deploy-test.yml", "aws s3 cp site s3://a --recursive", State.PASS),
    ],
)
def test_what_a_test_stores_of_its_results_takes_no_secret_of_the_product(path: str, run: str, state: State) -> None:
    files = {"app.js": "require('http').createServer(f).listen(1)\n", f".github/workflows/{path}": _TAKES % run}

    assert ask("secrets-stored", files).state is state


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("render.yaml", "services:\n  - type: web\n    runtime: docker\n", State.PASS),
        ("render.yaml", "services:\n  - type: web\n    runtime: node # no docker\n", State.FAIL),
        ("railway.json", '{"build": {"builder": "DOCKERFILE"}}', State.PASS),
        ("railway.json", '{"build": {"builder": "NIXPACKS"}}', State.FAIL),
        ("fly.toml", 'app = "shop"\n', State.PASS),
        ("fly.toml", '[build]\nbuilder = "paketobuildpacks/builder:base"\n', State.FAIL),
    ],
)
def test_a_platform_builds_an_image_where_it_is_not_told_another_way(path: str, text: str, state: State) -> None:
    dockerfile = "FROM node:22 AS build\nRUN npm run build\nFROM node:22-slim\nCOPY --from=build /a /a\nCMD node /a\n"
    files = {
        "Dockerfile": dockerfile,
        "server.ts": "import express from 'express'\nexpress().get('/x', f)\n",
        path: text,
    }

    assert ask_item("infrastructure.docker-multi-stage", files).state is state


@pytest.mark.parametrize("item", ["infrastructure.docker-compose", "infrastructure.kubernetes-manifests"])
@pytest.mark.parametrize(
    ("project", "state"),
    [
        ('<Project Sdk="Aspire.AppHost.Sdk/13.3.5"></Project>', State.NOT_APPLICABLE),
        ("<Project><PropertyGroup><IsAspireHost>true</IsAspireHost></PropertyGroup></Project>", State.NOT_APPLICABLE),
        ('<Project Sdk="Microsoft.NET.Sdk"></Project>', State.FAIL),
    ],
)
def test_a_host_of_aspire_takes_the_place_of_manifests_by_what_it_says(item: str, project: str, state: State) -> None:
    program = 'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/x", () => 1);\napp.Run();\n'
    files = {"src/Web/Program.cs": program, "src/Shop.Host/Shop.Host.csproj": project}

    assert ask_item(item, files).state is state


@pytest.mark.parametrize(("volume", "expected"), [("./:/app", State.PASS), ("./data:/data", State.FAIL)])
def test_an_image_that_the_sources_are_mounted_over_is_for_those_who_develop(volume: str, expected: State) -> None:
    files = {
        "infra/image.Dockerfile": "FROM php AS build\nRUN composer install\nFROM php\nCOPY --from=build /app /app\n",
        "infra/php.Dockerfile": "FROM php\nRUN docker-php-ext-install zip\nCOPY . .\n",
        "compose.yml": "services:\n  php:\n    build: {context: ., dockerfile: infra/php.Dockerfile}\n"
        f"    volumes: ['{volume}']\n",
        ".github/workflows/image.yml": "on: push\njobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n"
        "      with: {file: infra/image.Dockerfile}\n",
    }

    assert ask("docker-multi-stage", files).state is expected


def test_an_image_that_some_service_runs_as_it_is_built_is_the_product_s() -> None:
    files = {
        "Dockerfile": STAGED,
        "postgres/Dockerfile": "FROM node\nRUN npm ci\nCOPY . .\n",
        "compose.yml": "services:\n  web:\n    build: .\n  db:\n    build: postgres\n",
        "compose.develop.yml": "services:\n  web:\n    build: .\n    volumes: ['.:/app']\n",
    }

    assert ask("docker-multi-stage", files).state is State.PASS
    assert (
        ask("docker-multi-stage", {**files, "compose.yml": "services:\n  db:\n    build: postgres\n"}).state
        is State.FAIL
    )


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("Dockerfile.base", "FROM node\nRUN npm ci\n", State.PASS),
        ("tools/schema/Dockerfile", "FROM node\nRUN npm ci\n", State.PASS),
        # As many are as are not: the plainly named one at the root decides.
        ("lambda/Dockerfile", "FROM node\nRUN npm ci\n", State.PASS),
        ("Dockerfile.worker", "FROM node\nRUN npm ci\n", State.PASS),
        ("a/Dockerfile", "FROM node\nRUN npm ci\n", State.PASS),
    ],
)
def test_what_an_image_is_built_upon_is_none_of_its_own(path: str, text: str, state: State) -> None:
    staged = "FROM acme/app-base:1 AS build\nRUN npm ci\nFROM acme/app-base:1\nCOPY --from=build /app /app\n"
    files = {"Dockerfile": staged, path: text}
    builds = "".join(f"    - run: docker build -f {one} .\n" for one in files)
    files[".github/workflows/cd.yml"] = f"on: push\njobs:\n  b:\n    steps:\n{builds}"

    assert ask("docker-multi-stage", files).state is state
    turned = {**files, "Dockerfile": text, path: staged}
    assert ask("docker-multi-stage", turned).state is State.FAIL


def test_of_as_many_images_the_one_that_is_named_for_what_is_run_decides() -> None:
    files = {"docker/production/Dockerfile": STAGED, "docker/realtime/Dockerfile": "FROM node\nRUN npm ci\n"}
    turned = dict(zip(files, reversed(files.values()), strict=True))
    compose = {"compose.yml": "services:\n  a: {build: docker/production}\n  b: {build: docker/realtime}\n"}

    assert ask("docker-multi-stage", {**files, **compose}).state is State.PASS
    assert ask("docker-multi-stage", {**turned, **compose}).state is State.FAIL


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("nais/docker-build-push@v0", "team: a"),
        ("bcgov/action-builder-ghcr@v4", "package: app"),
        ("x/setup-docker-build@v1", ""),
    ],
)
def test_actions_that_build_images_are_told_by_their_names(action: str, given: str) -> None:
    steps = f"on: push\njobs:\n  b:\n    steps:\n    - uses: {action}\n      with: {{{given}}}\n"
    files = {"Dockerfile": STAGED, ".github/workflows/cd.yml": steps}

    assert ask("docker-multi-stage", files).strength is (Strength.CONFIGURED if "setup" in action else Strength.WIRED)


@pytest.mark.parametrize(("volume", "expected"), [("./shop:/app", State.PASS), ("./shop/logs:/logs", State.FAIL)])
def test_the_sources_are_also_the_folder_that_the_image_is_built_from(volume: str, expected: State) -> None:
    files = {
        "shop/Dockerfile.prod": "FROM python AS build\nRUN pip wheel .\nFROM python\nCOPY --from=build /w /w\n",
        "shop/Dockerfile": "FROM python\nRUN pip install -r dev.txt\nCOPY . .\n",
        "compose.yml": f"services:\n  web:\n    build: ./shop\n    volumes: ['{volume}']\n",
        ".github/workflows/image.yml": "on: push\njobs:\n  a:\n    steps:\n"
        "    - run: docker build --file ./shop/Dockerfile.prod ./shop\n",
    }

    assert ask("docker-multi-stage", files).state is expected


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("deploy/compose/dredd/base.yml", State.FAIL),
        ("docker/cypress/compose.yml", State.FAIL),
        ("deploy/compose/server/base.yml", State.PASS),
    ],
)
def test_a_compose_file_that_drives_the_api_is_for_tests(path: str, state: State) -> None:
    files = {
        path: "services:\n  web:\n    build: .\n",
        "server.ts": "import express from 'express'\nexpress().get('/a', f)\n",
    }

    assert ask_item("infrastructure.docker-compose", files).state is state


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("aws s3 cp build/shop-1.0.jar s3://shop/", State.NOT_APPLICABLE),
        ("aws s3 sync dist s3://shop/", State.PASS),
        ("aws s3 cp build/shop.jar s3://shop/ && aws lambda update-function-code --function-name a", State.PASS),
    ],
)
def test_a_package_that_is_put_where_it_can_be_had_is_deployed_nowhere(command: str, state: State) -> None:
    steps = f"    steps:\n      - env: {{A: '${{{{ secrets.SEARCH_KEY }}}}'}}\n        run: {command}\n"
    workflow = f"on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n{steps}"

    assert ask("secrets-stored", {**APP, ".github/workflows/ship.yml": workflow}).state is state


_ASKING = {
    "package.json": '{"private": true, "dependencies": {"express": "4"}}',
    "main.js": "const app = require('express')()\nconst p = process.env.DB_PASSWORD\napp.listen(80)\n",
}
_COMPOSED = "services:\n  app:\n    build: .\n    environment:\n      DB_PASSWORD: Tr7kQ9vLm2x\n"
_TOKEN = "    env:\n      TOKEN: ${{ secrets.API_TOKEN }}\n"


def _deployed_by(name: str, run: str) -> str:
    steps = f"    steps:\n      - run: {run}\n"
    return f"on: push\njobs:\n  {name}:\n    runs-on: ubuntu-latest\n{_TOKEN}{steps}"


@pytest.mark.parametrize(
    ("pipeline", "state"),
    [
        (_deployed_by("deploy", "ssh host 'cd /srv && docker compose up -d'"), State.FAIL),
        (_deployed_by("deploy", "docker compose -f docker-compose.yml up -d"), State.FAIL),
        (_deployed_by("deploy", "docker compose -f docker-compose.other.yml up -d"), State.PASS),
        (_deployed_by("deploy", "flyctl deploy"), State.PASS),
    ],
)
def test_a_password_of_what_a_deployment_brings_up_is_written_out_whatever_its_pipeline_takes(
    pipeline: str, state: State
) -> None:
    files = {**_ASKING, "docker-compose.yml": _COMPOSED, ".github/workflows/a.yml": pipeline}

    assert ask_item("env.secrets-stored", files).state is state


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fly.toml", "[env]\n  {}"),
        ("wrangler.toml", "[vars]\n{}"),
        ("netlify.toml", "[build.environment]\n{}"),
        ("app.yaml", "runtime: a\nenv_variables:\n  {}"),
        ("serverless.yml", "provider:\n  environment:\n    {}"),
    ],
)
@pytest.mark.parametrize(("name", "state"), [("DB_PASSWORD", State.FAIL), ("LOG_LEVEL", State.PASS)])
def test_what_describes_an_app_to_its_platform_writes_no_secret_out(
    path: str, text: str, name: str, state: State
) -> None:
    setting = f"{name} = 'Tr7kQ9vLm2x'\n" if path.endswith(".toml") else f"{name}: Tr7kQ9vLm2x\n"
    files = {**_ASKING, path: text.format(setting), ".github/workflows/a.yml": _deployed_by("deploy", "flyctl deploy")}

    assert ask_item("env.secrets-stored", files).state is state


@pytest.mark.parametrize(
    ("kept", "more", "state"),
    [
        ("external: true", {}, State.PASS),
        ("file: ./db_password.txt", {}, State.PASS),
        ("file: ./db_password.txt", {"db_password.txt": "Tr7kQ9vLm2x\n"}, State.FAIL),
    ],
)
def test_a_secret_of_compose_is_kept_outside_of_the_repository(kept: str, more: dict[str, str], state: State) -> None:
    given = f"services:\n  app:\n    build: .\n    secrets: [db_password]\nsecrets:\n  db_password:\n    {kept}\n"

    assert ask_item("env.secrets-stored", {**_ASKING, **more, "compose.yml": given}).state is state


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("export const a = process.env.CREDENTIALS === 'true'", ""),
        ("export const a = process.env.CREDENTIALS", "CREDENTIALS is read"),
        (
            (
                "export const a = process.env.CREDENTIALS === 'true'\n"
                "export const {\n  PORT,\n  SECRET_KEY } = process.env"
            ),
            "SECRET_KEY is read",
        ),
        ("const { PORT, log: SECRET_KEY } = process.env", ""),
        ("const { SECRET_KEY } = settings", ""),
    ],
)
def test_what_is_held_against_yes_is_no_secret_and_what_is_taken_out_is_read(settings: str, said: str) -> None:
    files = {
        "package.json": '{"dependencies": {"express": "4"}}',
        "server.ts": "import express from 'express'\nimport { a } from './config'\nexpress().listen(1)\n",
        "config.ts": f"{settings}\n",
    }
    judged = ask_item("env.secrets-stored", files)

    assert judged.state is (State.FAIL if said else State.NOT_APPLICABLE)
    assert judged.reason.startswith(said)
