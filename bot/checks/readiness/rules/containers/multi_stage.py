"""The rule `docker-multi-stage`: images that are built in one stage and run from another.

Rule: most of the images that a pipeline, Compose or a deployment builds (of all, where nothing builds any) take what
they run from an earlier stage. One that only installs somebody else's program and copies settings and scripts into it
builds nothing, and counts only where there is no other. Source: https://docs.docker.com/build/building/multi-stage/
(read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import dirname, normpath

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.compose import Service, mounts_sources
from bot.checks.readiness.facts.images import Image, Instruction
from bot.checks.readiness.facts.located import get_in, text_of
from bot.checks.readiness.facts.roles import BY_HAND
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.facts.workflows.pipelines import Pipeline
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.model import Evidence, Finding, State, Strength

_BUILDS = re.compile(
    r"(?:docker|podman|nerdctl)\s+(?:buildx\s+)?(?:build|bake)\b|docker[ -]compose\s.*\b(?:build|up)\b|buildah|kaniko"
    r"|skaffold\s+(?:build|run)|gcloud\s+(?:builds|run)|fly(?:ctl)?\s+deploy|depot\s+build|werf|earthly|/kaniko/executor"
)
_BUILDING_ACTIONS = re.compile(
    r"\b[\w.-]{1,60}/(?:docker-)?(?:build-push|bake)-action|redhat-actions/buildah-build"
    r"|[\w.-]{1,60}/(?!setup)[\w-]{0,30}?(?:docker|container|image)-(?:build|push|publish)\b|[\w.-]{1,60}/(?:action-)?builder-ghcr\b"
    r"|[\w.-]{1,60}/[\w-]{0,30}?(?:build|publish|push)[\w-]{0,20}?-(?:docker|container|image)\b"
    # Plugins of Drone and Woodpecker.
    r"|plugins/(?:docker|kaniko|ecr|gcr|gar|acr|buildx|buildah)\b|[\w.-]{1,60}/(?:plugin|drone)-(?:docker-buildx|buildx|kaniko|buildah|docker)\b"
)
# A reusable workflow of another repository, by its name: it is given the image by default.
_BUILDING_WORKFLOWS = re.compile(r"/\.github/workflows/[\w.-]*(?:docker|container|image|build-push)", re.IGNORECASE)
# A value of a matrix, in a path such as `src/${{ matrix.name }}/Dockerfile`.
_MATRIX = re.compile(r"\$\{\{\s*matrix\.[^{}]{1,100}\}\}")
_OF_MATRIX = re.compile(r"(?:file|context)'?\"?[:=]\s*'?\"?\$\{\{\s*matrix\.[^{}]{1,100}\}\}")
_LONGEST_MATRIX = 20_000
# What makes a program of sources, or brings the libraries that it needs.
_BUILDS_INSIDE = re.compile(
    r"\b(?:npm|pnpm|yarn|bun|pip3?|uv|poetry|bundle|gem|composer|go|cargo|dotnet|mvnw?|gradlew?|mix|make|cmake|gcc)\s+\S"
)
# What others are built upon: `Dockerfile.base`, and `FROM acme/app-base:1`.
_BASE = re.compile(r"(?:^|[._/-])base(?:[._/:@-]|$)", re.IGNORECASE)
_RUN_FIRST = re.compile(r"(?:^|[._/-])(?:prod(?:uction)?|app|server|web|api|backend|main)(?:[._/-]|$)", re.IGNORECASE)
_SETTINGS = re.compile(
    r"\.(?:sh|conf|cfg|cnf|ini|ya?ml|toml|json|properties|sql|env|tmpl|tpl|template|crt|pem|html|txt|vcl|lua)[\"',\]]*$|entrypoint[^/]*$",
    re.IGNORECASE,
)
# Which file an option or an input names, from where it is built.
_FILE = re.compile(
    r"(?:\s(?:-f|--file|--dockerfile)[= ]\s{0,9}|[\"'](?:file|dockerfile)[\"']: )[\"']?(?:\.{1,2}/){0,9}"
    r"([\w./-]{1,200})(?=[\"'\s,}]|$)"
)
_TARGET = re.compile(r"\s--target[= ]([\w.-]+)")
_LONGEST, _MOST_VALUES = 200, 4
_CONTEXT = re.compile(r"^[ \t]*(?:-[ \t]*)?context:[ \t]*[\"']?([\w./-]+)", re.MULTILINE)
_BUILDING_FILES = (
    *("fly.toml", "render.yaml", "railway.json", "railway.toml", "skaffold.yaml", "cloudbuild.yaml"),
    *("docker-bake.hcl", ".goreleaser*.y*ml", "goreleaser*.y*ml", "spec.y*ml", "**/.do/*.y*ml"),
)


class MultiStageAsk(Ask):
    """Settings of the rule `docker-multi-stage`."""


# What such a file says only where it builds images, and what builds without a Dockerfile.
_ONLY_WITH = {"goreleaser": "dockers", "render": "docker", "spec": "dockerfile_path", "app": "dockerfile_path"}
_BY_OTHERS = re.compile(r"nixpacks|railpack|paketo|\"heroku\"|^[ \t]*(?:builder|buildpacks?)[ \t]*=", re.MULTILINE)


def judge_multi_stage(look: Look, ask: MultiStageAsk) -> Judged:
    """Whether images are built in stages."""
    images = look.images.all
    if not images:
        reason = f"no image is built: no Dockerfile of the product's own; {len(look.files.paths):,} files searched"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    built = _built(look, images)
    targets = _targets(look, images)
    counted = [one for one in images if one.path in built] or images
    counted = _shipped(look, counted, built) or counted
    counted = [one for one in counted if not _is_of_another(one, images)] or counted
    taken = {one.path: _taken(one, targets.get(one.path, ())) for one in counted}
    counted = [one for one in counted if taken[one.path] is not None or not _only_configures(one)] or counted
    split = [one for one in counted if taken[one.path] is not None]
    main = {one.path for one in _main(counted)}
    enough = 2 * len(split) >= len(counted) + (0 if main <= {one.path for one in split} else 1)
    whole = [
        Finding(
            rule="one-stage",
            message=f"{one.path} builds and runs in one stage",
            path=one.path,
            line=one.last.line,
            fix=ask.fix or None,
            fails=not enough,
        )
        for one in counted
        if taken[one.path] is None
    ]
    reason = f"{len(split)} of {len(counted)} images are built in stages"
    evidence = [_evidence(one, taken[one.path], built) for one in split]
    state = State.PASS if enough else State.FAIL
    return Judged(state=state, reason=reason, evidence=evidence, missing=whole)


def _main(images: Sequence[Image]) -> Sequence[Image]:
    """The images that decide where half of them are built in stages: nearest to the root, named for what is run."""
    nearest = min(one.path.count("/") for one in images)
    near = [one for one in images if one.path.count("/") == nearest]
    plain = [one for one in near if one.path.rpartition("/")[2] in {"Dockerfile", "Containerfile"}] or near
    return [one for one in plain if _RUN_FIRST.search(one.path)] or plain


def _is_of_another(image: Image, images: Sequence[Image]) -> bool:
    """Whether an image is the base that another one is built upon, or of a tool to develop with."""
    if BY_HAND.match(image.path):
        return True
    return bool(_BASE.search(image.path)) and any(
        _BASE.search(stage.base) and stage.base not in {other.name for other in one.stages}
        for one in images
        for stage in one.stages
        if one is not image
    )


def _only_configures(image: Image) -> bool:
    """Whether an image holds nothing of the product's but settings and scripts of the shell."""
    copied = [one.text for stage in image.stages for one in stage.of("COPY", "ADD") if "--from=" not in one.text]
    if any(_BUILDS_INSIDE.search(one.text) for stage in image.stages for one in stage.of("RUN")):
        return False
    sources = [word for text in copied for word in text.split()[:-1] if not word.startswith("--")]
    return all(_SETTINGS.search(word) for word in sources)


