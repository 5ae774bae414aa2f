"""What pipelines, scripts and settings show of deploying, going back, seeding and scanning, beside look-alikes."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import Content, ask_item

_SERVER: dict[str, Content] = {
    "package.json": '{"private": true, "dependencies": {"express": "4", "pg": "8"}}',
    "main.js": "const app = require('express')()\napp.get('/orders', f)\napp.listen(80)\n",
}
_PRISMA: dict[str, Content] = {
    **_SERVER,
    "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
    "prisma/migrations/1_init/migration.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY);\n",
}


def _pipeline(*steps: str, name: str = "ci", job: str = "deploy", on: str = "push") -> dict[str, Content]:
    lines = "".join(f"      - {step}\n" for step in steps)
    text = f"name: {name}\non: {on}\njobs:\n  {job}:\n    runs-on: ubuntu-latest\n    steps:\n{lines}"
    return {f".github/workflows/{name}.yml": text}


@pytest.mark.parametrize(
    ("name", "job", "state"),
    [
        ("ci", "deploy", State.PASS),
        ("build", "release", State.PASS),
        ("test-and-deploy", "deploy", State.PASS),
        ("ci", "checks", State.FAIL),
        ("e2e", "deploy", State.FAIL),
        ("ci", "deploy-e2e", State.FAIL),
        ("agents", "copilot-setup-steps", State.FAIL),
    ],
)
def test_a_job_that_deploys_does_so_whatever_its_pipeline_does_before(name: str, job: str, state: State) -> None:
    files = {**_PRISMA, **_pipeline("run: npx prisma migrate deploy", "run: flyctl deploy", name=name, job=job)}

    assert ask_item("deploy.migrations-applied", files).state is state


@pytest.mark.parametrize(
    ("step", "on", "state"),
    [
        ("run: vercel deploy --prod", "push", State.PASS),
        ("run: vercel deploy", "push", State.FAIL),
        ("run: netlify deploy --dir=dist", "push", State.FAIL),
        ("run: flyctl deploy", "[push, pull_request]", State.PASS),
        ("run: flyctl deploy --app pr-1", "pull_request", State.FAIL),
    ],
)
def test_a_preview_deploys_nothing_for_good(step: str, on: str, state: State) -> None:
    assert ask_item("cicd.deployment-automation", {**_SERVER, **_pipeline(step, on=on)}).state is state


_WEB_APP = "uses: azure/webapps-deploy@v3"
_DISPATCH = "run: curl -X POST https://api.github.com/repos/acme/manifests/dispatches -d '{}'"


@pytest.mark.parametrize(
    ("steps", "job", "state"),
    [
        # What is tested first, or afterwards, is deployed all the same.
        (("run: dotnet test", _WEB_APP), "build-and-deploy", State.PASS),
        (("run: npm test", "run: flyctl deploy", "run: npm run smoke-tests"), "deploy", State.PASS),
        ((_WEB_APP,), "e2e_tests", State.FAIL),
        (("run: kubectl apply -f k8s",), "deployments-tests", State.FAIL),
        (("uses: helm/kind-action@v1", "run: kubectl apply -f k8s"), "deploy", State.FAIL),
        (("uses: nais/deploy/actions/deploy@v2",), "main", State.PASS),
        (("uses: bcgov/action-deployer-openshift@v4",), "main", State.PASS),
        (("uses: acme/deploy-pages@v4",), "deploy", State.FAIL),
        (("uses: acme/deployment-status@v1",), "deploy", State.FAIL),
        (("uses: azure/static-web-apps-deploy@v1",), "deploy", State.FAIL),
        ((_DISPATCH,), "deploy", State.PASS),
        ((_DISPATCH,), "notify", State.FAIL),
        (("run: aws s3 sync dist s3://web",), "deploy_web", State.PASS),
        (("run: aws s3 sync coverage s3://reports",), "upload-coverage", State.FAIL),
        (("{uses: actions/checkout@v4, with: {repository: acme/gitops-argocd}}",), "deploy", State.PASS),
        (("{uses: actions/checkout@v4, with: {repository: acme/fixtures}}",), "deploy", State.FAIL),
    ],
)
def test_what_a_job_does_besides_and_what_it_is_called_tell_whether_it_deploys(
    steps: tuple[str, ...], job: str, state: State
) -> None:
    assert ask_item("cicd.deployment-automation", {**_SERVER, **_pipeline(*steps, job=job)}).state is state


def test_what_another_repository_s_workflow_deploys_is_not_known() -> None:
    text = "on: push\njobs:\n  deploy:\n    uses: acme/infra/.github/workflows/deploy.yml@main\n"
    files = {**_SERVER, ".github/workflows/a.yml": text}

    assert ask_item("cicd.deployment-automation", files).state is State.NOT_CHECKED


@pytest.mark.parametrize(
    ("group", "spec", "state"),
    [("argoproj.io/v1alpha1", "{destination: {server: a}}", State.PASS), ("nais.io/v1", "{image: a}", State.FAIL)],
)
def test_an_application_is_deployed_to_somewhere(group: str, spec: str, state: State) -> None:
    text = f"apiVersion: {group}\nkind: Application\nmetadata: {{name: a}}\nspec: {spec}\n"

    assert ask_item("cicd.deployment-automation", {**_SERVER, "k/a.yaml": text}).state is state


@pytest.mark.parametrize(("path", "state"), [("ops/deploy.cloudbuild.yaml", State.PASS), ("ops/x.yaml", State.FAIL)])
def test_a_build_of_cloud_build_has_it_in_its_name(path: str, state: State) -> None:
    text = "steps:\n- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, web, --image=a]\n"

    assert ask_item("cicd.deployment-automation", {**_SERVER, path: text}).state is state


def test_traffic_that_is_sent_to_the_new_revision_rolls_nothing_back() -> None:
    files = {**_SERVER, **_pipeline("run: gcloud run services update-traffic web --to-revisions web-2=20")}

    assert ask_item("cicd.rollback", files).state is State.NEEDS_SIGN_OFF
    assert ask_item("cicd.blue-green", files).state is State.PASS


@pytest.mark.parametrize(("version", "state"), [("kustomize.toolkit.fluxcd.io/v1", State.PASS), ("v1", State.FAIL)])
def test_flux_applies_what_its_kustomization_names(version: str, state: State) -> None:
    text = f"apiVersion: {version}\nkind: Kustomization\nmetadata: {{name: a}}\nspec: {{sourceRef: {{name: a}}}}\n"

    assert ask_item("cicd.deployment-automation", {**_SERVER, "flux/a.yaml": text}).state is state


@pytest.mark.parametrize(
    ("started", "state"),
    [
        ("ENTRYPOINT ./entrypoint.sh", State.PASS),
        ("CMD node main.js", State.FAIL),
    ],
)
def test_a_script_that_nothing_starts_applies_no_migration(started: str, state: State) -> None:
    script = "#!/bin/sh\nnpx prisma migrate deploy\nexec node main.js\n"
    files = {**_PRISMA, "entrypoint.sh": script, "Dockerfile": f"FROM node\nCOPY . .\n{started}\n"}

    assert ask_item("deploy.migrations-applied", files).state is state


_UPSERT = "await db.role.upsert({ where: { name: 'admin' }, create: { name: 'admin' } })\n"
_DEMO = "await db.user.create({ data: { email: 'demo@example.com', password: await hash('demo') } })\n"


@pytest.mark.parametrize(
    ("seed", "state"),
    [
        (_UPSERT, State.PASS),
        (_UPSERT + "create({ password: process.env.ADMIN_PASSWORD })\n", State.PASS),
        (f"{_UPSERT}if (process.env.NODE_ENV !== 'production') {{\n  {_DEMO}}}\n", State.PASS),
        (_UPSERT + _DEMO, State.FAIL),
    ],
)
def test_a_deployment_that_makes_users_whose_passwords_everybody_knows_seeds_badly(seed: str, state: State) -> None:
    files = {**_PRISMA, "prisma/seed.js": seed, **_pipeline("run: npx prisma db seed", "run: flyctl deploy")}

    assert ask_item("deploy.database-seeded", files).state is state


def test_demo_users_that_no_deployment_makes_are_a_developer_s() -> None:
    assert ask_item("deploy.database-seeded", {**_PRISMA, "prisma/seed.js": _DEMO}).state is State.NEEDS_SIGN_OFF


def test_what_a_command_loads_need_not_be_named_a_seed() -> None:
    files: dict[str, Content] = {
        "requirements.txt": "django\npsycopg\n",
        "manage.py": "main()\n",
        "a/models.py": "from django.db import models\nclass A(models.Model):\n    n = models.IntegerField()\n",
        "a/fixtures/roles.json": "[]",
    }
    loads = "FROM python\nCMD python manage.py loaddata roles && gunicorn a.wsgi\n"

    assert ask_item("deploy.database-seeded", {**files, "Dockerfile": loads}).state is State.PASS
    assert ask_item("deploy.database-seeded", files).state is State.NOT_APPLICABLE


_COMMAND = "a/management/commands/rollback_{}.py"


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("rollback.sh", "kubectl rollout undo deploy/shop\n", State.PASS),
        ("rollback.sh", "git checkout $1 && ./deploy.sh\n", State.PASS),
        ("rollback.sh", "echo to be written\n", State.NEEDS_SIGN_OFF),
        (_COMMAND.format("migrations"), "call_command('migrate', 'a', target)\n", State.PASS),
        (_COMMAND.format("orders"), "Order.objects.filter(batch=1).delete()\n", State.NEEDS_SIGN_OFF),
        ("Makefile", "back:\n\thelm rollback shop\n", State.PASS),
        ("Makefile", "back:\n\t# helm rollback shop\n\techo helm\n", State.NEEDS_SIGN_OFF),
        ("helmfile.yaml", "helmDefaults:\n  atomic: true\n", State.PASS),
        ("helmfile.yaml", "helmDefaults:\n  atomic: false\n", State.NEEDS_SIGN_OFF),
        ("a.tf", 'resource "helm_release" "a" {\n  atomic = true\n}\n', State.PASS),
        ("a.tf", 'resource "helm_release" "a" {\n  atomic = false\n}\n', State.NEEDS_SIGN_OFF),
    ],
)
def test_a_way_back_does_something_to_what_is_deployed(path: str, text: str, state: State) -> None:
    assert ask_item("cicd.rollback", {**_SERVER, path: text}).state is state


_ROUTE = (
    "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: a}}\nspec:\n  http:\n  - route:\n{}"
)


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("fly.toml", "[deploy]\n  strategy = 'bluegreen'\n", State.PASS),
        ("fly.toml", "[deploy]\n  strategy = 'rolling'\n", State.NEEDS_SIGN_OFF),
        ("a.yaml", _ROUTE.format("    - {weight: 90}\n    - {weight: 10}\n"), State.PASS),
        ("a.yaml", _ROUTE.format("    - {weight: 100}\n"), State.NEEDS_SIGN_OFF),
        (
            "a.tf",
            'resource "aws_ecs_service" "a" {\n  deployment_configuration {\n    strategy = "BLUE_GREEN"\n  }\n}\n',
            State.PASS,
        ),
        (
            "a.tf",
            'resource "aws_ecs_service" "a" {\n  deployment_configuration {\n    strategy = "ROLLING"\n  }\n}\n',
            State.NEEDS_SIGN_OFF,
        ),
    ],
)
def test_two_releases_stand_beside_each_other(path: str, text: str, state: State) -> None:
    assert ask_item("cicd.blue-green", {**_SERVER, path: text}).state is state


_HOOKS = "repos:\n- repo: https://github.com/PyCQA/{0}\n  rev: 1.7.9\n  hooks: [{{id: {0}}}]\n"


@pytest.mark.parametrize(
    ("step", "settings", "state"),
    [
        ("run: pre-commit run --all-files", {".pre-commit-config.yaml": _HOOKS.format("bandit")}, State.PASS),
        ("uses: pre-commit/action@v3", {".pre-commit-config.yaml": _HOOKS.format("bandit")}, State.PASS),
        ("run: pre-commit run --all-files", {".pre-commit-config.yaml": _HOOKS.format("flake8")}, State.FAIL),
        ("run: pre-commit run black --all-files", {".pre-commit-config.yaml": "# id: bandit\n"}, State.FAIL),
        (
            "uses: golangci/golangci-lint-action@v6",
            {".golangci.yml": "linters:\n  enable:\n    # errors\n    - errcheck\n\n    - gosec\n"},
            State.PASS,
        ),
        ("uses: golangci/golangci-lint-action@v6", {".golangci.yml": "linters:\n  disable: [gosec]\n"}, State.FAIL),
        (
            "uses: golangci/golangci-lint-action@v6",
            {".golangci.yml": "linters:\n  enable:\n    - govet\n    # - gosec\n  disable:\n    - gosec\n"},
            State.FAIL,
        ),
        ("run: golangci-lint run ./...", {".golangci.yml": "linters:\n  enable: [errcheck, gosec]\n"}, State.PASS),
        ("run: go run golang.org/x/vuln/cmd/govulncheck@latest ./...", {}, State.PASS),
        ("run: go run ./cmd/shop", {}, State.FAIL),
        ("run: npm audit", {}, State.PASS),
        ("run: npm audit fix", {}, State.FAIL),
        ("run: npm audit signatures", {}, State.FAIL),
        ("run: bin/brakeman --no-pager", {}, State.PASS),
        ("run: bin/brakeman --no-exit-on-warn", {}, State.FAIL),
    ],
)
def test_what_scans_is_told_to_and_may_fail(step: str, settings: dict[str, Content], state: State) -> None:
    files = {**_SERVER, **settings, **_pipeline(step, job="check", on="pull_request")}

    assert ask_item("cicd.security-scanning", files).state is state


_CRON = (
    "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  schedule: '0 3 * * *'\n{}  jobTemplate:\n"
    "    spec:\n      template:\n        spec:\n"
    "          containers: [{{name: a, image: postgres, command: [sh, -c, '{}']}}]\n"
)
_SQL = (
    'resource "google_sql_database_instance" "a" {{\n  settings {{\n    backup_configuration {{\n'
    "      enabled = {}\n    }}\n  }}\n}}\n"
)


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"k8s/a.yaml": _CRON.format("", "pg_dump $URL | aws s3 cp - s3://a/b")}, State.PASS),
        ({"k8s/a.yaml": _CRON.format("  suspend: true\n", "pg_dump $URL | aws s3 cp - s3://a/b")}, State.FAIL),
        ({"k8s/a.yaml": _CRON.format("", "psql -c analyze")}, State.NEEDS_SIGN_OFF),
        ({"a.tf": _SQL.format("true")}, State.PASS),
        ({"a.tf": _SQL.format("false")}, State.NEEDS_SIGN_OFF),
        ({"crontab": "0 3 * * * /srv/backup.sh\n", "backup.sh": "pg_dump $URL > /mnt/a\n"}, State.PASS),
        ({"crontab": "0 3 * * * /srv/clean.sh\n", "clean.sh": "rm -r /tmp/a\n"}, State.NEEDS_SIGN_OFF),
        ({"crontab": "# 0 3 * * * /srv/backup.sh\n", "backup.sh": "pg_dump $URL > /mnt/a\n"}, State.FAIL),
        ({"Dockerfile": 'FROM a\nCMD litestream replicate -exec "node main.js"\n'}, State.PASS),
        ({"Dockerfile": "FROM a\nCMD litestream restore a && node main.js\n"}, State.NEEDS_SIGN_OFF),
        ({"a.yaml": "apiVersion: velero.io/v1\nkind: Schedule\nspec: {schedule: a, template: {a: b}}\n"}, State.PASS),
        ({"a.yaml": "apiVersion: chaos-mesh.org/v1\nkind: Schedule\nspec: {schedule: a}\n"}, State.NEEDS_SIGN_OFF),
    ],
)
def test_a_database_is_backed_up_by_what_runs_by_itself(files: dict[str, Content], state: State) -> None:
    assert ask_item("backup.database-backup", {**_PRISMA, **files}).state is state


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("trivy image --exit-code 1 shop", State.PASS),
        ("trivy image --format sarif -o a.sarif shop", State.PASS),
        ("trivy image shop", State.FAIL),
        ("trivy plugin install referrer", State.FAIL),
        ("grype dir:. --fail-on high", State.PASS),
        ("grype dir:.", State.FAIL),
        ("semgrep ci", State.PASS),
        ("semgrep scan --config auto --error", State.PASS),
        ("semgrep scan --config auto", State.FAIL),
        ("docker run --rm -v $PWD:/s aquasec/trivy:0.50 fs --exit-code 1 /s", State.PASS),
        ("docker run --rm -v $PWD:/s aquasec/trivy:0.50 fs /s", State.FAIL),
        ("gitleaks detect", State.PASS),
        ("gitleaks version", State.FAIL),
        ("./gradlew dependencyCheckAnalyze", State.PASS),
    ],
)
def test_a_scan_that_fails_nothing_whatever_it_finds_is_none(command: str, state: State) -> None:
    files = {**_SERVER, **_pipeline(f"run: {command}", job="scan", on="pull_request")}

    assert ask_item("cicd.security-scanning", files).state is state


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("helm upgrade --install shop acme/shop --version 1.2.3", State.PASS),
        ("helm upgrade --help", State.FAIL),
        ("ansible-playbook -i prod site.yml", State.PASS),
        ("ansible-playbook --check site.yml", State.FAIL),
        ("cf push shop", State.PASS),
        ("cf login", State.FAIL),
        ("oc rollout latest dc/shop", State.PASS),
        ("oc rollout status dc/shop", State.FAIL),
        ("git push dokku@host:shop main", State.PASS),
        ("git push origin main", State.FAIL),
    ],
)
def test_what_is_only_asked_or_tried_deploys_nothing(command: str, state: State) -> None:
    assert ask_item("cicd.deployment-automation", {**_SERVER, **_pipeline(f"run: {command}")}).state is state


@pytest.mark.parametrize(("listed", "state"), [("scan", State.PASS), ("test", State.FAIL)])
def test_a_job_of_circleci_runs_where_a_workflow_lists_it(listed: str, state: State) -> None:
    runs = {"scan": "bandit a", "test": "pytest"}
    jobs = "".join(f"  {name}:\n    steps:\n      - run: {run}\n" for name, run in runs.items())
    text = f"jobs:\n{jobs}workflows:\n  version: 2\n  all:\n    jobs:\n      - {listed}:\n          context: a\n"

    assert ask_item("cicd.security-scanning", {**_SERVER, ".circleci/config.yml": text}).state is state
