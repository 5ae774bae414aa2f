from __future__ import annotations

import pytest

from bot.checks.readiness.facts.kubernetes.secret_values import find_literal_secrets
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.rules.kubernetes.apps import find_apps, is_others
from bot.model import State, Strength
from tests.checks.readiness.look import ask, ask_item, look, places

CONTAINER = """\
        - name: web
          image: registry.example.org/web:1
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /ready, port: 8080}}
          resources:
            requests: {cpu: 100m, memory: 64Mi}
          envFrom:
            - configMapRef: {name: web}
          env:
            - name: TOKEN
              valueFrom: {secretKeyRef: {name: web, key: token}}
"""
HEAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - http:
        paths:
          - backend: {service: {name: web, port: {number: 80}}}
"""
HPA = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  scaleTargetRef: {kind: Deployment, name: web}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
"""
PDB = (
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n"
    "  maxUnavailable: 1\n  selector: {matchLabels: {app: web}}\n"
)
FULL = {
    "k8s/web.yaml": HEAD + CONTAINER,
    "k8s/service.yaml": SERVICE,
    "k8s/ingress.yaml": INGRESS,
    "k8s/hpa.yaml": HPA,
    "k8s/pdb.yaml": PDB,
}
CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "chart/values.yaml": "pdb: true\nprobe: {httpGet: {path: /ready, port: 8080}}\n",
    "chart/templates/web.yaml": (HEAD + CONTAINER).replace(
        "          readinessProbe: {httpGet: {path: /ready, port: 8080}}\n",
        (
            "          {{- with .Values.probe }}\n          readinessProbe: {{- toYaml . | nindent 12 }}\n"
            "          {{- end }}\n"
        ),
    ),
    "chart/templates/service.yaml": SERVICE,
    "chart/templates/ingress.yaml": INGRESS,
    "chart/templates/hpa.yaml": HPA,
    "chart/templates/pdb.yaml": "{{ if .Values.pdb }}\n" + PDB + "{{ end }}\n",
}


def judge(files: dict[str, str]) -> Judged:
    return ask("kubernetes-manifests", files)


def edited(files: dict[str, str], path: str, old: str, new: str) -> dict[str, str]:
    assert old in files[path]
    return {**files, path: files[path].replace(old, new)}


@pytest.mark.parametrize("files", [FULL, CHART], ids=["manifests", "chart"])
def test_a_workload_with_all_that_production_asks_passes(files: dict[str, str]) -> None:
    judged = judge(files)

    assert (judged.state, judged.strength, judged.missing) == (State.PASS, Strength.WIRED, [])
    assert {name: part.state for name, part in judged.parts.items()} == dict.fromkeys(judged.parts, State.PASS)
    assert list(judged.parts) == ["workloads", "ingress", "config", "secrets", "hpa", "pdb", "probes", "resources"]


@pytest.mark.parametrize(
    ("path", "old", "new", "part", "place"),
    [
        (
            "k8s/web.yaml",
            "          readinessProbe: {httpGet: {path: /ready, port: 8080}}\n",
            "",
            "probes",
            "k8s/web.yaml:11",
        ),
        (
            "k8s/web.yaml",
            "            requests: {cpu: 100m, memory: 64Mi}\n",
            "            claims: []\n",
            "resources",
            "k8s/web.yaml:15",
        ),
        ("k8s/web.yaml", "matchLabels: {app: web}", "matchLabels: {app: wab}", "workloads", "k8s/web.yaml:6"),
        (
            "k8s/web.yaml",
            "valueFrom: {secretKeyRef: {name: web, key: token}}",
            "value: s3cr3t-v4lue",
            "secrets",
            "k8s/web.yaml:21",
        ),
        ("k8s/pdb.yaml", "app: web", "app: other", "pdb", "k8s/web.yaml:1"),
        ("k8s/pdb.yaml", "maxUnavailable: 1", "minAvailable: 2", "pdb", "k8s/pdb.yaml:5"),
        ("k8s/pdb.yaml", "maxUnavailable: 1", "maxUnavailable: 0", "pdb", "k8s/pdb.yaml:5"),
        ("k8s/hpa.yaml", "name: web}\n  metrics", "name: other}\n  metrics", "hpa", "k8s/web.yaml:5"),
        ("k8s/ingress.yaml", "service: {name: web", "service: {name: other", "ingress", "k8s/service.yaml:1"),
    ],
)
def test_what_is_taken_away_fails_its_part_at_its_line(path: str, old: str, new: str, part: str, place: str) -> None:
    judged = judge(edited(FULL, path, old, new))

    assert judged.state is State.FAIL
    assert judged.parts[part].state is State.FAIL
    assert [f"{one.path}:{one.line}" for one in judged.parts[part].missing][:1] == [place]
    assert all(one.fix for one in judged.missing)


