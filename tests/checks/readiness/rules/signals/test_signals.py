"""The rule `signals` by itself, and the items of the shipped policy that rest on it: each found, missed and trapped."""

from __future__ import annotations

import pytest

from bot.checks.readiness.check import judge
from bot.checks.readiness.judged import Judged
from bot.model import State, Strength
from tests.checks.readiness.look import ask, ask_item, look, places, shipped_asks
from tests.checks.readiness.rules.testing.test_outside import APP, LIBRARY
from tests.checks.readiness.rules.testing.test_suites import workflow


def judge_item(item: str, files: dict[str, str]) -> Judged:
    # An image starts with the entry point, where there is one.
    begin = next((path for path in files if path.endswith("entrypoint.sh")), None)
    started = {"Dockerfile": f"FROM python\nENTRYPOINT /{begin}\nCMD uvicorn app.main:app\n"} if begin else {}
    return ask_item(item, {**APP, **started, **files})


def manifest(kind: str, rest: str = "", version: str = "x/v1") -> dict[str, str]:
    return {"k8s/it.yaml": f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: it\n{rest}"}


def action(uses: str, on: str = "[pull_request]", extra: str = "") -> dict[str, str]:
    text = f"on: {on}\njobs:\n  scan:\n    steps:\n      - uses: {uses}@v1\n{extra}"
    return {".github/workflows/scan.yml": text}


SCRAPED = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata:\n"
    "      annotations:\n"
    "        prometheus.io/scrape: 'true'\n    spec:\n      containers: [{name: a, image: ghcr.io/acme/a:1}]\n"
)
COLLECTED = SCRAPED.replace("kind: Deployment", "kind: DaemonSet").replace("ghcr.io/acme/a:1", "timberio/vector:1")
SCRAPING = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  prometheus.yml: |\n"
    "    scrape_configs:\n    - job_name: shop\n      static_configs: [{targets: ['shop:80']}]\n"
)
_TARGETS = "    static_configs:\n      - targets: ['web:80']\n"
MIGRATIONS = {"alembic.ini": "[alembic]\n"}


CLOUD_BUILD = {
    "cloudbuild.yaml": (
        "steps:\n- name: golang\n  id: e2e-tests\n  entrypoint: go\n  args: [test, ./e2e]\n"
        "- name: gcr.io/cloud-builders/gcloud\n  args: [run, deploy, shop]\n"
    ),
    "ci.tf": (
        'resource "google_cloudbuild_trigger" "x" {\n  trigger_template {\n    branch_name = "main"\n  }\n'
        '  filename = "cloudbuild.yaml"\n}\n'
    ),
}


