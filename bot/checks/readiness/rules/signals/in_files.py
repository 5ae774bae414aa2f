"""Lines of files that say it: scripts, images, settings of platforms.

Out of sight: what a line says of something else than its words tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from bot.checks.readiness.facts.comments import without_comments, without_sayings
from bot.checks.readiness.facts.kubernetes.charts import is_development
from bot.checks.readiness.facts.needles import find_needles, may_hold
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.applied import Applied
from bot.checks.readiness.rules.building import weaken_of_builds
from bot.checks.readiness.rules.signals.ask import ActionSignal, CommandSignal, FileSignal
from bot.checks.readiness.rules.signals.asked_for import is_asked_for
from bot.checks.readiness.rules.signals.named import runs_by_name
from bot.checks.readiness.rules.signals.started import MAY_START, find_started
from bot.model import Evidence, Strength

DEVELOPED = ", in manifests to develop with"
_DORMANT = ", but the chart's values do not render it"
_LONELY = ", and nothing starts it"
_ASKED = ", but only where a variable asks for it that nothing sets"
# Scripts that an image or a platform starts, and no hand does; what may name them.
_BEGINS = re.compile(
    r"(?:^|(?<!\.d)/)[\w.-]*migrat[\w.-]*\.sh$|(?:^|/)(?:[\w.-]*entrypoint[\w.-]*|docker-start[^/]*|(?:pre)?start[\w-]*\.sh|run\.sh|[\w-]*next-start[^/]*)$"
)
_STARTING = (*MAY_START, "*.conf", "*.config")
_MAX_LINE = 2_000
_MAX_SETTINGS = 50_000
_MAX_COMMANDS, _MAX_SAID = 50, 40
_MANAGERS = (b"npm", b"yarn", b"bun")
_HIDDEN = re.compile(r"^\.[^/]+/")
# How a command of Symfony or Laravel says what it is called.
_SAYS_NAME = r"(?:AsCommand\([^)\n]{0,40}?|\$defaultName\s{0,4}=\s{0,4}|->setName\(\s{0,4}|\$signature\s{0,4}=\s{0,4})"
_NAME_OF_PHP = re.compile(r"[\w-]{1,60}(?::[\w-]{1,60}){1,4}")
# A command of Django, as its file is named.
_NAME = re.compile(r"\w{1,80}")


def compiled(patterns: str | tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of one regular expression, or of several of which one is enough; case does not count."""
    joined = patterns if isinstance(patterns, str) else "|".join(f"(?:{one})" for one in patterns)
    return re.compile(joined, re.IGNORECASE | re.MULTILINE)


def find_in_files(look: Look, signal: FileSignal) -> Iterator[Evidence]:
    """Yield the files that a signal names, each with the first line that says it."""
    pattern = compiled(signal.pattern) if signal.pattern else None
    applied, tried = Applied(look, pattern or re.compile("")), _tried(look)
    for path in _paths(look, signal):
        if pattern is None:
            if _says_anything(path, look.files.text(path) or ""):
                yield Evidence(path=path, line=1, text="the file is there", strength=signal.shows)
            continue
        numbers = _lines_saying(look, signal, path, pattern)
        # Most say nothing: then what would start them need not be looked for.
        for number in islice(numbers, 1):
            lonely = signal.started and _BEGINS.search(path) is not None and not _is_named(look, path)
            but = _DORMANT if path not in applied else DEVELOPED if path in tried else _LONELY if lonely else ""
            yield from _seen(look, signal, path, chain([number], numbers), but)


def _seen(look: Look, signal: FileSignal, path: str, numbers: Iterable[int], but: str) -> Iterator[Evidence]:
    for number in islice(numbers, _MAX_SAID):
        asked = "" if but or not is_asked_for(look, path, look.files.text(path) or "", number) else _ASKED
        strength = Strength.CONFIGURED if but or asked else signal.shows
        seen = Evidence(path=path, line=number, text=f"the file says it{but or asked}", strength=strength)
        yield (known := weaken_of_builds(look, seen) if signal.applied else seen)
        if known is seen and not asked:
            break


def _paths(look: Look, signal: FileSignal) -> Sequence[str]:
    elsewhere = compiled(signal.not_in) if signal.not_in else None
    named = look.files.select(*signal.files, roles=signal.roles)
    started = list(dict.fromkeys(find_started(look))) if signal.started else []
    # What an image starts with is the product's, in whichever hidden folder it is kept.
    asked = {path: _HIDDEN.sub("", path) if path in started else path for path in (*named, *started)}
    paths = [path for path, told in asked.items() if elsewhere is None or not elsewhere.search(told)]
    look.files.prefetch(paths)
    return paths


