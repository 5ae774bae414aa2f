"""The rule `kubernetes-manifests`: what runs the product in a cluster, with all that production needs beside it.

An item of parts: it passes where no part that applies fails. What is judged is what would be applied: rendered
charts with their default values and each committed file of production values, built kustomizations, plain manifests.
Out of sight: objects that other repositories hold, and what a cluster adds by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.aspire import find_aspire_hosts
from bot.checks.readiness.facts.compose import ComposeFile
from bot.checks.readiness.facts.kubernetes import Kubernetes
from bot.checks.readiness.facts.kubernetes.objects import LONG_RUNNING
from bot.checks.readiness.facts.platforms import of_platforms
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.apps import App, find_apps, is_others
from bot.checks.readiness.rules.kubernetes.probes import judge_probes
from bot.checks.readiness.rules.kubernetes.scaling import judge_hpa, judge_pdb, judge_resources
from bot.checks.readiness.rules.kubernetes.settings import judge_config, judge_secrets
from bot.checks.readiness.rules.kubernetes.traffic import judge_ingress, judge_workloads
from bot.model import Finding, State, Unknown

_PARTS: Mapping[str, Callable[[Sequence[App], Look], Judged]] = {
    "workloads": lambda apps, _: judge_workloads(apps),
    "ingress": lambda apps, _: judge_ingress(apps),
    "config": lambda apps, _: judge_config(apps),
    "secrets": lambda apps, _: judge_secrets(apps),
    "hpa": lambda apps, _: judge_hpa(apps),
    "pdb": lambda apps, _: judge_pdb(apps),
    "probes": judge_probes,
    "resources": lambda apps, _: judge_resources(apps),
}
_NO_TARGET = re.compile(
    r"(?:^|/)\.[\w-]+/|(?:^|[._/-])(?:override|dev|devel|development|local|tests?|ci|e2e|bench|load|perf)(?:[._/-]|$)",
    re.IGNORECASE,
)
_FOR_PRODUCTION = re.compile(r"(?:^|[._/-])(?:prod|production|deploy|deployment|release)(?:[._/-]|$)", re.IGNORECASE)
_NEEDED = re.compile(r"^the chart (\S+) .*$")
# Charts that bring what a program stands on, or only lend templates.
_BESIDE = re.compile(
    r"(?i)prometheus|grafana|loki|tempo|ingress|nginx|cert-manager|external|vault|argo|keycloak|postgres|mysql|mongo|redis"
    r"|valkey|kafka|rabbit|nats|elastic|opensearch|minio|^common$|crds?$|operator|jaeger|telemetry|otel|traefik|istio|sealed"
    r"|velero|consul|memcached|mariadb|zookeeper|clickhouse|exporter|metrics"
)
_MAX_FINDINGS, _MAX_TOLD = 30, 20_000
# Objects of their own, which may be in what could not be read; what a container lacks that was read is known.
_ABSENT = frozenset({"no-autoscaler", "no-budget", "no-entrance"})
_OTHER_TARGETS = (
    *("render.yaml", "fly.toml", "app.json", "Procfile", "railway.json", "railway.toml", "vercel.json", "netlify.toml"),
    *("app.yaml", "serverless.y*ml", "template.yaml", "wrangler.toml", "wrangler.jsonc", "azure.yaml", "appspec.y*ml"),
    *("config/deploy.yml", "config/deploy.rb", "captain-definition", "nixpacks.toml", "heroku.yml"),
    *("Dockerrun.aws.json", "*.nomad", "*.nomad.hcl", "manifest.y*ml", "clevercloud/*.json", "scalingo.json"),
)
_OTHER_RESOURCES = (
    r"aws_(?:ecs_service|ecs_task_definition|lambda_function|apprunner_service|elastic_beanstalk_environment|instance)"
    r"|google_(?:cloud_run.*|app_engine.*|compute_instance.*)|azurerm_(?:container_app|linux_web_app|app_service|.*function_app)"
    r"|digitalocean_(?:app|droplet)|heroku_app|fly_app|nomad_job"
)
# What a job deploys to by its action, its command, or what it tells the workflow that it calls.
_BY_PIPELINE = re.compile(
    r"(?i)elastic_?beanstalk|beanstalk-deploy|amazon-ecs-deploy|\becs update-service\b|deploy-(?:cloudrun|appengine)\b"
    r"|\bgcloud (?:run|app) deploy\b|azure/(?:webapps-deploy|functions-action|container-apps-deploy)"
    r"|\baz (?:webapp|containerapp|functionapp) (?:deploy|up|update|config)\b|superfly/flyctl|\bfly(?:ctl)? deploy\b"
    r"|heroku-deploy|\bheroku container:release\b|\baws lambda update-function|digitalocean/app_action|\brailway up\b"
)


class KubernetesAsk(Ask):
    """Settings of the rule `kubernetes-manifests`."""


def judge_manifests(look: Look, ask: KubernetesAsk) -> Judged:
    """Whether the product's workloads have what production asks, part by part."""
    kubernetes: Kubernetes = look.kubernetes
    apps = find_apps(kubernetes.judged)
    unknowns = kubernetes.unknowns
    if not apps:
        return _without_apps(look, kubernetes, ask)
    parts = {name: _settled(judge(apps, look), unknowns) for name, judge in _PARTS.items()}
    failed = [name for name, part in parts.items() if part.state is State.FAIL]
    open_ = [name for name, part in parts.items() if part.state is State.NOT_CHECKED]
    state = State.FAIL if failed else State.NOT_CHECKED if open_ else State.PASS
    return Judged(
        state=state,
        reason=_reason(apps, failed, open_),
        evidence=parts["workloads"].evidence,
        missing=[_of_part(name, found) for name in parts for found in parts[name].missing][:_MAX_FINDINGS],
        unknowns=unknowns,
        measures=_measures(parts),
        parts=parts,
    )