@pytest.mark.parametrize(
    ("item", "files", "place"),
    [
        ("cicd.security-scanning", action("github/codeql-action/analyze"), ".github/workflows/scan.yml:5"),
        ("cicd.security-scanning", workflow("bundle exec brakeman"), ".github/workflows/ci.yml:5"),
        ("cicd.security-scanning", workflow("bundle exec rake bundle:audit"), ".github/workflows/ci.yml:5"),
        (
            "cicd.security-scanning",
            workflow("./gradlew -Dsonar.login=x --info sonarqube"),
            ".github/workflows/ci.yml:5",
        ),
        ("cicd.security-scanning", workflow("mvn -B verify sonar:sonar"), ".github/workflows/ci.yml:5"),
        (
            "cicd.deployment-automation",
            workflow("helm upgrade --install x ./chart", on="push"),
            ".github/workflows/ci.yml:5",
        ),
        ("cicd.deployment-automation", manifest("Application", "spec:\n  destination: {name: a}\n"), "k8s/it.yaml:6"),
        (
            "cicd.deployment-automation",
            workflow("curl -X POST ${{ secrets.DEPLOY_HOOK }}", on="push"),
            ".github/workflows/ci.yml:5",
        ),
        (
            "cicd.deployment-automation",
            workflow("curl https://api.render.com/deploy/srv-1?key=$KEY", on="push"),
            ".github/workflows/ci.yml:5",
        ),
        ("cicd.rollback", workflow("helm upgrade x y --atomic", on="push"), ".github/workflows/ci.yml:5"),
        ("cicd.rollback", {"infra/a.tf": 'resource "aws_ecs_service" "x" {\n  rollback = true\n}\n'}, "infra/a.tf:2"),
        ("cicd.blue-green", manifest("Rollout", "spec:\n  strategy:\n    blueGreen:\n      a: b\n"), "k8s/it.yaml:7"),
        (
            "log-aggregation.centralized-storage",
            {"compose.yml": "services:\n  logs:\n    image: grafana/promtail:3\n"},
            "compose.yml:3",
        ),
        (
            "log-aggregation.centralized-storage",
            {
                "compose.yml": "services:\n  otel:\n    image: otel/opentelemetry-collector-contrib:0.102.0\n",
                "otel-config.yaml": "service:\n  pipelines:\n    traces: {}\n    logs/all:\n      exporters: [loki]\n",
            },
            "otel-config.yaml:4",
        ),
        (
            "log-aggregation.retention",
            {"a.tf": 'resource "aws_cloudwatch_log_group" "x" {\n  retention_in_days = 30\n}\n'},
            "a.tf:2",
        ),
        (
            "dashboards.grafana",
            {
                "grafana/dashboards/a.json": '{\n "schemaVersion": 1\n}\n',
                "grafana/provisioning/dashboards/all.yml": "apiVersion: 1\nproviders:\n  - name: all\n",
            },
            "grafana/provisioning/dashboards/all.yml:2",
        ),
        (
            "dashboards.grafana",
            {
                "deploy/dashboards/a.json": '{\n "schemaVersion": 1\n}\n',
                # A list of none takes away what the image has itself.
                "deploy/dashboards/dashboards-provider-override.yaml": "apiVersion: 1\nproviders: []\n",
                "deploy/dashboards/dashboards-provisioning.yaml": "apiVersion: 1\nproviders:\n  - name: all\n",
            },
            "deploy/dashboards/dashboards-provisioning.yaml:2",
        ),
        (
            "dashboards.grafana",
            {"plugin/plugin.json": '{"type": "app", "includes": [\n{"type": "dashboard", "path": "a.json"}]}\n'},
            "plugin/plugin.json:2",
        ),
        ("dashboards.prometheus-scrape", manifest("ServiceMonitor"), "k8s/it.yaml:1"),
        (
            "dashboards.prometheus-scrape",
            {
                "server.ts": "import StatsD from 'hot-shots'\nconst app = express()\napp.get('/x', f)\nnew StatsD()\n",
                "package.json": '{"dependencies": {"hot-shots": "1"}}',
                "k8s/a.yaml": SCRAPED,
            },
            "k8s/a.yaml:8",
        ),
        (
            "dashboards.prometheus-scrape",
            {"prometheus.yml": f"scrape_configs:\n  - job_name: web\n{_TARGETS}"},
            "prometheus.yml:2",
        ),
        (
            "dashboards.prometheus-scrape",
            {"quickstart-prometheus-config.yml": f"scrape_configs:\n  - job_name: web\n{_TARGETS}"},
            "quickstart-prometheus-config.yml:2",
        ),
        ("dashboards.alert-rules", {"alerts.yml": "groups:\n  - rules:\n      - alert: Down\n"}, "alerts.yml:3"),
        ("dashboards.slo-tracking", manifest("PrometheusServiceLevel"), "k8s/it.yaml:1"),
        ("hardening.ddos", {"a.tf": 'resource "aws_shield_protection" "x" {\n}\n'}, "a.tf:1"),
        ("hardening.waf", {"a.tf": 'resource "aws_wafv2_web_acl_association" "x" {\n}\n'}, "a.tf:1"),
        ("backup.database-backup", manifest("ScheduledBackup"), "k8s/it.yaml:1"),
        (
            "backup.database-backup",
            {"clock.rb": 'every(1.day, "Clean up") { C.run }\nevery(4.hours, "Backup prod DB to S3") { B.run }\n'},
            "clock.rb:2",
        ),
        (
            "backup.database-backup",
            {"routes/console.php": "<?php\nSchedule::command('backup:run')->daily();\n"},
            "routes/console.php:2",
        ),
        (
            "backup.database-backup",
            {"a.tf": 'resource "aws_db_instance" "x" {\n  backup_retention_period = 7\n}\n'},
            "a.tf:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "entrypoint.sh": "#!/bin/sh\nalembic upgrade head\n"},
            "entrypoint.sh:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "entrypoint.sh": "#!/bin/bash\n/usr/bin/shop upgrade\nexec /usr/bin/shop run\n"},
            "entrypoint.sh:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "scripts/update.sh": "set -e\nphp bin/console doctrine:migrations:migrate -n\n"},
            "scripts/update.sh:2",
        ),
        ("deploy.migrations-applied", {**MIGRATIONS, "Procfile": "release: alembic upgrade head\n"}, "Procfile:1"),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "docker/Dockerfile": 'FROM a\nCOPY ["docker/init", "/scripts/"]\nCMD ["/scripts/init"]\n',
                "docker/init": "#!/bin/bash\nalembic upgrade head\n",
            },
            "docker/init:2",
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "Dockerfile": "FROM a\nCOPY . .\nENTRYPOINT ./boot.sh\n",
                "boot.sh": "#!/bin/sh\nexec node migrate.js up && knex migrate:latest\n",
            },
            "boot.sh:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "deploy/a.yaml": "args:\n  - flyway -url=x migrate\n"},
            "deploy/a.yaml:2",
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "docker/entrypoint.sh": "#!/bin/sh\npython manage.py collect\npython manage.py set_up\n",
                "app/management/commands/collect.py": "class Command(BaseCommand):\n    pass\n",
                "app/management/commands/set_up.py": "def handle():\n    call_command('migrate', interactive=False)\n",
            },
            "docker/entrypoint.sh:3",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "Procfile": "web: ./target/release/shop server\nrelease: ./target/release/shop migrate\n"},
            "Procfile:2",
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "docker/entrypoint.sh": "#!/bin/sh\n/opt/shop/bin/console -n shop:install\n",
                "src/Command/InstallCommand.php": "<?php\n#[AsCommand(name: 'shop:install')]\nclass A {\n"
                "  function execute() { $this->getApplication()->find('doctrine:migrations:migrate')->run(); }\n}\n",
            },
            "docker/entrypoint.sh:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "deploy/a.yaml": "args:\n  - python manage.py migrate --check\n  - ./manage.py migrate\n"},
            "deploy/a.yaml:3",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "compose.yml": "services:\n  m:\n    image: flyway/flyway:10\n    command: migrate\n"},
            "compose.yml:3",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "compose.yml": "services:\n  m:\n    command: sh -c 'alembic upgrade head'\n"},
            "compose.yml:3",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "compose.yml": "services:\n  migrator:\n    build: .\n"},
            "compose.yml:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "entrypoint.sh": "php artisan migrate:status | grep No\nphp artisan migrate --force\n"},
            "entrypoint.sh:2",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "docker-entrypoint.sh": "python ping.py\nflask --app shop db upgrade\n"},
            "docker-entrypoint.sh:2",
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    steps: [{run: python -m flask db upgrade}]\n",
            },
            ".github/workflows/a.yml:4",
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "Dockerfile": "FROM a\nRUN alembic upgrade head\nCMD alembic upgrade head && ./run\n"},
            "Dockerfile:3",
        ),
        ("deploy.database-seeded", {"seed.py": "x = 1\n", "entrypoint.sh": "python seed.py\n"}, "entrypoint.sh:1"),
        (
            "deploy.database-seeded",
            {"prisma/seed.mts": "", "docker/entrypoint.sh": "npx prisma db seed\n"},
            "docker/entrypoint.sh:1",
        ),
        (
            "deploy.ssl-tls",
            {
                "k8s/a.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n"
                "    service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn:aws:acm:x\n"
                "spec:\n  type: LoadBalancer\n"
            },
            "k8s/a.yaml:6",
        ),
        ("deploy.ssl-tls", manifest("Ingress", "spec:\n  tls:\n    - secretName: x\n"), "k8s/it.yaml:6"),
        ("cicd.deployment-automation", CLOUD_BUILD, "cloudbuild.yaml:6"),
        (
            "deploy.ssl-tls",
            {"compose.yml": "services:\n  acme:\n    image: nginxproxy/acme-companion:2\n"},
            "compose.yml:3",
        ),
        ("deploy.ssl-tls", {"nginx/site.conf": "server {\n  ssl_certificate /x;\n}\n"}, "nginx/site.conf:2"),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "compose.yml": "services:\n  seed:\n    build: .\n"
                '    command: bash -c "/root/.dotnet/tools/dotnet-ef database update --project src"\n',
            },
            "compose.yml:4",
        ),
        ("deploy.ssl-tls", {"Caddyfile": "shop.acme.io {\n  reverse_proxy app:80\n}\n"}, "Caddyfile:1"),
        ("deploy.ssl-tls", {"Caddyfile": "# tls internal\n{$HOST}.io {\n  tls me@acme.io\n}\n"}, "Caddyfile:3"),
    ],
)
def test_an_item_passes_on_its_signal_at_its_line(item: str, files: dict[str, str], place: str) -> None:
    judged = judge_item(item, files)

    assert (judged.state, places(judged)[0]) == (State.PASS, place)