def test_an_autoscaler_by_share_of_what_nothing_requests_fails() -> None:
    files = edited(FULL, "k8s/web.yaml", "requests: {cpu: 100m, memory: 64Mi}", "requests: {memory: 64Mi}")

    assert [one.rule for one in judge(files).parts["hpa"].missing] == ["autoscaler-without-requests"]


def test_a_budget_of_one_pod_that_must_stay_blocks() -> None:
    files = edited(FULL, "k8s/pdb.yaml", "maxUnavailable: 1", "minAvailable: 1")
    files = edited({**files, "k8s/hpa.yaml": ""}, "k8s/web.yaml", "replicas: 2", "replicas: 1")

    assert [one.rule for one in judge(files).parts["pdb"].missing] == ["budget-blocks"]


def test_what_a_chart_s_default_values_do_not_render_is_configured_and_fails() -> None:
    part = judge(edited(CHART, "chart/values.yaml", "pdb: true", "pdb: false")).parts["pdb"]

    assert (part.state, part.strength, places(part)) == (
        State.FAIL,
        Strength.CONFIGURED,
        ["chart/templates/pdb.yaml:3"],
    )


def test_committed_production_values_turn_it_on() -> None:
    files = edited(CHART, "chart/values.yaml", "pdb: true", "pdb: false")

    assert judge({**files, "chart/values-production.yaml": "pdb: true\n"}).state is State.PASS


def test_a_probe_out_of_values_names_the_value_too() -> None:
    assert places(judge(CHART).parts["probes"]) == ["chart/templates/web.yaml:15", "chart/values.yaml:2"]


def test_a_probe_of_a_sidecar_is_none_of_the_app() -> None:
    sidecar = (
        "        - name: proxy\n          image: envoyproxy/envoy:v1\n"
        "          ports: [{containerPort: 1}]\n          readinessProbe: {tcpSocket: {port: 1}}\n"
    )
    files = edited(FULL, "k8s/web.yaml", "          readinessProbe: {httpGet: {path: /ready, port: 8080}}\n", "")

    assert judge({**files, "k8s/web.yaml": files["k8s/web.yaml"] + sidecar}).parts["probes"].state is State.FAIL


