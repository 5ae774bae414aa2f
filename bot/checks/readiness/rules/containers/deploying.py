"""Pipelines that deploy, and the secrets of the product that they take from where they run.

Rule: a secret counts that a job takes with which it brings the product to where it runs, but for what signs it in there
and what its tools need for themselves.
Source: https://docs.github.com/en/actions/concepts/security/secrets (read 2026-12-01).
Out of sight: what other pipelines take that it has started.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline
from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

_FROM_PIPELINE = re.compile(
    # Whether there is one is no secret yet.
    r"\$\{\{\s*secrets\.(\w++)(?!\s{0,4}[!=]=)|\bfrom_secret:\s*(\S+)|credentials\(['\"]([\w.-]+)"
)
# An action's input that is a secret alone is what it signs in with; what is put into a text is built, not deployed.
_SIGNS_IN = re.compile(
    r"^\s*+(?:-\s++)?[a-z][a-zA-Z0-9_-]*+:\s*+[\"']?\$\{\{\s*+secrets\.\w++\s*+\}\}[\"']?\s*+$|\bsed\s+-"
)
# One request to somebody who then deploys.
_ONLY_ASKS = re.compile(r"(?:curl|wget)\s[^\n]{0,600}\bhttps?://[^\n]{1,400}")
# CircleCI's; others name a folder so.
_CONTEXT = re.compile(r"^\s*+(?:-\s*+)?context:\s*\[?\s*[\"']?([\w-]+)")
# What a pipeline needs for itself, by the words of a secret's name: to sign in to a registry, to publish, to sign, to
# translate, to report.
_OF_TOOLS = frozenset(
    re.findall(
        r"\w+",
        "GITHUB GH GITLAB BOT RENOVATE SEMANTIC RELEASE SUBMODULE SUBMODULES CROWDIN WEBLATE TRANSIFEX TX "
        "LOKALISE CODECOV COVERALLS SONAR SONARCLOUD SNYK CODACY CHROMATIC PERCY CYPRESS NX TURBO FOSSA "
        "SEMGREP CODECLIMATE CC DEEPSOURCE SCORECARD NPM NODE PYPI NUGET CARGO CRATES RUBYGEMS GEM BUNDLE "
        "OSSRH SONATYPE MAVEN CENTRAL GRADLE DEVELOCITY PACKAGIST DOCKER DOCKERHUB QUAY GHCR CR REGISTRY GPG "
        "SIGN SIGNING COSIGN PASSPHRASE PAT SLACK DISCORD TELEGRAM TEAMS",
    )
)
_OF_TOOLS_BEHIND = frozenset(
    re.findall(
        r"\w+",
        "PAT NPM PYPI GPG PASSPHRASE WEBHOOK REGISTRY DOCKER DOCKERHUB SLACK DISCORD CODECOV "
        "KEYRING KEYSTORE CERTIFICATE P12 PROVISIONING NOTARIZATION SIGNING SIGNER",
    )
)
# What lets a job in where it deploys, or says where that is.
_SIGNS_IN_BY_NAME = re.compile(
    r"(?:(?:PROD|PRODUCTION|STAGING|STAGE|DEV|DEVELOPMENT|TEST|UAT|PREVIEW|QA|DEMO|SANDBOX|CI|MY|OUR)_){0,2}"
    r"(?:FLY(?:_?IO)?|VERCEL|NETLIFY|HEROKU|RAILWAY|RENDER|CLOUDFLARE|CF|DIGITAL_?OCEAN|DO|HCLOUD|HETZNER|LINODE|SCW"
    r"|SCALEWAY|OVH|KOYEB|COOLIFY|CAPROVER|DOKKU|PORTAINER|CLEVER|ARGO_?CD|RANCHER|KUBE|KUBE_?CONFIG|KUBERNETES|K8S"
    r"|HELM|OPENSHIFT|OCP?|SSH|SFTP|FTP|VPS|EC2|ECS|ECR|EKS|GCP|GCLOUD|GKE|GCS|GAR|AKS|ACR|ARM|PULUMI|TFC?|TERRAFORM"
    r"|SERVERLESS|SST|FIREBASE|EXPO|EAS|SURGE|WRANGLER|KAMAL|TAILSCALE|TS|DEPLOY(?:ER|MENT)?"
    r"|AWS_(?:ACCESS|SECRET|SESSION|IAM|ROLE|ACCOUNT|OIDC|DEPLOY|KEY|ASSUME|ECR)"
    r"|AZ(?:URE)?_(?:CREDENTIALS?|CLIENT|TENANT|SUBSCRIPTION|CR|REGISTRY|WEB_?APP|FUNCTION_?APP|STATIC|RESOURCE"
    r"|CONTAINER|SP|SERVICE_PRINCIPAL|PUBLISH|DEPLOY\w*|RBAC|DEVOPS|PIPELINES?)"
    r"|GOOGLE_(?:APPLICATION_)?(?:CREDENTIALS?|SA|SERVICE_ACCOUNT|PROJECT|WORKLOAD)|WORKLOAD_IDENTITY|SUPABASE_ACCESS"
    r"|(?:WEB_?APP_)?PUBLISH_PROFILE|APPLE|WINDOWS|ANDROID|KEYSTORE|CHOCO(?:LATEY)?|TURBO|NVD|CLAUDE|BUF|SENTRY_AUTH)"
    r"(?:_\w*)?"
    r"|(?:\w+_)??(?:NAME|STAGE|MEMORY|OWNER|CLIENT|BUCKETS?|IDS?|REGION|ZONE|HOST(?:NAME)?|SERVER|IP|USER(?:NAME)?"
    r"|EMAIL|ACCOUNT|ORG(?:ANIZATION)?|TEAM|PROJECT|ARN|ROLE|DOMAIN|PORT|REPOSITORY|PATH|CLUSTER|NAMESPACE|SSH_\w+)",
    re.IGNORECASE,
)
_MAX_LINE = 2_000
_MAX_NAME = 100
_CIRCLE = "CircleCI"
_DEPLOYS = re.compile(r"deploy|\bprod(?:uction)?\b|(?:^|[-_/ ])cd\b", re.IGNORECASE)
_OF_PAGES = re.compile(r"\b(?:docs?|documentation|website|storybook|pages|checkly)\b", re.IGNORECASE)
# `Build (production)` builds.
_BUILDS = re.compile(r"^\W{0,4}(?:build|compile|bundle|package|tests?|e2e|lint|check|valid\w*)\b", re.IGNORECASE)
# Environments that keep a token of what looks after the repository: nothing runs there.
_NO_TARGET = re.compile(
    r"pages|\bdocs?\b|pypi|npm|nuget|registry|translat|crowdin|sync|publish|maintenance|releas|packag|label",
    re.IGNORECASE,
)
_DEPLOYING = re.compile(
    r"\bdeploy(?!-pages|-docs)|\bkubectl\b|\bhelm\b.*\b(?:upgrade|install)\b|\bhelmfile\b|\b(?:terraform|tofu)\b.*\bapply\b"
    r"|\bpulumi\b|\bcdk\b|\b(?:ssh|scp|rsync)-action|\bfly(?:ctl)?\b|\bheroku\b|\bvercel\b|\bnetlify\b|\bwrangler\b"
    r"|\bgcloud\b(?!\s+(?:auth|secrets|config|storage)\b)|\baws\s++(?!ecr\b|s3\s+(?:ls|rm|(?:cp|mv)\b(?![^\n]{0,400}--recursive))\b|s3api\b|sts\b|configure\b|secretsmanager\b)\w"
    r"|\baz\s++(?!keyvault\b|login\b|account\b|acr\b|storage\b|extension\b)\w|\bazure/(?!(?:docker-)?login|setup-|get-keyvault|trusted-signing|cli\b)|\bansible|\bkamal\b|\bserverless\b|\brailway\b|\bdoctl\b"
    r"|\bdocker stack\b"
    # The folder of keys is no command, and git may go by that way as well.
    r"|(?<![./\w-])(?<!COMMAND=)(?<!COMMAND=[\"'])(?<!COMMAND:\s)(?:ssh|scp|rsync)\s",
    re.IGNORECASE,
)
# What puts a package where it can be had brings nothing to where it runs.
_PUBLISHING = re.compile(
    r"\b(?:aws s3 (?:cp|mv)|gcloud storage cp|gsutil (?:-m )?cp|az storage blob upload)\b[^|;&]{0,400}?"
    r"\.(?:jar|whl|deb|rpm|dmg|exe|msi|apk|tgz|tar\.[gx]z|asc|sha\d{3}|md5)\b"
)
# What a test brings up, or stores of its results, is no deployment; neither is a word to people, whoever approves it.
_BESIDE = re.compile(
    r"(?i)(?:^|[-_/. ])(?:tests?|testing|conformance|e2e|integration|benchmarks?|backups?"
    r"|newsletters?|announce(?:ments?)?|notify|notifications?|tweets?|changelog)(?:[-_/. ]|$)"
)
# What only has another pipeline started takes its own token: what that one takes, its own file says. So does a platform
# that is told by the address of a hook to deploy.
_STARTS_ANOTHER = re.compile(
    r"/dispatches\b|\bgh\s+workflow\s+run\b|\b(?:repository|workflow)-dispatch\b|createWorkflowDispatch|createDispatchEvent"
    r"|\btrigger-workflow\b|/trigger/pipeline\b|(?:deploy(?:ment)?|build)[-_]?(?:web)?hook|\bapi\.render\.com/deploy\b",
    re.IGNORECASE,
)


def _by_use(pipeline: Pipeline) -> tuple[bool, bool]:
    """What deploys before others, with an environment of its own before without."""
    return not _DEPLOYS.search(pipeline.path), not any(job.environment for job in pipeline.jobs)


def is_deployed_by(pipeline: Pipeline, job: Job) -> bool:
    """Whether a job brings the product to where it runs, by what it is for or by what it does."""
    named = f"{pipeline.path} {job.name}"
    if _OF_PAGES.search(named) or (_BESIDE.search(named) and not _DEPLOYS.search(named)):
        return False
    steps = [text for step in job.steps if not _OF_PAGES.search(text := f"{step.uses}\n{step.script}")]
    steps = [_PUBLISHING.sub(" ", text) for text in steps]
    named = f"{pipeline.path} {'' if _BUILDS.match(job.name) else job.name} {job.reuses}"
    guarded = job.environment and not _NO_TARGET.search(job.environment)
    return bool(guarded or _DEPLOYS.search(named) or any(map(_DEPLOYING.search, steps)))


def find_taken_by_pipelines(look: Look) -> Iterator[Evidence]:
    """Yield for each pipeline the first secret that a job takes with which it deploys, or that it deploys."""
    for pipeline in sorted(look.workflows.pipelines, key=_by_use):
        deploying = [is_deployed_by(pipeline, job) for job in pipeline.jobs]
        if not any(deploying):
            continue
        guarded = any(job.environment for job in pipeline.jobs)
        # Of other systems a job's secrets may stand elsewhere in the file.
        starts = [job.place.line for job in pipeline.jobs] if pipeline.system == "GitHub Actions" else []
        another = _lines_that_start_another(pipeline)
        for number, line in enumerate(look.files.lines(pipeline.path), start=1):
            at = bisect_right(starts, number) - 1
            taken = (at < 0 or deploying[at]) and _takes_secret(pipeline.system, line[:_MAX_LINE])
            if taken and not any(number in lines for lines in another):
                text = (
                    "a job that deploys takes a secret of its environment" if guarded else "a pipeline takes a secret"
                )
                yield Evidence(path=pipeline.path, line=number, text=text, strength=Strength.WIRED)
                break


def _lines_that_start_another(pipeline: Pipeline) -> Sequence[range]:
    """The lines of the steps that only have another pipeline started, each up to the next step or job."""
    steps = [step for job in pipeline.jobs for step in job.steps]
    places = [*(one.place for one in steps), *(one.place for one in pipeline.jobs)]
    starts = sorted({place.line for place in places if place.path == pipeline.path})
    starting = [
        one
        for one in steps
        if _STARTS_ANOTHER.search(f"{one.uses}\n{one.script}\n{one.given.get('script', '')}")
        or _ONLY_ASKS.fullmatch(one.script.strip())
    ]
    lines = [one.place.line for one in starting if one.place.path == pipeline.path]
    return [range(line, next((start for start in starts if start > line), sys.maxsize)) for line in lines]


def _takes_secret(system: str, line: str) -> bool:
    """Whether a line takes a secret that is no tool's."""
    if line.lstrip().startswith("#") or (system == "GitHub Actions" and _SIGNS_IN.search(line)):
        return False
    forms = (_FROM_PIPELINE, _CONTEXT) if system == _CIRCLE else (_FROM_PIPELINE,)
    found = ("".join(filter(None, one.groups())) for form in forms for one in form.finditer(line))
    return any(not is_of_tools(name) for name in found)


def is_of_tools(name: str) -> bool:
    """Whether a secret is what a pipeline needs for itself, or to sign in where it deploys."""
    first, *others = re.split("[_-]", name.upper())
    if _SIGNS_IN_BY_NAME.fullmatch(name[:_MAX_NAME]):
        return True
    return first in _OF_TOOLS or not _OF_TOOLS_BEHIND.isdisjoint(others)