@pytest.mark.parametrize(
    ("item", "files", "state"),
    [
        # A certificate for the machine itself is for those who develop.
        (
            "deploy.ssl-tls",
            {"nginx.conf": "server {\n  ssl_certificate /etc/ssl/certs/localhost.crt;\n}\n"},
            State.FAIL,
        ),
        *(
            (
                "deploy.migrations-applied",
                {
                    **MIGRATIONS,
                    "entrypoint.sh": "#!/bin/sh\n/opt/shop/bin/console -n shop:install\n",
                    "src/Command/A.php": f"<?php\n#[AsCommand(name: '{name}')]\nclass A {{\n {body}\n}}\n",
                },
                State.FAIL,
            )
            for name, body in (
                ("shop:other", "$this->find('doctrine:migrations:migrate');"),
                ("shop:install", "// $this->find('doctrine:migrations:migrate');"),
                ("shop:install", "$this->find('doctrine:migrations:status');"),
            )
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "entrypoint.sh": "python manage.py set_up\npython manage.py gone\n",
                "app/management/commands/set_up.py": "def handle():\n    call_command('loaddata', 'migrate')\n",
                "app/management/commands/other.py": "def handle():\n    call_command('migrate')\n",
            },
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "deploy/a.yaml": "command:\n  - while ! /app/manage.py migrate --check; do sleep 5; done\n"},
            State.FAIL,
        ),
        ("cicd.security-scanning", {}, State.FAIL),
        ("cicd.security-scanning", {".github/dependabot.yml": "version: 2\n"}, State.FAIL),
        ("cicd.security-scanning", action("github/codeql-action/analyze", on="workflow_dispatch"), State.FAIL),
        (
            "cicd.security-scanning",
            action("aquasecurity/trivy-action", extra="        continue-on-error: true\n"),
            State.FAIL,
        ),
        ("cicd.security-scanning", workflow("'true # trivy image x'"), State.FAIL),
        ("cicd.deployment-automation", workflow("mkdocs gh-deploy", on="push"), State.FAIL),
        ("cicd.security-scanning", workflow("./gradlew build -Dsonar.login=x"), State.FAIL),
        (
            "cicd.security-scanning",
            {**workflow("make scan"), "Makefile": "E = A=1\nscan:\n\t$(E) govulncheck ./...\n"},
            State.PASS,
        ),
        ("cicd.deployment-automation", workflow("kind create cluster && kubectl apply -f k8s"), State.FAIL),
        ("cicd.deployment-automation", workflow("helm upgrade x y", extra="    if: false\n"), State.FAIL),
        ("cicd.rollback", {"README.md": "## Rollback\n", "a.sql": "ROLLBACK;\n"}, State.NEEDS_SIGN_OFF),
        ("cicd.blue-green", manifest("Deployment", "# blue\n", "apps/v1"), State.NEEDS_SIGN_OFF),
        ("dashboards.prometheus-scrape", {"prometheus.yml": "scrape_configs:\n  - job_name: prometheus\n"}, State.FAIL),
        ("dashboards.prometheus-scrape", {"prometheus.yml": "#  - job_name: web\n"}, State.FAIL),
        # Manifests to develop with are judged where there are no others, and show nothing of production.
        ("dashboards.prometheus-scrape", {"dev/k8s/a.yaml": SCRAPED}, State.FAIL),
        ("dashboards.prometheus-scrape", {"dev/k8s/a.yaml": SCRAPED, "deploy/k8s/a.yaml": SCRAPED}, State.PASS),
        ("log-aggregation.centralized-storage", {"local/k8s/a.yaml": COLLECTED}, State.FAIL),
        ("log-aggregation.centralized-storage", {"k8s/a.yaml": COLLECTED}, State.PASS),
        ("dashboards.prometheus-scrape", {"dev/k8s/prometheus.yaml": SCRAPING}, State.FAIL),
        ("dashboards.prometheus-scrape", {"k8s/prometheus.yaml": SCRAPING}, State.PASS),
        (
            "dashboards.prometheus-scrape",
            {"prometheus.yml": "scrape_configs:\n  - job_name: prometheus\n    metrics_path: /metrics\n"},
            State.FAIL,
        ),
        (
            "dashboards.prometheus-scrape",
            {
                "prometheus.yml": "scrape_configs:\n  - job_name: prometheus\n    metrics_path: /actuator/prometheus\n"
                f"{_TARGETS}"
            },
            State.PASS,
        ),
        ("dashboards.alert-rules", {"alerts.json": '{"alert": {}}\n'}, State.NEEDS_SIGN_OFF),
        ("dashboards.grafana", {"README.md": "Grafana\n"}, State.NEEDS_SIGN_OFF),
        ("dashboards.grafana", {"plugin.json": '{"type": "datasource"}\n'}, State.NEEDS_SIGN_OFF),
        ("dashboards.slo-tracking", {"docs/sla.md": "SLO\n"}, State.NEEDS_SIGN_OFF),
        ("hardening.waf", {"a.tf": "# aws_wafv2_web_acl\n"}, State.NEEDS_SIGN_OFF),
        ("hardening.ddos", {}, State.NEEDS_SIGN_OFF),
        (
            "backup.database-backup",
            {"a.tf": 'resource "aws_db_instance" "x" {\n  backup_retention_period = 0\n}\n'},
            State.NEEDS_SIGN_OFF,
        ),
        ("backup.database-backup", {"app/otp.py": "backup_codes = []\n"}, State.NEEDS_SIGN_OFF),
        (
            "backup.database-backup",
            {"clock.rb": '# every(4.hours, "Backup prod DB")\nevery(1.day, "Send backup codes") { C.run }\n'},
            State.NEEDS_SIGN_OFF,
        ),
        ("log-aggregation.centralized-storage", {"docs/loki.md": "Loki\n"}, State.NEEDS_SIGN_OFF),
        ("log-aggregation.retention", {}, State.NEEDS_SIGN_OFF),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "entrypoint.sh": "/sbin/apk upgrade\n/bin/shop run\n"},
            State.FAIL,
        ),
        ("deploy.migrations-applied", {**MIGRATIONS, "Dockerfile": "FROM a\nRUN alembic upgrade head\n"}, State.FAIL),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "Dockerfile": "FROM a\nRUN echo a && alembic upgrade head > /tmp/log\n"},
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "Dockerfile": "FROM a\nRUN <<EOF\nalembic upgrade head\nEOF\n"},
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {
                "A.csproj": '<PackageReference Include="Npgsql" />',
                "Dockerfile": "FROM a\nRUN dotnet ef database update\n",
            },
            State.FAIL,
        ),
        ("deploy.migrations-applied", {**MIGRATIONS, "Makefile": "migrate:\n\talembic upgrade head\n"}, State.FAIL),
        ("deploy.migrations-applied", {**MIGRATIONS, **workflow("alembic upgrade head")}, State.FAIL),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "app.json": '{"scripts": {"postdeploy": "rake db:migrate"}}\n'},
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "Dockerfile": "FROM a\nCOPY . .\nCMD ./run\n",
                "tools/fresh": "#!/bin/sh\nalembic upgrade head\n",
            },
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "application.yml": "spring.flyway.baseline-on-migrate: true\n"},
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "config.yaml": "liquibase:\n  change-log: classpath:a.xml\n"},
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "Taskfile.yml": "tasks:\n  m:\n    - alembic upgrade head\n"},
            State.FAIL,
        ),
        (
            "deploy.database-seeded",
            {"seed.py": "x = 1\n", "Makefile": "seed:\n\tpython seed.py\n"},
            State.NEEDS_SIGN_OFF,
        ),
        ("cicd.deployment-automation", {"app.json": '{"expo": {"name": "a"}}'}, State.FAIL),
        ("deploy.database-seeded", {"tests/fixtures/users.json": "[]\n"}, State.NOT_APPLICABLE),
        ("deploy.database-seeded", {"prisma/seed.mts": "main()\n"}, State.NEEDS_SIGN_OFF),
        (
            "deploy.database-seeded",
            {"db.go": "package a\nfunc f() {\n\tcreateDefaultUserIfNotExist()\n}\n"},
            State.NEEDS_SIGN_OFF,
        ),
        ("deploy.database-seeded", {"db.py": "async def create_first_superuser(): ...\n"}, State.NEEDS_SIGN_OFF),
        (
            "deploy.database-seeded",
            {
                **{f"a{number}.py": "admin_user = 1\n" for number in range(60)},
                "db.py": "def create_admin_user(): ...\n",
            },
            State.NEEDS_SIGN_OFF,
        ),
        ("deploy.database-seeded", {"a.ts": "// ensureDefaultAdmin\nconst a = 1\n"}, State.NOT_APPLICABLE),
        ("deploy.database-seeded", {"a.ts": "export class CreateAdminUserDto {}\n"}, State.NOT_APPLICABLE),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "compose.yml": "services:\n  migration_db:\n    image: postgres:16\n"},
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {
                **MIGRATIONS,
                "compose.yml": "services:\n  migrate:\n    image: acme/rsync\n    command: rsync /old /new\n",
            },
            State.FAIL,
        ),
        (
            "deploy.migrations-applied",
            {**MIGRATIONS, "entrypoint.sh": "php artisan migrate:status\nrails db:migrate:status\n"},
            State.FAIL,
        ),
        ("deploy.ssl-tls", manifest("Ingress", "spec:\n  # tls: []\n  rules: []\n"), State.FAIL),
        ("deploy.ssl-tls", {"Caddyfile": "app.dev.acme.io {\n  tls internal\n}\n"}, State.FAIL),
        ("deploy.ssl-tls", {"Caddyfile": "{\n  auto_https off\n}\nshop.acme.io {\n}\n"}, State.FAIL),
    ],
)
def test_an_item_does_not_pass_on_what_only_looks_like_it(item: str, files: dict[str, str], state: State) -> None:
    judged = judge_item(item, files)

    assert judged.state is state
    assert state is not State.FAIL or all(one.fix for one in judged.missing)