def test_a_worker_needs_no_probe_and_no_entrance() -> None:
    worker = edited(FULL, "k8s/web.yaml", "          ports: [{containerPort: 8080}]\n", "")["k8s/web.yaml"]
    judged = judge({"k8s/worker.yaml": worker})

    assert judged.state is State.PASS
    assert {name for name, part in judged.parts.items() if part.state is State.NOT_APPLICABLE} == {
        "ingress", "hpa", "pdb", "probes"
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    ["<your-token>", "${TOKEN}", "$(TOKEN)", "REPLACE_ME", "", "your-token-here", "ref+vault://x", "true", "300s"],
)
def test_what_stands_for_a_secret_is_quiet(value: str) -> None:
    files = edited(FULL, "k8s/web.yaml", "valueFrom: {secretKeyRef: {name: web, key: token}}", f"value: '{value}'")

    assert judge(files).parts["secrets"].state is not State.FAIL


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("randAlphaNum 32", []),
        ("randAlphaNum 16", []),
        ("randAlphaNum 10", []),
        ("randAlphaNum 8 | lower", []),
        ("uuidv4", []),
        ("randAlphaNum 20 | sha256sum", []),
        ('printf "redis://:%s@redis:6379" (randAlphaNum 16)', []),
        ("default (randAlphaNum 12) .Values.password", []),
        ('default "hunter2-hunter2" .Values.password', ["password"]),
        ('"hunter2" | sha256sum', ["password"]),
    ],
)
def test_what_the_release_makes_is_no_literal_secret_however_short(value: str, names: list[str]) -> None:
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: web}}\ndata:\n  password: {{{{ {value} | b64enc }}}}\n"
    chart = {"Chart.yaml": "name: web\nversion: 1.0.0\n", "values.yaml": "{}\n", "templates/secret.yaml": secret}
    [stack] = look(chart).kubernetes.judged

    assert [one.name for one in find_literal_secrets(stack)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("stringData:\n  password: hunter2-hunter2\n  username: app\n", ["password"]),
        ("data:\n  password: aHVudGVyMi1odW50ZXIy\n", ["password"]),
        ("data:\n  password: PHBhc3N3b3JkPg==\n", []),
        ("stringData:\n  DATABASE_URL: postgres://app:hunter2@db/app\n", ["DATABASE_URL"]),
        ("stringData:\n  DATABASE_URL: postgres://app@db/app\n", []),
        ("data: {password: ENC[AES256_GCM,data:x]}\nsops: {version: 3}\n", []),
    ],
)
def test_a_secret_s_literal_values_are_named_and_never_shown(text: str, names: list[str]) -> None:
    files = {**FULL, "k8s/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n" + text}
    part = judge(files).parts["secrets"]

    assert [one.message for one in part.missing] == [
        f"the value of {name} is written out (Secret web)" for name in names
    ]
    assert "hunter2" not in repr(part)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("Server=db;Database=shop;User Id=sa;Password=hunter2;Encrypt=False", State.FAIL),
        ("Host=db;Username=app;Pwd = hunter2", State.FAIL),
        ("Server=db;Database=shop;User Id=sa;Password=$(PASSWORD)", State.PASS),
        ("Server=db;Database=shop;Integrated Security=true;", State.PASS),
        ("step=1;password=rules;apply=yes", State.PASS),
        ("host=db user=app password=hunter2 dbname=shop", State.FAIL),
        ("host=db user=app password=$(PASSWORD) dbname=shop", State.PASS),
        ("app:hunter2@tcp(db:3306)/shop", State.FAIL),
        ("app:$(PASSWORD)@tcp(db:3306)/shop", State.PASS),
    ],
)
@pytest.mark.parametrize("kind", ["ConfigMap", "env"])
def test_a_password_within_a_connection_is_written_out(kind: str, value: str, state: State) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  shop__ConnectionString: %s\n"
    given = f"            - name: ConnectionStrings__Shop\n              value: {value}\n"
    with_env = {**FULL, "k8s/web.yaml": FULL["k8s/web.yaml"] + given}
    files = {**FULL, "k8s/config.yaml": config % value} if kind == "ConfigMap" else with_env

    assert judge(files).parts["secrets"].state is state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("APP_UWSGI_PASS", State.PASS),
        ("fastcgi_pass", State.PASS),
        ("memcached_pass", State.PASS),
        ("MEMCACHED_PASS", State.FAIL),
        ("APP_PASS", State.FAIL),
        ("PROXY_PASS", State.FAIL),
    ],
)
def test_where_nginx_passes_requests_on_to_is_no_secret(name: str, state: State) -> None:
    config = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web}}\ndata:\n  {name}: unix:///run/app.sock\n"

    assert judge({**FULL, "k8s/config.yaml": config}).parts["secrets"].state is state


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "# k8s: a Deployment with probes\n"},
        {"docs/web.yaml": FULL["k8s/web.yaml"]},
        {"tests/fixtures/web.yaml": FULL["k8s/web.yaml"]},
        {"k8s/db.yaml": FULL["k8s/web.yaml"].replace("registry.example.org/web:1", "postgres:16")},
    ],
    ids=["prose", "docs", "fixtures", "a database alone"],
)
def test_no_workload_of_the_product_s_own_is_not_applicable(files: dict[str, str]) -> None:
    judged = judge(files)

    assert judged.state is State.NOT_APPLICABLE
    assert "files searched" in judged.reason


SERVER = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/a')\ndef a(): ...\n"}


