"""What a command of Docker or Podman runs of the repository's own: words behind a container, or what a service starts.

Rule: `run` and `exec` run the words behind the name of a service or an image, and with options alone the program that
the image is named after; `compose run` of a service without any,
and `compose up` that ends with one, by `--exit-code-from` or `--abort-on-container-exit`, run what Compose files have
that service start.
Source: https://docs.docker.com/reference/cli/docker/compose/up/ (read 2026-11-30).
Out of sight: a service that runs in the background; an override that another script puts beside the file is looked for
among all that are named like one.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from posixpath import dirname, normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.images import parse_dockerfile
from bot.checks.readiness.facts.located import Located, Place, get_in, locate, place_in, text_of
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

# Options of what runs a container whose value is a word of its own.
_VALUES = frozenset(
    {"-e", "--env", "-u", "--user", "-w", "--workdir", "-v", "--volume", "--entrypoint", "--name", "--network", "--net"}
    | {
        "--env-file",
        "--mount",
        "-p",
        "--publish",
        "--platform",
        "-l",
        "--label",
        "--add-host",
        "-h",
        "--hostname",
        "-m",
    }
    | {"--memory", "--cpus", "--shm-size", "--tmpfs", "--volumes-from", "--ulimit", "--ipc", "--pull", "--cap-add"}
)
_FROM = "--exit-code-from"
_WAITS = frozenset({"--abort-on-container-exit", "--abort-on-container-failure"})
_UP_VALUES = frozenset({_FROM, "--attach", "--no-attach", "--pull", "--scale", "-t", "--timeout", "--wait-timeout"})
_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_OVERRIDE = re.compile(r"(?:docker-)?compose\.override\b[^/]*\.ya?ml")
_MAX_FILES = 20
_LONGEST_PATH, _LONGEST_COMMAND = 1_000, 20_000
# What makes `up` and `run` start nothing of a service's own.
_STARTS_NOTHING = frozenset({"-d", "--detach", "--no-start", "--entrypoint"})
# Programs that wait for something and then run the words behind `--`.
_WAITING = frozenset({"wait-for", "wait-for.sh", "wait-for-it", "wait-for-it.sh", "dockerize", "tini", "dumb-init"})


def follow_box(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield what a command runs in containers."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    rest = list(words[1:])
    composed = words[0].endswith("-compose") or rest[:1] == ["compose"]
    if rest[:1] in (["compose"], ["container"]):
        rest = rest[1:]
    verb = next((at for at, one in enumerate(rest) if one in {"run", "exec", "up"}), None)
    # Options of Compose stand before its verbs.
    if verb is None or (verb > 0 and not composed):
        return
    behind = _after_options(rest[verb + 1 :])
    named = [_join(folder, one) for one in _given(rest[:verb])] if composed else []
    if rest[verb] == "up" and composed:
        paths = named or list(_usual(files, folder))
        for service in _ended_with(rest[verb + 1 :], all_of=bool(named)):
            yield from _started(files, paths, service, folder)
    elif rest[verb] == "run" and composed and len(behind) == 1:
        if _starts_nothing(rest[verb + 1 :]):
            return
        yield from _started(files, named or list(_usual(files, folder)), behind[0], folder)
    elif rest[verb] == "run" and not composed and _by_image(rest[verb + 1 :], behind):
        yield Script(_by_image(rest[verb + 1 :], behind), Place("", 0), folder)
    elif rest[verb] != "up":
        yield from _behind(behind, folder)


def _starts_nothing(rest: Sequence[str]) -> bool:
    return any(one.partition("=")[0] in _STARTS_NOTHING for one in rest)


def _after_options(rest: list[str]) -> list[str]:
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in _VALUES else rest[1:]
    return rest


def _behind(rest: Sequence[str], folder: str) -> Iterator[Script]:
    """The words after the name of a service or an image."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    if len(rest) > 1:
        text = " ".join(rest[3:] if rest[1:3] in (["bash", "-c"], ["sh", "-c"]) else rest[1:])
        yield Script(text, Place("", 0), folder)


def _by_image(rest: Sequence[str], behind: Sequence[str]) -> str:
    """What an image starts by itself, with options alone: the program that it is named after."""
    if _starts_nothing(rest) or (len(behind) > 1 and not behind[1].startswith("-")):
        return ""
    image = "".join(behind[:1]).partition("@")[0]
    name = image.rpartition("/")[2].partition(":")[0]
    # Of images that start a tool, the one that is not named after it.
    program = "cypress run" if image.partition(":")[0] == "cypress/included" else name if len(behind) > 1 else ""
    return " ".join([program, *behind[1:]]) if program else ""