@pytest.mark.parametrize(
    "item",
    [
        *("cicd.deployment-automation", "cicd.rollback", "cicd.blue-green"),
        *("dashboards.grafana", "dashboards.prometheus-scrape", "dashboards.alert-rules", "dashboards.slo-tracking"),
        *("hardening.ddos", "hardening.waf", "deploy.ssl-tls", "deploy.migrations-applied"),
        *("log-aggregation.centralized-storage", "log-aggregation.retention", "backup.database-backup"),
    ],
)
def test_of_a_library_an_item_is_not_asked_and_says_why(item: str) -> None:
    judged, _ = judge(look(LIBRARY), shipped_asks()[item])

    assert judged.state is State.NOT_APPLICABLE
    assert "searched" in judged.reason


def test_a_template_that_values_do_not_render_is_configured() -> None:
    files = {
        "chart/Chart.yaml": "name: c\nversion: 1.0.0\n",
        "chart/values.yaml": "on: false\n",
        "chart/templates/m.yaml": "{{ if .Values.on }}\nkind: ServiceMonitor\napiVersion: v1\n{{ end }}\n",
    }
    judged = judge_item("dashboards.prometheus-scrape", files)

    assert (judged.state, judged.strength, places(judged)) == (
        State.FAIL,
        Strength.CONFIGURED,
        ["chart/templates/m.yaml:2"],
    )