def test_a_server_that_nothing_deploys_fails_with_a_fix() -> None:
    judged = judge({**SERVER, "requirements.txt": "fastapi\n", "Dockerfile": "FROM python\n"})

    assert (judged.state, [one.fix for one in judged.missing]) == (State.FAIL, ["mend it"])


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yml": "services:\n  web:\n    build: .\n"},
        {"fly.toml": "app = 'x'\n"},
        {"web/Procfile": "web: gunicorn app\n", "web/requirements.txt": "fastapi\n"},
        {"etc/heroku/Procfile": "web: java -jar a.jar\n"},
        {"etc/cloudfoundry/manifest.yml": "applications:\n  - name: shop\n    path: a.jar\n    memory: 256m\n"},
        {"clevercloud/jar.json": '{"deploy": {"jarName": "a.jar"}}'},
        {"aws/Dockerrun.aws.json": '{"AWSEBDockerrunVersion": "1"}'},
        {"infra/main.tf": 'resource "aws_ecs_service" "web" {\n}\n'},
    ],
)
def test_a_server_that_is_deployed_by_other_means_is_not_asked(files: dict[str, str]) -> None:
    judged = judge({**SERVER, "requirements.txt": "fastapi\n", **files})

    assert judged.state is State.NOT_APPLICABLE
    assert f"({next(iter(files))} deploys it)" in judged.reason


def test_what_starts_the_programs_inside_of_an_image_deploys_nothing() -> None:
    others = {"docker/nginx/Procfile": "web: nginx\n", "addon/manifest.yml": "applications:\n  - gecko: 1\n"}
    judged = judge({**SERVER, "requirements.txt": "fastapi\n", **others})

    assert judged.state is State.FAIL


def test_what_may_be_in_a_template_that_cannot_be_rendered_is_not_checked() -> None:
    files = {**CHART, "chart/templates/pdb.yaml": '{{ include "lib.pdb" . }}\n'}
    judged = judge(files)

    assert (judged.state, judged.parts["pdb"].state) == (State.NOT_CHECKED, State.NOT_CHECKED)
    assert [(one.path, one.line) for one in judged.unknowns] == [("chart/templates/pdb.yaml", 1)]


def test_what_a_template_that_cannot_be_rendered_may_give_is_no_part_that_does_not_apply() -> None:
    plain = CONTAINER.partition("          envFrom")[0]
    files = {**CHART, "chart/templates/web.yaml": HEAD + plain}
    assert judge(files).parts["config"].state is State.NOT_APPLICABLE

    unread = {**files, "chart/templates/other.yaml": '{{ include "lib.web" . }}\n'}
    assert {name: judge(unread).parts[name].state for name in ("config", "secrets")} == {
        "config": State.NOT_CHECKED,
        "secrets": State.NOT_CHECKED,
    }


def test_a_missing_probe_more_is_a_measure_that_rose() -> None:
    files = edited(FULL, "k8s/web.yaml", "          readinessProbe: {httpGet: {path: /ready, port: 8080}}\n", "")

    assert judge(FULL).measures["containers without a readiness probe"].value == 0
    assert judge(files).measures["containers without a readiness probe"].value == 1


_SAFE = "          securityContext: {runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}\n"
_POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: {podSelector: {}}\n"
_GUARDED = {**FULL, "k8s/web.yaml": HEAD + CONTAINER + _SAFE, "k8s/policy.yaml": _POLICY}


def _numbers(files: dict[str, str]) -> dict[str, float]:
    return {name.partition(" of Deployment")[0]: one.value for name, one in judge(files).measures.items()}


@pytest.mark.parametrize(
    ("path", "old", "new", "name"),
    [
        ("k8s/web.yaml", "runAsNonRoot: true, ", "", "settings that restrict the pods"),
        ("k8s/web.yaml", "capabilities: {drop: [ALL]}", "privileged: true", "settings that restrict the pods"),
        ("k8s/hpa.yaml", "minReplicas: 2", "minReplicas: 1", "replicas"),
        ("k8s/policy.yaml", "podSelector: {}", "podSelector: {matchLabels: {app: other}}", "network policies"),
        ("k8s/service.yaml", "{app: web}", "{app: other}", "that a service selects the pods"),
    ],
)
def test_what_a_change_loosens_is_a_lower_number(path: str, old: str, new: str, name: str) -> None:
    before, after = _numbers(_GUARDED), _numbers(edited(_GUARDED, path, old, new))

    assert {key for key in before.keys() & after if after[key] != before[key]} == {name}
    assert after[name] < before[name]