def _ended_with(rest: Sequence[str], *, all_of: bool) -> Iterator[str]:
    """Yield the services whose end is the end of `up`, in the foreground; of all of a file, an empty name."""
    if _starts_nothing(rest):
        return
    named, waits, at = [], False, 0
    while at < len(rest):
        option, _, value = rest[at].partition("=")
        if option == _FROM:
            yield from [value] if value else rest[at + 1 : at + 2]
            return
        waits = waits or option in _WAITS
        if not option.startswith("-"):
            named.append(option)
        at += 2 if option in _UP_VALUES and not value else 1
    yield from (named or [""] * all_of) if waits else ()


def _given(options: Sequence[str]) -> Iterator[str]:
    """Yield the files that options of Compose name."""
    for at, one in enumerate(options):
        option, _, value = one.partition("=")
        if option in {"-f", "--file"}:
            yield value or "".join(options[at + 1 : at + 2])


def _usual(files: Files, folder: str) -> Iterator[str]:
    """Yield the file that Compose takes by itself, and what is to be put beside it."""
    yield from [path for one in _FILES if (path := _join(folder, one)) in files][:1]
    before = "" if normpath(folder or ".") == "." else f"{normpath(folder)}/"
    here = sorted(one for one in files.paths if one.startswith(before) and _OVERRIDE.fullmatch(one[len(before) :]))
    yield from here[:_MAX_FILES]


def _started(files: Files, paths: Sequence[str], service: str, folder: str) -> Iterator[Script]:
    """Yield what a service starts, by each file that says it."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    for path in paths[:_MAX_FILES]:
        document = files.parsed(path) if path in files else None
        if document is None:
            continue
        value = locate(document.value, document.first.lines, lambda line, path=path: Place(path, line))  # type: ignore[misc]
        services = get_in(value, "services")
        for name in [service] if service else list(services)[:_MAX_FILES] if isinstance(services, Located) else []:
            found = get_in(services, name)
            said = [key for key in ("entrypoint", "command") if get_in(found, key) is not None]
            for key in said:
                if text := _text_of(get_in(found, key), files):
                    yield Script(text, place_in(found, Place(path, 1), key), folder, Manner.ERREXIT)
            if not said and isinstance(found, Located):
                build = get_in(found, "build")
                context = build if isinstance(build, str) else text_of(get_in(build, "context"))
                file = text_of(get_in(build, "dockerfile")) or "Dockerfile"
                target = text_of(get_in(build, "target"))
                yield from started_by(files, file, _join(dirname(path), context), target) if build is not None else ()


def started_by(files: Files, name: str, context: str, target: str = "") -> Iterator[Script]:
    """Yield what a container starts of an image that a Dockerfile builds, of which the path within its context.

    `target` is the stage that becomes the image; the last one where it is empty.
    """
    from bot.checks.readiness.facts.workflows.scripts import Script

    path = _join(context, name)
    text = files.text(path) if path in files else None
    stages = parse_dockerfile(path, text).stages if text else ()
    stage = next((one for one in reversed(stages) if not target or one.name.lower() == target.lower()), None)
    entry, command = ([*stage.of(word)[-1:]] if stage else [] for word in ("ENTRYPOINT", "CMD"))
    # What is started is given the rest, but where it is a text for a shell.
    started = [*entry, *(command if not entry or entry[0].text.lstrip().startswith("[") else [])]
    words = [word for one in started for word in _words(one.text)]
    shell = words[:2] in (["bash", "-c"], ["sh", "-c"], ["/bin/bash", "-c"], ["/bin/sh", "-c"])
    if words:
        folder = "" if context == "." else context
        yield Script(" ".join(words[2:] if shell else words), Place(path, started[-1].line), folder)


def _words(text: str) -> list[str]:
    """The words of a command of a Dockerfile, written as a list or as a text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text.split()
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else text.split()


def _text_of(command: object, files: Files) -> str:
    """A command as a shell has it, without what only waits before it."""
    words = [one for one in command if isinstance(one, str)] if isinstance(command, list) else _split(command)
    if words and words[0].rpartition("/")[2] in _WAITING and "--" in words:
        words = words[words.index("--") + 1 :]
    if len(words) > 2 and words[1] in {"-c", "-ec", "-lc"}:  # noqa: PLR2004 - a shell, its option, what it runs
        return words[2]
    return " ".join([_own(words[0], files), *words[1:]]) if words else ""


def _split(command: object) -> list[str]:
    try:
        return shlex.split(command) if isinstance(command, str) and len(command) < _LONGEST_COMMAND else []
    except ValueError:
        return []


def _own(program: str, files: Files) -> str:
    """The repository's own script that a container has somewhere else: `/app/docker/test.sh` is `docker/test.sh`."""
    parts = program.split("/")[1:] if program.startswith("/") and len(program) < _LONGEST_PATH else []
    return next(("/".join(parts[at:]) for at in range(len(parts)) if "/".join(parts[at:]) in files), program)


def _join(folder: str, name: str) -> str:
    return normpath(f"{folder or '.'}/{name}")
