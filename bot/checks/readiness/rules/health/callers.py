"""What asks an endpoint of health from outside: probes of pods, health checks of images and services, platforms.

Rule: what asks has to ask the product: a probe stands on a container that runs it, a health check on a service that is
the product's own, and an address leads to the machine itself, to such a service, or to what a variable names. The
health check of a database's or a search engine's container says nothing about the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.compose import Service
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.apps import find_apps, is_others, is_server
from bot.checks.readiness.rules.kubernetes.asking import find_fault
from bot.model import Evidence, Strength

# A path that is shorter is asked for other reasons, too.
_SHORTEST = 2
_MAX_LINE = 2_000
_MAX_CHARACTERS = 1_000_000
_PROBES = ("readinessProbe", "livenessProbe", "startupProbe")
# Files of platforms, of balancers and of infrastructure as code, the best first; then YAML of any tool, then scripts.
_PLATFORMS = (
    *(
        "render.yaml",
        "fly.toml",
        "railway.json",
        "railway.toml",
        "app.json",
        "apprunner*.json",
        "*.tf",
        "*.bicep",
        "*task*def*.json",
        "*.hcl",
    ),
    *("Caddyfile*", "*.conf", "*.cfg", "*.config", "app.yaml", "config/deploy.yml", "*.toml"),
)
_OTHERS = (("*.yml", "*.yaml", "*.tpl"), ("*.sh", "**/docker/**", "*healthcheck*"))
_RUNNERS = ("Dockerfile*", "*.y*ml", "*.sh", "Makefile", "package.json", "*.service", "*.tf", "Procfile", "crontab*")
_ASKING = r"(?:path|curl|wget|http|check|uri|url|endpoint|probe|target|fetch|value)\S*.*"
_NOT_DEPLOYED = re.compile(
    r"(?:^|/)\.(?!(?:do|aws|platform|ebextensions|kamal)/)[\w-]+/|(?:^|[._/-])(?:ci|tests?|e2e|smoke|bench|load|perf|mocks?|agents?|dev|local|acceptance)(?:[._/-]|$)|^integration/",
    re.IGNORECASE,
)
_OF_ASPIRE = frozenset({"WithHttpHealthCheck", "WithHttpsHealthCheck", "WithHttpEndpointHealthCheck", "WithHttpProbe"})
_HERE = frozenset({"", "localhost", "127.0.0.1", "0.0.0.0", "[", "host.docker.internal"})  # noqa: S104 - an address, not bound
_VARIABLE = re.compile(r"[${<%]")
# What a health check passes its failure over with.
_FORGIVES = re.compile(r"(?:\|\||;)\s*(?:true|:|exit\s+0|echo\b[^|&;]*)[\s\"'\])}]*$")
# Lines that name a path to leave it out of something, or that read numbers from it.
_NO_QUESTION = re.compile(
    # A comment of a file whose name does not say what it is of.
    r"^\s*#|"
    # What Eureka is told of an address is kept there, and asked by nobody.
    r"health-?check-?url-?path|public|exclu|ignor|skip|exempt|allow_?list|white_?list|permit|anonymous|bypass|loggable|access_log|no_?log|metrics_path",
    re.IGNORECASE,
)
# What asks another for it; the program may be told where it is itself: `shop healthcheck http://localhost:80`.
_ASKS_OTHERS = re.compile(
    r"\b(?:curl|wget)\b|https?://(?!localhost\b|127\.0\.0\.1)"
    # The tools of databases, of brokers and of what watches processes.
    r"|\b(?:redis|valkey)-cli\b|\b(?:mysqladmin|mongo(?:sh)?|psql|pg_ctl|rabbitmq\w*|rabbitmq-diagnostics|celery|supervisorctl"
    r"|pm2|systemctl|service|nginx|docker|kubectl)\b"
)
_OWN_CHECK = re.compile(r"\bhealth[-_]?(?:check|z)?\b", re.IGNORECASE)
# A command of the program's own by another name: it is a check where the program asks itself over HTTP.
_OWN_COMMAND = re.compile(r"\b(?:ping|probe|status|check|self-?check|live|ready)[\s\"'\])]*$", re.IGNORECASE)
_GRPC_PROBE = re.compile(r"\bgrpc[-_]health[-_]probe\b|\bgrpcurl\b.*grpc\.health\.v1")
_CLIENT = re.compile(
    r"\b(?:http\.(?:Get|Head|NewRequest\w*|Client)|fetch|requests\.get|httpx\.get|urlopen|reqwest::\w+|ureq::get)\b"
)
# Code of a program: it declares its endpoints, and asks only where it has a client.
# A page shows whoever looks at it how the server is.
_PAGE = re.compile(r"\.(?:[jt]sx|vue|svelte|html?)$")
_CODE = re.compile(r"\.(?:cs|fs|go|java|kt|scala|rb|php|rs|py|exs?|[cm]?[jt]sx?)$")
_ASKS_BY_CODE = re.compile(
    r"(?i)\bhttps?\.(?:get|head|request|NewRequest\w*|Client)\b|\b(?:fetch|axios|got|urlopen|HttpClient|Net::HTTP|curl\w*"
    r"|file_get_contents|(?:requests|httpx|urllib\w*|reqwest|ureq)(?:\.|::)\w+)\b"
)


@dataclass(frozen=True)
class Asked:
    """What is asked for: paths of endpoints, and whether there is a health service of gRPC.

    Attributes:
        hosts: names by which the product's services reach each other.
    """

    paths: Sequence[str]
    grpc: bool
    hosts: frozenset[str]

    def path_in(self, text: str) -> str | None:
        """The first of the paths that a text asks the product for."""
        either = "|".join(re.escape(path) for path in sorted(self.paths, key=len, reverse=True))
        for found in re.finditer(rf"(?:{either})(?![\w-])", text) if either else ():
            before = re.search(r"[^\s'\"`=,;|]*$", text[: found.start()])
            if self._is_own(before[0] if before else ""):
                return found[0]
        return None

    def _is_own(self, address: str) -> bool:
        """Whether what stands before a path is no address, or one of the product."""
        scheme, _, rest = address.rpartition("://")
        host = (rest if scheme else address).partition("/")[0].rpartition("@")[2]
        name = host.partition(":")[0]
        if not scheme and ":" not in host and "." not in host:
            return True
        return name in _HERE or name in self.hosts or _VARIABLE.search(host) is not None


def find_callers(look: Look, paths: Sequence[str], *, grpc: bool) -> Sequence[Evidence]:
    """What asks one of the paths, or the gRPC health service: what says most about production first."""
    services = [one for one in _services(look) if _is_own(look, one)]
    hosts = frozenset(one.name for one in services)
    asked = Asked([path for path in dict.fromkeys(paths) if len(path) > _SHORTEST], grpc, hosts)
    found = [*_of_pods(look, asked), *_of_images(look, asked)]
    found += [one for service in services for one in _of_service(look, service, asked)]
    return [*found, *_of_aspire(look, asked), *_of_lines(look, asked)]


def find_liveness(look: Look, path: str) -> Evidence | None:
    """The liveness probe of the product's own pods that asks for a path itself, and for nothing below it."""
    for app in find_apps(look.kubernetes.judged):
        for container in app.own_containers:
            asked = text_of(get_in(container.value.get("livenessProbe"), "httpGet", "path")).partition("?")[0]
            if len(path) > _SHORTEST and asked.rstrip("/").endswith(path):
                return _evidence(container.place("livenessProbe"), f"the livenessProbe of {app.title} asks {asked}")
    return None