def test_a_config_map_that_is_named_and_no_longer_there_is_counted() -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {A: b}\n"
    files = {**FULL, "k8s/settings.yaml": settings}
    [name] = [one for one in judge(files).measures if one.startswith("ConfigMaps that")]

    assert judge(files).measures[name].value == 0
    assert judge(FULL).measures[name].value == 1


def test_of_two_stacks_the_one_that_nothing_lets_requests_in_to_is_counted() -> None:
    other = {path.replace("k8s/", "other/"): text for path, text in FULL.items()}
    names = ["entrances of manifests in k8s", "entrances of manifests in other"]
    files = {**FULL, **other}

    assert [judge(files).measures[name].value for name in names] == [1, 1]
    del files["other/ingress.yaml"]
    assert [judge(files).measures[name].value for name in names] == [1, 0]


def test_limits_of_memory_and_probes_of_liveness_are_counted() -> None:
    files = edited(FULL, "k8s/web.yaml", "requests: {", "limits: {memory: 1Gi}\n            requests: {")
    files = edited(
        files, "k8s/web.yaml", "readinessProbe:", "livenessProbe: {tcpSocket: {port: 1}}\n          readinessProbe:"
    )
    names = ("containers without a limit of memory", "containers without a liveness probe")

    assert [_numbers(FULL)[name] for name in names] == [1, 1]
    assert [_numbers(files)[name] for name in names] == [0, 0]


_SERVER = {"main.py": "app = FastAPI()\n@app.get('/x')\ndef f(): ...\n"}


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (
            {
                "compose.override.yml": "services: {a: {build: .}}\n",
                "compose.deploy.yml": "services: {a: {build: .}}\n",
            },
            "compose.deploy.yml",
        ),
        ({"compose.yml": "services: {a: {build: .}}\n", "fly.toml": "app = 'a'\n"}, "fly.toml"),
        ({"compose.yml": "services: {a: {image: acme/a}}\n"}, "compose.yml"),
    ],
)
def test_the_best_of_other_targets_is_named(files: dict[str, str], named: str) -> None:
    judged = judge({**_SERVER, **files})

    assert (judged.state, named in judged.reason) == (State.NOT_APPLICABLE, True)


@pytest.mark.parametrize("path", [".ci/compose.yml", "docker-compose.dev.yml"])
def test_a_compose_file_for_tests_or_developers_is_no_target(path: str) -> None:
    assert judge({**_SERVER, path: "services: {a: {build: .}}\n"}).state is State.FAIL


def test_a_compose_file_of_databases_alone_is_no_target() -> None:
    assert judge({**_SERVER, "compose.yml": "services: {a: {image: postgres}}\n"}).state is State.FAIL


@pytest.mark.parametrize(
    ("path", "state"), [("compose.example.yml", State.NOT_APPLICABLE), ("examples/compose.yml", State.FAIL)]
)
def test_a_compose_file_at_the_root_to_be_copied_is_how_it_is_deployed(path: str, state: State) -> None:
    compose = "services:\n  web:\n    image: ghcr.io/acme/web\n  db:\n    image: postgres\n"
    judged = ask(
        "kubernetes-manifests", {"app.py": "app = Flask(__name__)\n@app.get('/')\ndef f(): ...\n", path: compose}
    )

    assert (judged.state, path in judged.reason) == (state, state is State.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("images", "own"),
    [
        (["ghcr.io/acme/shop:1", "cubejs/cube:1"], ["one"]),
        (["ghcr.io/acme/shop:1", "registry.example.org/acme/worker:1"], ["one", "two"]),
        (["ghcr.io/acme/shop:1", "worker:1"], ["one", "two"]),
        (["ghcr.io/shop/api:1", "shop/worker:1"], ["one", "two"]),
        (["acme/api:1", "cubejs/cube:1"], ["one", "two"]),
        (["acme/api:1", "postgres:16"], ["one"]),
        (["acme/nginx:1", "nginx:stable"], ["one"]),
        (["docker.io/library/node:22", "registry.example.org/web:1"], ["two"]),
    ],
)
def test_an_image_of_others_is_told_by_whose_those_of_the_chart_s_name_are(images: list[str], own: list[str]) -> None:
    workload = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {0}}}\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - {{name: {0}, image: {1}}}\n"
    )
    chart = {
        "charts/shop/Chart.yaml": "name: shop\nversion: 1.0.0\n",
        "charts/shop/values.yaml": "{}\n",
        "charts/shop/templates/one.yaml": workload.format("one", images[0]),
        "charts/shop/templates/two.yaml": workload.format("two", images[1]),
    }

    assert [one.workload.name for one in find_apps(look(chart).kubernetes.judged)] == own