def _reason(apps: Sequence[App], failed: Sequence[str], open_: Sequence[str]) -> str:
    what = f"{len(apps)} workloads of the product's own"
    if failed:
        return f"{what}: short of {', '.join(failed)}"
    return f"{what}: {', '.join(open_)} cannot be told" if open_ else f"{what} have what production asks"


def _without_apps(look: Look, kubernetes: Kubernetes, ask: KubernetesAsk) -> Judged:
    searched = f"{len(look.files.paths):,} files searched"
    if kubernetes.unknowns:
        reason = f"no workload found, and {len(kubernetes.unknowns)} manifests or templates could not be read"
        return Judged(state=State.NOT_CHECKED, reason=reason, unknowns=kubernetes.unknowns)
    if elsewhere := _find_elsewhere(kubernetes):
        reason = f"no workload found, and {elsewhere[0].reason} ({elsewhere[0].path}:{elsewhere[0].line})"
        return Judged(state=State.NOT_CHECKED, reason=reason, unknowns=elsewhere)
    other = _other_target(look)
    if other is None and look.project.server is not None:
        what = "no manifest of a workload of the product's own, and no other way of deploying it"
        missing = Finding(rule="missing", message=what, fix=ask.fix or None)
        return Judged(state=State.FAIL, reason=f"{what}; {searched}", missing=[missing])
    instead = "" if other is None else f" ({other} deploys it)"
    return Judged(
        state=State.NOT_APPLICABLE, reason=f"no manifest of a workload of the product's own{instead}; {searched}"
    )


def _find_elsewhere(kubernetes: Kubernetes) -> Sequence[Unknown]:
    """The charts that charts without a workload need, and that are not here: the product's workload may be in one."""
    stacks = [one for one in kubernetes.judged if not one.of(*LONG_RUNNING)]
    absent = [(_NEEDED.sub(r"\1", each.reason), each) for one in stacks if not one.objects for each in one.absent]
    return [each for name, each in absent if not is_others(name) and not _BESIDE.search(name)]


def _other_target(look: Look) -> str | None:
    """What says best that the product is deployed by other means than Kubernetes."""
    named = [*of_platforms(look.files, look.files.select(*_OTHER_TARGETS)), *find_aspire_hosts(look.files)]
    resources = [one.path for one in look.terraform.of(_OTHER_RESOURCES)]
    # A file that starts nothing but databases and the like, or is for tests, deploys nothing.
    compose = [file.path for file in look.compose.files if not _NO_TARGET.search(file.path) and _is_own(file)]
    compose.sort(key=lambda path: (not _FOR_PRODUCTION.search(path), path.count("/"), len(path)))
    # A file that whoever runs it copies: at the root it is how the product is meant to run.
    copied = [file.path for file in look.compose.examples if "/" not in file.path and _is_own(file)]
    first = [path for path in compose if _FOR_PRODUCTION.search(path)]
    return next(iter([*first, *named, *compose, *resources, *copied, *_by_pipelines(look)]), None)


def _by_pipelines(look: Look) -> Iterator[str]:
    """Yield the files of pipelines that bring the product to a platform."""
    for pipeline in look.workflows.pipelines:
        jobs = [one for one in pipeline.jobs if not one.off]
        told = (f"{job.reuses} {job.given}"[:_MAX_TOLD] for job in jobs)
        steps = (f"{step.uses}\n{step.script}"[:_MAX_TOLD] for job in jobs for step in job.steps)
        if any(map(_BY_PIPELINE.search, (*told, *steps))):
            yield pipeline.path


def _is_own(file: ComposeFile) -> bool:
    """Whether a file of Compose starts more than databases and the like."""
    return any(one.builds is not None or not is_others(one.image) for one in file.services)


def _settled(part: Judged, unknowns: Sequence[Unknown]) -> Judged:
    """The part, held open where what is missing, or would make it apply, may be in what could not be read."""
    if not unknowns or part.state is State.PASS:
        return part
    absent = all(found.rule in _ABSENT for found in part.missing)
    return replace(part, state=State.NOT_CHECKED, unknowns=unknowns, missing=()) if absent else part


def _of_part(name: str, found: Finding) -> Finding:
    return replace(found, message=f"{name}: {found.message}")


def _measures(parts: Mapping[str, Judged]) -> Mapping[str, Measure]:
    return {name: one for part in parts.values() for name, one in part.measures.items()}