def _services(look: Look) -> Iterator[Service]:
    for file in look.compose.files:
        if not _NOT_DEPLOYED.search(file.path):
            yield from file.services


def _is_own(look: Look, service: Service) -> bool:
    """Whether a service runs the product: an image that only sets up another's server answers as that one does."""
    if service.builds is None:
        return bool(service.image and not is_others(service.image))
    images = [one for one in look.images.all if one.path in service.dockerfiles]
    return not images or not all(is_server(one.last.base) for one in images)


def _evidence(place: Place, text: str) -> Evidence:
    return Evidence(path=place.path, line=place.line, text=text, strength=Strength.WIRED)


def _of_aspire(look: Look, asked: Asked) -> Iterator[Evidence]:
    """Yield what a host of Aspire asks of the projects that it runs; what others serve is no project of it."""
    for file in look.source.parsed("HealthCheck(", "WithHttpProbe(", language="csharp"):
        for one in (call for name in _OF_ASPIRE for call in file.called(Kind.CALL, name)):
            if (path := asked.path_in(one.text)) and "AddExternalService" not in one.name:
                yield _evidence(Place(file.path, one.end_line), f"the host of Aspire asks {path}")


def _of_pods(look: Look, asked: Asked) -> Iterator[Evidence]:
    for app in find_apps(look.kubernetes.judged):
        for container in app.own_containers:
            for probe in _PROBES:
                value = container.value.get(probe)
                command = get_in(value, "exec", "command")
                words = " ".join(map(text_of, command)) if isinstance(command, list) else ""
                path = asked.path_in(text_of(get_in(value, "httpGet", "path"))) or asked.path_in(words)
                grpc = asked.grpc and (get_in(value, "grpc") is not None or _GRPC_PROBE.search(words) is not None)
                if (path or grpc) and find_fault(look, container, value) is None:
                    yield _evidence(container.place(probe), f"{probe} of {app.title} asks {path or 'its gRPC service'}")


def _of_images(look: Look, asked: Asked) -> Iterator[Evidence]:
    for image in look.images.all:
        for one in image.last.of("HEALTHCHECK"):
            if path := _asks(look, one.text, asked):
                yield _evidence(Place(image.path, one.line), f"HEALTHCHECK asks {path}")