def test_a_signal_may_be_in_a_template_that_cannot_be_rendered() -> None:
    files = {
        "chart/Chart.yaml": "name: c\nversion: 1.0.0\n",
        "chart/templates/m.yaml": '{{ include "lib.monitor" . }}\n',
    }

    assert judge_item("dashboards.prometheus-scrape", files).state is State.NOT_CHECKED


def test_a_policy_lists_signals_of_its_own() -> None:
    signals = [{"annotation": "^team: "}, {"image": "sidecar"}, {"job": "^audit$"}]
    compose = {"compose.yml": "services:\n  a:\n    image: x/sidecar:1\n    labels: [team=web]\n"}
    found = ask("signals", compose, signals=signals)

    assert (found.state, places(found)) == (State.PASS, ["compose.yml:4", "compose.yml:3"])
    assert ask("signals", {}, signals=signals).state is State.FAIL


_UPGRADES = "from alembic import command\nfrom alembic.config import Config\n{}command.upgrade(Config(), 'head')\n"
_VERSIONED = {**MIGRATIONS, "alembic/versions/a.py": "def upgrade():\n    op.create_table('a')\n"}


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({**MIGRATIONS, "entrypoint.sh": "alembic upgrade head\nexec app\n"}, State.PASS),
        ({**MIGRATIONS, **workflow("alembic upgrade head", on="push")}, State.FAIL),
        (
            {
                **MIGRATIONS,
                ".github/workflows/deploy.yml": "on: push\njobs: {d: {steps: [{run: alembic upgrade head}]}}\n",
            },
            State.PASS,
        ),
        ({**MIGRATIONS, "scripts/agents/start-dev.sh": "alembic upgrade head\n"}, State.FAIL),
        ({**_VERSIONED, "app/main.py": _UPGRADES.format("def start():\n    ") + "start()\n"}, State.PASS),
        (
            {**_VERSIONED, "app/storage.py": _UPGRADES.format("def start():\n    "), "app/main.py": "run()\n"},
            State.FAIL,
        ),
        ({"app/main.py": _UPGRADES.format("")}, State.FAIL),
        ({**MIGRATIONS, "app/main.py": "Base.metadata.create_all(engine)\n"}, State.FAIL),
    ],
    ids=[
        *("an entry point", "a test's database", "a job that deploys", "for developers"),
        *("at start", "never called", "none are versioned", "a schema that is made"),
    ],
)
def test_migrations_are_applied_before_the_release_or_as_the_program_starts(
    files: dict[str, str], state: State
) -> None:
    assert judge_item("deploy.migrations-applied", {**files, "requirements.txt": "sqlalchemy\n"}).state is state


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"nginx.conf": "server {\n  ssl_certificate a;\n  ssl_protocols TLSv1 TLSv1.2;\n}\n"}, 3),
        (
            {
                "a.tf": 'resource "aws_lb_listener" "x" {\n  protocol = "HTTPS"\n'
                '  ssl_policy = "ELBSecurityPolicy-2016-08"\n}\n'
            },
            3,
        ),
        ({"a.tf": 'resource "azurerm_storage_account" "x" {\n  min_tls_version = "TLS1_0"\n}\n'}, 2),
    ],
)
def test_an_old_version_of_tls_fails_it_whatever_else_is_there(files: dict[str, str], line: int) -> None:
    judged = judge_item("deploy.ssl-tls", files)

    assert (judged.state, [one.line for one in judged.missing]) == (State.FAIL, [line])


def test_new_versions_of_tls_are_quiet() -> None:
    files = {"nginx.conf": "server {\n  ssl_certificate a;\n  ssl_protocols TLSv1.2 TLSv1.3;\n}\n"}

    assert judge_item("deploy.ssl-tls", files).state is State.PASS


