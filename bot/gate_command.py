"""`gonogo gate`: the verdict on a deployment, from the running system. Wiring only."""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.errors import UsageError
from bot.gate.client import Client
from bot.gate.registry import GATE, PROBES
from bot.gate.resolver import Resolver
from bot.gate.scene import Scene
from bot.gate.settings import TARGETS, TargetsSettings, find_addresses
from bot.gate.urls import Url
from bot.gate.watch import Patience, Watch
from bot.judge import find_expired, judge_items, judge_verdict
from bot.model import Level, Outcome, PolicyName, Report, Verdict
from bot.output import write_report
from bot.policy.command import load_policy
from bot.policy.values import GATE_POLICY, GATE_POLICY_PATH, Policy
from bot.progress import Progress, Steps
from bot.publish.deployment import Deployment, open_deployment

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def gate(arguments: argparse.Namespace) -> int:
    """Ask a running service, print the report, and return the exit status.

    Raises:
        UsageError: an option is not usable, or no service is named.
        PolicyError: the policy is not valid.
    """
    started = time.perf_counter()
    policy = _policy(arguments.policy)
    own = _own_settings(policy)
    scene = _scene(arguments, policy, own, os.environ)
    patience = Patience(wait=arguments.wait, stable_for=own.stable_for, every=own.every)
    with _deployment(arguments.environment, scene) as deployment:
        outcomes = _watch(scene, policy, patience)
        report = _report(scene, policy, outcomes, time.perf_counter() - started)
        if deployment:
            deployment.conclude(report)
            report = replace(report, notes=[*report.notes, *deployment.notes])
    write_report(report, arguments.format, arguments.output)
    return 0 if report.verdict is Verdict.GO else 1


def _deployment(environment: str | None, scene: Scene) -> AbstractContextManager[Deployment | None]:
    return open_deployment(environment, scene.sha, scene.environment) if environment else nullcontext()


def _policy(named: str | None) -> Policy:
    if named is None and not Path(GATE_POLICY_PATH).exists():
        named = GATE_POLICY
    return load_policy(named or GATE_POLICY_PATH, GATE)


def _own_settings(policy: Policy) -> TargetsSettings:
    given = [item.settings for item in policy.items if item.id == TARGETS]
    return TargetsSettings.model_validate(given[0]) if given else TargetsSettings()


def _scene(
    arguments: argparse.Namespace, policy: Policy, own: TargetsSettings, environment: Mapping[str, str]
) -> Scene:
    settings = {item.id: item.settings for item in policy.items if item.level is not Level.OFF} | {TARGETS: own}
    targets = [_url("--url", text) for text in arguments.url] or [Url.parse(text) for text in own.urls]
    prometheus = _url("--prometheus", arguments.prometheus) if arguments.prometheus else None
    if prometheus is None and own.prometheus:
        prometheus = Url.parse(own.prometheus)
    if not targets and prometheus is None:
        raise UsageError("no service is named: give --url, or `urls` of gate.targets in the policy")
    if arguments.sha is not None and not _COMMIT.fullmatch(arguments.sha):
        raise UsageError("--sha: not the whole name of a commit (40 or 64 hexadecimal digits)")
    named = [*targets, *([prometheus] if prometheus else []), *find_addresses(settings.values())]
    return Scene(
        client=Client(Resolver(frozenset(url.host for url in named), own.networks())),
        targets=targets,
        prometheus=prometheus,
        sha=arguments.sha,
        environment=environment,
        settings=settings,
    )


def _url(option: str, text: str) -> Url:
    try:
        return Url.parse(text)
    except ValueError as error:
        raise UsageError(f"{option} {error}") from None


def _watch(scene: Scene, policy: Policy, patience: Patience) -> list[Outcome]:
    asked = {item.id: item.level for item in policy.items if item.level is not Level.OFF}
    by_id = {probe.id: probe for probe in PROBES}
    steps = Steps(Progress())
    try:
        return Watch(
            scene=scene,
            probes=[by_id[item] for item in asked],
            required=frozenset(item for item, level in asked.items() if level is Level.BLOCK),
            patience=patience,
            on_step=steps.tell,
        ).run()
    finally:
        steps.progress.clear()


def _report(scene: Scene, policy: Policy, outcomes: Sequence[Outcome], seconds: float) -> Report:
    today = datetime.now(UTC).date()
    items = judge_items(outcomes, policy, today)
    asked = scene.targets or [url for url in [scene.prometheus] if url]
    repository, server = (scene.environment.get(name) for name in ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL"))
    return Report(
        tool=f"gonogo {__version__}",
        repository=repository or asked[0].host,
        url=f"{server}/{repository}" if repository and server else None,
        pull_request=None,
        base="",
        base_name="",
        merge_base="",
        head=scene.sha or "",
        policy=PolicyName(name=policy.name, source=policy.source, digest=policy.digest),
        verdict=judge_verdict(items),
        sections=policy.sections,
        items=items,
        notes=[
            f"the waiver by {waiver.owner} for {waiver.item} expired on {waiver.expires.isoformat()}"
            for waiver in find_expired(policy, today)
        ],
        targets=[str(url) for url in asked],
        seconds=seconds,
    )