@pytest.mark.parametrize(
    ("image", "others"),
    [
        ("confluentinc/cp-zookeeper:5.2.4", True),
        ("docker.io/bitnami/kafka-exporter-x:1", True),
        ("quay.io/cilium/hubble-ui:v1@sha256:1", True),
        ("acme/cilium-agent:1", False),
        ("cnadiminti/dynamodb-local:2017", True),
        ("quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.20.0", True),
        ("registry.k8s.io/ingress-nginx/controller:v1.9.0@sha256:0a", True),
        ("quay.io/jetstack/cert-manager-controller:v1.13.0", True),
        ("acme/cp-zoo:1", False),
        ("acme/ingress-controller-api:1", False),
        ("acme/bitnami-fork:1", False),
        ("docker.io/eventstore/eventstore:latest", True),
        ("provectuslabs/kafka-ui", True),
        ("acme/eventstore-projector:1", False),
    ],
)
def test_an_image_of_a_publisher_of_infrastructure_is_others(image: str, others: bool) -> None:  # noqa: FBT001 - a case
    assert is_others(image) is others


@pytest.mark.parametrize(
    ("selected", "container", "state"),
    [
        ("web", CONTAINER, State.PASS),
        ("other", CONTAINER, State.FAIL),
        ("other", "        - {name: web, image: acme/web:1}\n", State.NOT_APPLICABLE),
    ],
)
def test_an_entrance_that_leads_to_a_service_without_pods_lets_nobody_in(
    selected: str, container: str, state: State
) -> None:
    files = {
        "k8s/web.yaml": HEAD + container,
        "k8s/service.yaml": SERVICE.replace("{selector: {app: web}}", f"{{selector: {{app: {selected}}}}}"),
        "k8s/ingress.yaml": INGRESS,
    }

    assert ask_item("infrastructure.kubernetes-manifests", files).parts["ingress"].state is state


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("with: {elasticbeanstalk_application: shop}", State.NOT_APPLICABLE),
        ("with: {application: shop}", State.FAIL),
    ],
)
def test_a_pipeline_that_brings_it_to_another_platform_is_a_target(told: str, state: State) -> None:
    called = f"    uses: acme/workflows/.github/workflows/deploy.yml@main\n    {told}\n"
    server = {"server.ts": "import express from 'express'\nconst app = express()\napp.get('/x', f)\n"}
    judged = judge({**server, ".github/workflows/ship.yml": f"on: push\njobs:\n  ship:\n{called}"})

    assert judged.state is state
    assert (".github/workflows/ship.yml deploys it" in judged.reason) is (state is State.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("needed", "expected"),
    [("java", State.NOT_CHECKED), ("postgresql", State.FAIL), ("kube-prometheus-stack", State.FAIL)],
)
def test_a_workload_may_be_in_a_chart_that_is_not_here(needed: str, expected: State) -> None:
    files = {
        "main.go": 'package main\nfunc main() { http.HandleFunc("/x", f); http.ListenAndServe(":1", nil) }\n',
        "charts/shop/Chart.yaml": f"apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - name: {needed}\n"
        "    version: 5.3.0\n    repository: oci://registry.example/helm\n",
        "charts/shop/values.yaml": f"{needed}:\n  replicas: 2\n",
    }

    assert ask_item("infrastructure.kubernetes-manifests", files).state is expected