def _taken(image: Image, targets: Collection[str]) -> Instruction | None:
    """What takes from an earlier stage into the one that is built: the last, or one of those that all builds name."""
    stages = targets if targets and "" not in targets else ("",)
    return next((found for one in sorted(stages) if (found := image.taken_into(one))), None)


def _targets(look: Look, images: Sequence[Image]) -> dict[str, set[str]]:
    """The stages that builds name, by image; the empty text of a build that names none."""
    found: dict[str, set[str]] = {}
    for service in (service for file in look.compose.files for service in file.services if service.builds is not None):
        for one in images:
            if one.path in _files_of(service, images):
                found.setdefault(one.path, set()).add(text_of(get_in(service.value, "build", "target")))
    for ran in look.workflows.ran:
        text = _build_text(ran)
        named = text_of(ran.action.given.get("target")) if ran.action else ""
        option = _TARGET.search(ran.text)
        for one in images if text and ran.triggers else ():
            if _is_meant(text, one, ran.folder, len(images)):
                found.setdefault(one.path, set()).add(named or (option[1] if option else ""))
    return found


def _evidence(image: Image, taken: Instruction | None, built: dict[str, str]) -> Evidence:
    line = taken.line if taken else image.last.line
    by = built.get(image.path)
    how = f", built by {by}" if by else ", built by no pipeline, Compose file or deployment"
    strength = Strength.WIRED if by else Strength.CONFIGURED
    return Evidence(path=image.path, line=line, text=f"takes from an earlier stage{how}", strength=strength)