@pytest.mark.parametrize(
    ("item", "files"),
    [
        ("log-aggregation.centralized-storage", {"promtail-config.yml": "clients: []\n"}),
        (
            "log-aggregation.centralized-storage",
            {
                "compose.yml": "services:\n  otel: {image: otel/opentelemetry-collector:1}\n",
                "otel-collector.yml": "service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n",
            },
        ),
        (
            "log-aggregation.centralized-storage",
            {"compose.otel.yml": "services:\n  a: {image: otel/opentelemetry-collector:1}\nvolumes:\n  logs:\n"},
        ),
        (
            "log-aggregation.centralized-storage",
            {"demo/compose.yml": "services:\n  logs: {image: grafana/promtail:3}\n"},
        ),
        ("dashboards.grafana", {"grafana/dashboards/a.json": '{\n "schemaVersion": 1\n}\n'}),
        ("backup.database-backup", {"scripts/backup.sh": "pg_dump app > dump.sql\n"}),
        ("hardening.waf", {"a.tf": 'resource "aws_wafv2_web_acl" "x" {\n}\n'}),
    ],
)
def test_what_nothing_runs_or_provisions_is_configured_and_fails(item: str, files: dict[str, str]) -> None:
    judged = judge_item(item, {**files, "requirements.txt": "psycopg\n"})

    assert judged.state in {State.FAIL, State.NEEDS_SIGN_OFF}
    assert judged.strength in {Strength.CONFIGURED, None}


@pytest.mark.parametrize(
    ("command", "deploys"),
    [
        ("rsync -a dist/ web@example.org:/srv", True),
        ("scp app.tar $HOST:/srv", True),
        ("ssh web@example.org ./restart", True),
        ("rsync -a dist/ out/", False),
        ("ssh-keyscan example.org", False),
    ],
)
def test_a_copy_deploys_where_it_goes_to_another_machine(command: str, deploys: bool) -> None:  # noqa: FBT001 - a case
    judged = judge_item("cicd.deployment-automation", workflow(command, on="push"))

    assert (judged.state is State.PASS) is deploys


def test_a_database_of_documents_has_no_schema_to_migrate_and_one_of_tables_has() -> None:
    documents = judge_item("deploy.migrations-applied", {"requirements.txt": "pymongo\n"})
    tables = judge_item("deploy.migrations-applied", {"requirements.txt": "sqlalchemy\n"})

    assert (documents.state, tables.state) == (State.NOT_APPLICABLE, State.FAIL)


def test_annotations_of_others_pods_scrape_nothing_of_the_product() -> None:
    pod = (
        "metadata: {name: a, annotations: {prometheus.io/scrape: 'true'}}\nspec: {containers: [{name: a, image: %s}]}\n"
    )
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template: {%s}\n"
    inner = pod.strip().replace("\n", ", ")
    own, others = (
        judge_item("dashboards.prometheus-scrape", {"k.yaml": text % inner % image}) for image in ("acme/a", "redis")
    )

    assert (own.state, others.state) == (State.PASS, State.FAIL)


@pytest.mark.parametrize("name", ["db-migrate", "shop-db-init-job", "schema-upgrade"])
def test_a_chart_without_the_code_has_what_it_applies(name: str) -> None:
    job = manifest("Job", version="batch/v1")["k8s/it.yaml"].replace("name: it", f"name: {name}")
    judged, _ = judge(look({"k8s/it.yaml": job}), shipped_asks()["deploy.migrations-applied"])

    assert (judged.state, places(judged)) == (State.PASS, ["k8s/it.yaml:1"])


@pytest.mark.parametrize("name", ["db-backup", "schema-docs", "init-users"])
def test_a_job_by_another_name_applies_no_migration(name: str) -> None:
    job = manifest("Job", version="batch/v1")["k8s/it.yaml"].replace("name: it", f"name: {name}")
    judged, _ = judge(look({"k8s/it.yaml": job}), shipped_asks()["deploy.migrations-applied"])

    assert judged.state is not State.PASS


def test_services_that_a_test_brings_up_are_not_deployed() -> None:
    text = "on: push\njobs: {t: {steps: [{run: docker compose -f a.yml up -d}]}}\n"
    names = ("test-db", "cypress", "fetch-openapi", "live")
    found = [judge_item("cicd.deployment-automation", {f".github/workflows/{name}.yml": text}).state for name in names]

    assert found == [State.FAIL, State.FAIL, State.FAIL, State.PASS]


def test_what_a_job_brings_up_in_an_environment_is_deployed() -> None:
    text = "on: push\njobs: {t: {environment: eu, steps: [{run: docker compose -f a.yml up -d}]}}\n"

    assert judge_item("cicd.deployment-automation", {".github/workflows/main.yml": text}).state is State.PASS


def test_what_a_variable_switches_off_shows_nothing() -> None:
    cdn = 'resource "aws_cloudfront_distribution" "a" {\n  count = var.cdn ? 1 : 0\n}\n'
    root = f'variable "cdn" {{\n  default = false\n}}\n{cdn}'

    assert judge_item("deploy.ssl-tls", {"main.tf": root}).state is State.FAIL
    assert judge_item("deploy.ssl-tls", {"main.tf": root.replace("false", "true")}).state is State.PASS


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("stack.yml", "deploy:\n  update_config:\n    failure_action: rollback\n"),
        ("web.nomad.hcl", "update {\n  auto_revert = true\n}\n"),
        ("fly.toml", "[experimental]\n  auto_rollback = true\n"),
        ("template.yaml", "DeploymentCircuitBreaker:\n  Enable: true\n  Rollback: true\n"),
    ],
)
def test_a_platform_that_goes_back_by_itself_is_a_rollback(path: str, text: str) -> None:
    other = text.replace("true", "false").replace(": rollback", ": pause")

    assert judge_item("cicd.rollback", {path: text}).state is State.PASS
    assert judge_item("cicd.rollback", {path: other}).state is State.NEEDS_SIGN_OFF