def _of_service(look: Look, service: Service, asked: Asked) -> Iterator[Evidence]:
    test = get_in(service.value, "healthcheck", "test")
    words = " ".join(map(text_of, test)) if isinstance(test, list) else text_of(test)
    if get_in(service.value, "healthcheck", "disable") is not True and (path := _asks(look, words, asked)):
        yield _evidence(service.at("healthcheck", "test"), f"the health check of {service.name} asks {path}")
    labels = service.value.get("labels")
    pairs = [f"{key}={one}" for key, one in labels.items()] if isinstance(labels, dict) else labels
    for label in pairs if isinstance(pairs, list) else ():
        if "healthcheck" in text_of(label) and (path := asked.path_in(text_of(label).partition("=")[2])):
            yield _evidence(service.at("labels"), f"the proxy before {service.name} asks {path}")


def _asks(look: Look, command: str, asked: Asked) -> str | None:
    """The path that a health check's command asks for, or a script that it runs; a program may also check itself."""
    if _FORGIVES.search(command):
        return None
    if path := asked.path_in(command):
        return path
    if asked.grpc and _GRPC_PROBE.search(command):
        return "its gRPC service"
    for word in re.findall(r"[\w./-]+", command):
        name = word.rpartition("/")[2]
        scripts = look.files.select(name) if "." in name else ()
        if path := next((path for one in scripts if (path := asked.path_in(look.files.text(one) or ""))), None):
            return path
    if not command or not asked.paths or _ASKS_OTHERS.search(command):
        return None
    own = _OWN_CHECK.search(command) or (_OWN_COMMAND.search(command) and _asks_itself(look, asked))
    return "it by the program's own command" if own else None


def _asks_itself(look: Look, asked: Asked) -> bool:
    """Whether the program has a client that asks a host of its own for a path: `"%s://%s/healthz"`."""
    for path in asked.paths:
        addressed = re.compile(rf"://[^\s\"'`]{{1,80}}{re.escape(path)}(?![\w/-])")
        for one in look.source.mentioning(path):
            file = look.source.file(one)
            if _CLIENT.search(file.code) and any(addressed.search(line) for line in file.lines):
                return True
    return False


def _of_lines(look: Look, asked: Asked) -> Iterator[Evidence]:
    either = "|".join(re.escape(path) for path in asked.paths)
    objects = {one.start.path for stack in look.kubernetes.judged for one in stack.objects}
    objects |= {file.path for file in look.compose.files}
    # What the values do not render asks nobody; what could not be rendered may.
    unknown = bool(look.kubernetes.unknowns) and not objects
    charts = () if unknown else tuple(f"{path.rpartition('/')[0]}/" for path in look.files.select("Chart.yaml"))
    line = re.compile(rf"{_ASKING}(?:{either})(?![\w-])", re.IGNORECASE)
    for files in (_PLATFORMS, *_OTHERS) if either else ():
        for path in look.files.select(*files):
            # What pods and services ask was looked at as such.
            if path not in objects and not path.startswith(charts) and not _NOT_DEPLOYED.search(path):
                yield from _of_file(look, path, line, asked)
    yield from _of_kamal(look, asked)


def _of_file(look: Look, path: str, line: re.Pattern[str], asked: Asked) -> Iterator[Evidence]:
    """Yield the first line of a file that asks."""
    text = look.files.text(path) or ""
    if len(text) > _MAX_CHARACTERS or not any(known in text for known in asked.paths):
        return
    if _PAGE.search(path) or (_CODE.search(path) and not _ASKS_BY_CODE.search(text)):
        return
    for number, one in enumerate(without_comments(path, text).split("\n"), start=1):
        said = one[:_MAX_LINE]
        if (
            line.search(said)
            and not said.lstrip().startswith("#")
            and not _NO_QUESTION.search(said)
            and asked.path_in(said)
        ):
            found = _evidence(Place(path, number), f"{path.rpartition('/')[2]} asks {asked.path_in(said)}")
            lonely = path.endswith((".sh", ".bash")) and not _is_run(look, path)
            text = f"{found.text}, and nothing runs it"
            yield replace(found, text=text, strength=Strength.CONFIGURED) if lonely else found
            return


def _is_run(look: Look, path: str) -> bool:
    """Whether a pipeline, an image, a service or another script names a script's file."""
    name = path.rpartition("/")[2]
    if any(name in ran.text for ran in look.workflows.ran):
        return True
    return any(name in (look.files.text(one) or "") for one in look.files.select(*_RUNNERS) if one != path)


def _of_kamal(look: Look, asked: Asked) -> Iterator[Evidence]:
    """Kamal's proxy asks `/up` where its settings name no other path."""
    for path in look.files.select("config/deploy.yml") if "/up" in asked.paths else ():
        document = look.files.parsed(path)
        if document and document.get("proxy") and not document.get("proxy", "healthcheck"):
            yield _evidence(Place(path, document.line("proxy")), "Kamal's proxy asks /up")