def _built(look: Look, images: Sequence[Image]) -> dict[str, str]:
    """Which images are built, by what."""
    found: dict[str, str] = {}
    matrices: dict[str, str] = {}
    for path in look.files.select(*_BUILDING_FILES):
        text = look.files.text(path) or ""
        if not _builds_images(path, text):
            continue
        # What a file of skaffold builds is told from where the file stands.
        folders = {normpath(f"{dirname(path) or '.'}/{one}") for one in _CONTEXT.findall(text)}
        folders = folders if path.endswith("skaffold.yaml") else set()
        named = [one for one in images if one.folder in folders or _is_named(text, one.path, one.folder)]
        # Where no other is named, the one at the root is meant.
        meant = named or [one for one in images if not one.folder]
        found.update({one.path: path for one in meant if one.path not in found})
    for ran in look.workflows.ran:
        # A job that leaves this repository out by its name builds the images in forks of it.
        if not ran.triggers and "github.repository" not in ran.job.condition:
            continue
        text = _build_text(ran)
        if _OF_MATRIX.search(text):
            # Each of a pipeline's steps asks for the same.
            matrix = matrices.get(ran.pipeline.path)
            matrices[ran.pipeline.path] = matrix = _values_of(ran.pipeline) if matrix is None else matrix
            text = f"{text} {matrix}"
        meant = [one for one in images if text and _is_meant(text, one, ran.folder, len(images))]
        found.update({one.path: ran.pipeline.path for one in meant if one.path not in found})
    for file in look.compose.files:
        paths = {path for service in file.services for path in _files_of(service, images)}
        found.update({one.path: file.path for one in images if one.path in paths and one.path not in found})
    return found


def _shipped(look: Look, images: Sequence[Image], built: Mapping[str, str]) -> Sequence[Image]:
    """The images without those that Compose alone builds, each time to mount the sources over what they hold."""
    mounting: set[str] = set()
    plain: set[str] = set()
    files = {one.path for one in look.compose.files}
    for file in look.compose.files:
        building = [(path, mounts_sources(one, file.path)) for one in file.services for path in _files_of(one, images)]
        over = {path for path, mounts in building if mounts and built.get(path) in files}
        mounting |= over
        plain |= {path for path, _ in building} - over
    return [one for one in images if one.path not in mounting - plain]


def _files_of(service: Service, images: Sequence[Image]) -> Collection[str]:
    """What a service is built from: where it stands in the folder that it is built from, no other of the name."""
    known = [one.path for one in images if one.path in service.dockerfiles]
    return [one for one in known if service.builds == "." or one.startswith(f"{service.builds}/")] or known


def _builds_images(path: str, text: str) -> bool:
    """Whether what a file describes is built from a Dockerfile: platforms build programs by other ways, too."""
    said = without_comments(path, text).lower()
    needed = next((word for name, word in _ONLY_WITH.items() if name in path.rpartition("/")[2]), "")
    return needed in said and ("dockerfile" in said or _BY_OTHERS.search(said) is None)


def _is_named(text: str, *paths: str) -> bool:
    """Whether a text names one of some paths, and not a longer one that ends so."""
    return any(path and re.search(rf"(?<![\w./-])(?:\./)?{re.escape(path)}(?![\w.-])", text) for path in paths)


def _build_text(ran: Ran) -> str:
    """What a step that builds images says of which; empty for other steps."""
    text = ran.text
    if ran.action is not None and _BUILDING_ACTIONS.match(text):
        return f"{text} {ran.action.given}"
    return text if _BUILDS.match(text) or _BUILDING_WORKFLOWS.search(text) else ""


def _values_of(pipeline: Pipeline) -> str:
    """The values of a pipeline's matrices, as a text."""
    jobs = get_in(pipeline.values, "jobs")
    found = [get_in(one, "strategy", "matrix") for one in jobs.values()] if isinstance(jobs, Mapping) else []
    return " ".join(str(one) for one in found if one is not None)[:_LONGEST_MATRIX]


def _is_meant(text: str, image: Image, folder: str, count: int) -> bool:
    """Whether a build names an image's file or folder; the only one, and one at the root, are meant anyway."""
    name = image.path.rpartition("/")[2]
    if _names_another(text, image):
        return False
    if any(re.fullmatch(pattern, image.path) for pattern in _matrices(text)):
        return True
    if image.path in text or (folder == image.folder and folder):
        return True
    if image.folder and re.search(rf"(?:^|[\s'\"/=:]){re.escape(image.folder)}(?:$|[\s'\"/,}}])", text):
        return name == "Dockerfile" or name in text
    return (count == 1 or not image.folder) and (name == "Dockerfile" or name in text)


def _names_another(text: str, image: Image) -> bool:
    """Whether a build says which file it builds, and it is none that ends as an image's does."""
    files = [one for one in _FILE.findall(text) if "ockerfile" in one]
    return bool(files) and not any(f"/{image.path}".endswith(f"/{one}") for one in files)


def _matrices(text: str) -> Iterator[str]:
    """Yield patterns of the Dockerfiles that a build names by the values of a matrix."""
    for token in re.split(r"[\s'\",:=]+", _MATRIX.sub("\0", text)):
        path = token.removeprefix("./").rstrip("/")
        if not 0 < path.count("\0") <= _MOST_VALUES or len(path) > _LONGEST:
            continue
        pattern = ".+".join(map(re.escape, path.split("\0")))
        if "ockerfile" in path:
            yield pattern
        elif "/" in path and not path.startswith("\0"):
            yield f"{pattern}/Dockerfile"