def test_a_deployment_that_undoes_itself_by_default_is_a_rollback() -> None:
    text = 'variable "undo" {\n  default = true\n}\nresource "aws_ecs_service" "a" {\n  rollback = var.undo\n}\n'
    judged = judge_item("cicd.rollback", {"main.tf": text})

    assert (judged.state, places(judged)) == (State.PASS, ["main.tf:5"])
    assert judge_item("cicd.rollback", {"main.tf": text.replace("true", "false")}).state is State.NEEDS_SIGN_OFF


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("config.force_ssl = true", State.PASS),
        ('config.force_ssl = ActiveModel::Type::Boolean.new.cast(ENV.fetch("RAILS_FORCE_SSL", true))', State.PASS),
        ('config.force_ssl = ENV.fetch("SSL") { "true" } == "true"', State.PASS),
        ('config.force_ssl = ENV.fetch("SSL", "false") == "true"', State.FAIL),
        ("# config.force_ssl = true", State.FAIL),
    ],
)
def test_rails_forces_tls_where_its_setting_or_that_setting_s_default_does(line: str, state: State) -> None:
    files = {"config/application.rb": "class A\nend\n", "config/environments/production.rb": f"  {line}\n"}

    assert judge_item("deploy.ssl-tls", files).state is state


@pytest.mark.parametrize("kind", ["aws_cloudfront_distribution"])
def test_a_network_of_caches_alone_declares_no_protection_from_floods(kind: str) -> None:
    files = {"main.tf": f'resource "{kind}" "a" {{\n  enabled = true\n}}\n'}

    assert judge_item("hardening.ddos", files).state is State.NEEDS_SIGN_OFF


_MONITOR = "apiVersion: v1\nkind: PodMonitoring\nmetadata: {name: m}\nspec:\n  selector: {matchLabels: {app: %s}}\n"
_POD = (
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec:\n  template:\n"
    "    metadata: {labels: {app: %s}}\n    spec: {containers: [{name: c, image: %s}]}\n"
)


@pytest.mark.parametrize(
    ("selected", "state"), [("web", State.PASS), ("probe", State.FAIL), ("what-is-elsewhere", State.PASS)]
)
def test_a_monitor_of_an_exporter_beside_the_product_is_none_of_it(selected: str, state: State) -> None:
    web, probe = _POD % ("web", "web", "acme/web"), _POD % ("probe", "probe", "prom/blackbox-exporter")

    assert judge_item("dashboards.prometheus-scrape", {"k8s/a.yaml": _MONITOR % selected + web + probe}).state is state


_INSERT = "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\n"
_MOUNT = "services:\n  db:\n    image: postgres\n    volumes: ['./db/a.sql:/docker-entrypoint-initdb.d/a.sql:ro']\n"
_COPY = "FROM mongo\nCOPY *.js /docker-entrypoint-initdb.d/\n"


@pytest.mark.parametrize(
    ("files", "state", "place"),
    [
        ({"compose.yml": _MOUNT, "db/a.sql": _INSERT}, State.PASS, ["db/a.sql:2"]),
        ({"mongo/Dockerfile": _COPY, "mongo/a.js": "db.a.insertMany([\n"}, State.PASS, ["mongo/a.js:1"]),
        ({"Dockerfile": "FROM mysql\nCOPY sql /docker-entrypoint-initdb.d\n", "sql/a.sql.gz": ""}, None, []),
        ({"compose.dev.yml": _MOUNT, "db/a.sql": _INSERT}, State.NOT_APPLICABLE, []),
        ({"dev/Dockerfile.mongo": _COPY, "dev/a.js": "db.a.insertMany([\n"}, State.NOT_APPLICABLE, []),
        ({"compose.yml": _MOUNT, "db/a.sql": "CREATE EXTENSION a;\n-- INSERT\n"}, State.NOT_APPLICABLE, []),
        ({"compose.yml": _MOUNT, "db/a.sql": "CREATE USER :a WITH PASSWORD :'b';\n"}, State.NOT_APPLICABLE, []),
        ({"db/a.sql": _INSERT, "mongo/a.js": "db.a.insertMany([])\n"}, State.NOT_APPLICABLE, []),
        ({"mongo/Dockerfile": _COPY, "mongo/a.js": "db.a.insertMany([\n  {password: 'a'}])\n"}, State.FAIL, None),
    ],
    ids=[
        "mounted",
        "copied",
        "packed",
        "development",
        "an image of development",
        "no rows",
        "a variable of psql",
        "run by nothing",
        "users of a demonstration",
    ],
)
def test_scripts_that_the_image_of_a_database_runs_while_it_is_empty_seed_it(
    files: dict[str, str], state: State | None, place: list[str] | None
) -> None:
    judged = judge_item("deploy.database-seeded", {"requirements.txt": "sqlalchemy\n"} | files)

    assert judged.state is (state or State.NEEDS_SIGN_OFF)
    assert place is None or places(judged) == place


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (
            {"deploy/docker-compose.yml": "services:\n  m:\n    image: acme/m\n    command: [apply, --seed]\n"},
            State.PASS,
        ),
        (
            {"docker-compose.dev.yml": "services:\n  m:\n    image: acme/m\n    command: [apply, --seed]\n"},
            State.NEEDS_SIGN_OFF,
        ),
        ({"db/initdb/1-load-testdata.sh": "psql < a.sql\n"}, State.NEEDS_SIGN_OFF),
    ],
)
def test_a_service_of_compose_that_seeds_seeds(files: dict[str, str], state: State) -> None:
    more = {"requirements.txt": "sqlalchemy\n", "Seeds.cs": "class Seeds { }\n"}

    assert judge_item("deploy.database-seeded", more | files).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("logger = Logtail::Logger.create_default_logger(ENV['KEY'])", State.PASS),
        ("# logger = Logtail::Logger.create_default_logger(ENV['KEY'])", State.NEEDS_SIGN_OFF),
    ],
)
def test_a_logger_that_sends_to_a_store_stores(line: str, state: State) -> None:
    files = {"config/application.rb": "class A\nend\n", "config/environments/production.rb": f"  {line}\n"}

    assert judge_item("log-aggregation.centralized-storage", files).state is state