def _lines_saying(look: Look, signal: FileSignal, path: str, pattern: re.Pattern[str]) -> Iterator[int]:
    """Yield the numbers of the lines that say it, by their words or by a script of a package that they name."""
    content = look.files.content(path) or b""
    # What starts the program may name a script of its package.
    names = signal.started and any(word in content for word in _MANAGERS)
    if not names and not may_hold(content, find_needles(pattern.pattern)):
        return
    text = look.files.text(path)
    if text is None or not (names or _may_say(pattern, text)) or not _says_anything(path, text):
        return
    lines = [line[:_MAX_LINE] for line in without_sayings(path, without_comments(path, text)).split("\n")]
    if _is_refused(signal, lines):
        return
    leading: dict[str, bool] = {}
    for number, line in enumerate(lines, start=1):
        by_name = runs_by_name(look, path, line, pattern) if names else None
        found = pattern.search(line) or by_name
        if found and (signal.command_holds is None or _leads_on(look, signal.command_holds, found, leading)):
            yield number


def _is_refused(signal: FileSignal, lines: Sequence[str]) -> bool:
    """Whether a line makes its file say nothing, or the one that it has to hold, too, is missing."""
    refused = signal.unless is not None and any(map(compiled(signal.unless).search, lines))
    return refused or (signal.beside is not None and not any(map(compiled(signal.beside).search, lines)))


def _may_say(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a line may say it; long ones are cut, since a pattern can take the square of a line's length."""
    lines = text.split("\n")
    if max(map(len, lines)) <= _MAX_LINE:
        return pattern.search(text) is not None
    return any(pattern.search(line[:_MAX_LINE]) for line in lines)


def _says_anything(path: str, text: str) -> bool:
    """Whether a file holds more than comments, and the line that names what runs it."""
    said = text.partition("\n")[2] if text.startswith("#!") else text
    return bool(without_comments(path, said).strip())


def _is_named(look: Look, path: str) -> bool:
    """Whether anything that may start a script names it; where no image tells what it starts with, it is not known."""
    if not any(image.last.of("ENTRYPOINT", "CMD") for image in look.images.all):
        return True
    name = path.rpartition("/")[2].encode()
    starting = (one for one in look.files.select(*_STARTING) if one != path)
    return any(name in (look.files.content(one) or b"") for one in starting)


def is_told(look: Look, signal: CommandSignal | ActionSignal) -> bool:
    """Whether a file of settings tells what a pipeline runs to do what the signal is about, where that is asked."""
    if signal.told is None:
        return True
    told = compiled(signal.told)
    texts = ((path, look.files.text(path) or "") for path in look.files.select(*signal.told_in))
    return any(told.search(without_comments(path, text[:_MAX_SETTINGS])) for path, text in texts)


def _tried(look: Look) -> frozenset[str]:
    """The files of manifests to develop with, which are judged where there are no others."""
    stacks = [stack for stack in look.kubernetes.judged if is_development(stack.folder)]
    return frozenset(one.start.path for stack in stacks for one in stack.objects)


def _leads_on(look: Look, command_holds: str, found: re.Match[str], leading: dict[str, bool]) -> bool:
    """Whether what a line runs does it, a command of the program's own; the first ones of a file are looked for."""
    name = (found[1] if found.re.groups else "") or ""
    if name not in leading and len(leading) < _MAX_COMMANDS:
        texts = ((path, look.files.text(path) or "") for path in _files_of_command(look, name))
        leading[name] = any(compiled(command_holds).search(without_comments(path, text)) for path, text in texts)
    return leading.get(name, False)


def _files_of_command(look: Look, name: str) -> Iterator[str]:
    """Yield the files that make a command: of the program's own, by Django's path or what PHP calls it; or a script."""
    if name.endswith(".sh"):
        yield from look.files.select(name)
    elif _NAME.fullmatch(name):
        yield from look.files.select(f"**/management/commands/{name}.py")
    elif _NAME_OF_PHP.fullmatch(name):
        says = re.compile(rf"{_SAYS_NAME}[\"']{re.escape(name)}[\"'\s|{{]")
        for path in look.files.select("**/Command/**/*.php", "**/Commands/**/*.php"):
            if says.search(look.files.text(path) or ""):
                yield path