@pytest.mark.parametrize(
    ("folder", "state"), [("tools/logs", State.FAIL), ("logs", State.PASS), ("tools/deploy", State.PASS)]
)
def test_what_stands_in_a_folder_of_tools_is_started_by_hand(folder: str, state: State) -> None:
    stack = "services:\n  store:\n    image: grafana/loki\n  shipper:\n    image: grafana/promtail\n"
    files = {
        "server.ts": "import express from 'express'\nconst app = express()\napp.get('/x', f)\napp.listen(1)\n",
        f"{folder}/docker-compose.yml": stack,
    }

    assert ask_item("log-aggregation.centralized-storage", files).state is state


@pytest.mark.parametrize(("folder", "state"), [("tools/convert", State.FAIL), ("convert", State.PASS)])
def test_what_a_helper_in_a_folder_of_tools_logs_says_nothing_of_the_product(folder: str, state: State) -> None:
    files = {
        "server.ts": "import express from 'express'\nconst app = express()\napp.get('/x', f)\napp.listen(1)\n",
        f"{folder}/Dockerfile": 'FROM python\nCMD ["uvicorn", "main:app"]\n',
    }

    assert ask_item("monitoring.request-logging", files).state is state


@pytest.mark.parametrize(
    ("name", "state"), [("grafana-import-dashboards", State.PASS), ("dashboards", State.NEEDS_SIGN_OFF)]
)
def test_dashboards_in_a_config_map_of_grafana_are_provisioned(name: str, state: State) -> None:
    manifest = f"kind: ConfigMap\napiVersion: v1\nmetadata: {{name: {name}}}\ndata:\n  shop.json: '{{}}'\n"

    assert ask_item("dashboards.grafana", {"k8s/grafana.yaml": manifest}).state is state


@pytest.mark.parametrize(("preview", "state"), [("", State.PASS), ("    preview = true\n", State.NEEDS_SIGN_OFF)])
def test_rules_of_a_firewall_that_only_count_guard_nothing(preview: str, state: State) -> None:
    rules = (
        'resource "google_compute_security_policy" "p" {\n  rule {\n    action = "deny(403)"\n'
        f"{preview}    match {{\n      expr {{\n        expression = \"evaluatePreconfiguredExpr('xss-stable')\"\n"
        '      }\n    }\n  }\n  rule {\n    action = "allow"\n  }\n}\n'
    )
    server = "const app = require('express')();\napp.get('/x', f);\napp.listen(1);\n"
    package = '{"main": "server.js", "dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}'

    assert ask_item("hardening.waf", {"package.json": package, "server.js": server, "main.tf": rules}).state is state


_BOARDS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {}}}\ndata:\n  a.yaml: b\n"


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("grafana-dashboard-shop", True),
        ("grafana-dashboards", True),
        ("grafana-dashboard-providers", False),
        ("grafana-dashboards-provisioning", False),
        ("grafana-dashboards-config", False),
    ],
)
def test_what_says_where_dashboards_are_is_none(name: str, *, passes: bool) -> None:
    files = {
        "requirements.txt": "fastapi\n",
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        "Dockerfile": "FROM a\n",
        "k8s/boards.yaml": _BOARDS.format(name),
    }

    assert (ask_item("dashboards.grafana", files).state is State.PASS) is passes


_CALLING = "name: N\non: {on}\njobs:\n  a:\n    uses: acme/shared/.github/workflows/{file}@main\n"


@pytest.mark.parametrize(
    ("item", "file", "on", "state"),
    [
        ("cicd.security-scanning", "codeql-analysis.yml", "[pull_request]", State.NOT_CHECKED),
        ("cicd.security-scanning", "codeql-analysis.yml", "workflow_dispatch", State.FAIL),
        ("cicd.security-scanning", "rubocop.yml", "[pull_request]", State.FAIL),
        ("cicd.deployment-automation", "deploy.yml", "{release: {types: [released]}}", State.NOT_CHECKED),
        ("cicd.deployment-automation", "deploy-docs.yml", "[push]", State.FAIL),
        ("cicd.deployment-automation", "build.yml", "[push]", State.FAIL),
    ],
)
def test_a_workflow_of_another_repository_leaves_open_what_its_name_says(
    item: str, file: str, on: str, state: State
) -> None:
    files = {".github/workflows/a.yml": _CALLING.format(file=file, on=on), ".github/dependabot.yml": "version: 2\n"}
    server = {"package.json": "{}", "server.js": "const app = require('express')()\napp.get('/a', f)\napp.listen(1)\n"}

    assert judge_item(item, {**files, **server}).state is state


@pytest.mark.parametrize(
    ("settings", "rows", "state"),
    [
        ("spring.sql.init.mode=always\n", "insert ignore into users (name, password) values ('a', 'b');\n", State.FAIL),
        ("spring.sql.init.mode=always\n", "insert into kinds (name) values ('cat');\n", State.PASS),
        (
            "spring.sql.init.mode=never\n",
            "insert into users (name, password) values ('a', 'b');\n",
            State.NEEDS_SIGN_OFF,
        ),
        (
            "spring.sql.init.mode=always\nspring.sql.init.data-locations=classpath:db/kinds.sql\n",
            "insert into users (name, password) values ('a', 'b');\n",
            State.PASS,
        ),
    ],
)
def test_rows_that_spring_inserts_at_each_start_are_no_users_of_a_demonstration(
    settings: str, rows: str, state: State
) -> None:
    files = {
        "pom.xml": "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>",
        "src/main/java/A.java": "import org.postgresql.Driver;\nclass A { }\n",
        "src/main/resources/application.properties": settings,
        "src/main/resources/db/data.sql": rows,
    }

    assert judge_item("deploy.database-seeded", files).state is state
