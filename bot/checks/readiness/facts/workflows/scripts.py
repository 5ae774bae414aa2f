"""What a command leads to inside of the repository: scripts of package.json, targets of make, tox, just, shell files.

Each way takes the words of a command and gives scripts, with the place where each begins.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, normpath

from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.boxes import follow_box
from bot.checks.readiness.facts.workflows.bullseye import follow_bullseye
from bot.checks.readiness.facts.workflows.code_tasks import TOOLS, follow_code
from bot.checks.readiness.facts.workflows.earthly import follow_earthly
from bot.checks.readiness.facts.workflows.justfiles import read_justfile
from bot.checks.readiness.facts.workflows.makefiles import Rule, find_by_pattern, read_makefile
from bot.checks.readiness.facts.workflows.mise import follow_mise
from bot.checks.readiness.facts.workflows.nox import follow_nox
from bot.checks.readiness.facts.workflows.nuke import follow_nuke
from bot.checks.readiness.facts.workflows.nx import follow_nx, targets_of
from bot.checks.readiness.facts.workflows.packages import Asked, filters_of, parse_asked, select_packages
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.checks.readiness.facts.workflows.programs import RUNTIMES, follow_program
from bot.checks.readiness.facts.workflows.remote import REMOTE, find_remote
from bot.checks.readiness.facts.workflows.script_texts import expand_composed, expand_script, named_scripts
from bot.checks.readiness.facts.workflows.skaffold import follow_skaffold
from bot.checks.readiness.facts.workflows.task_tables import MANAGERS, follow_table
from bot.checks.readiness.facts.workflows.taskfiles import follow_task
from bot.checks.readiness.facts.workflows.tox import follow_tox
from bot.model import Unknown

_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_MONOREPO = frozenset({"turbo", "lerna", "moon", "rush", "ultra", "wsrun"})
_TARGETS = frozenset({"make", "gmake", "just", "task"})
_Follow = Callable[[Files, Sequence[str], str], "Iterator[Script]"]
# Programs that run what files of their own say.
_FOLLOWERS: Mapping[str, _Follow] = {
    **dict.fromkeys(("docker", "docker-compose", "podman"), follow_box),
    **dict.fromkeys(RUNTIMES, follow_program),
    **dict.fromkeys(MANAGERS, follow_table),
    **dict.fromkeys(TOOLS, follow_code),
    "earthly": follow_earthly,
    "mise": follow_mise,
    "skaffold": follow_skaffold,
    "tox": follow_tox,
    "nox": follow_nox,
}
# Programs that run a text that they are given: behind an option, or as their last word.
_TAKING_TEXT = {
    "circleci": re.compile(r"--command=(.+)", re.DOTALL),
    "nix-shell": "--run",
    "su": "-c",
    "firebase": "",
    "start-server-and-test": "",
    "start-test": "",
    "server-test": "",
}
_SHELLS = frozenset({"bash", "sh", "zsh", "source", ".", "pwsh"})
_OWN_WORDS = frozenset(
    {"install", "ci", "i", "add", "remove", "exec", "dlx", "publish", "pack", "config", "cache", "audit", "version"}
    | {"link", "global", "set", "import", "store", "fetch", "prune", "outdated", "update", "upgrade", "why", "list"}
    | {"ls", "init"}
)
# Other words for `npm test`, and for that behind an installation.
_TESTING = frozenset({"t", "tst", "it", "cit", "install-test", "install-ci-test"})
_GIVEN = re.compile(r"(?<!\w)([A-Za-z_]\w*+)[:+?]?=(.*)", re.DOTALL)
_RUNS_GIVEN = re.compile(r"^([ \t]*+(?:exec[ \t]++|eval[ \t]++)?)\"?\$(?:[@*]|\{[@*]\})\"?(?=[\s;|&]|$)", re.MULTILINE)
# What a script is given may be shifted, or set; what a function is given is its own.
_GIVEN_OTHERS = re.compile(r"^[ \t]*+(?:shift\b|set[ \t]++--)", re.MULTILINE)
_FUNCTION = re.compile(r"^[ \t]*+(?:function\b|[\w:-]++[ \t]*+\([ \t]*+\))", re.MULTILINE)
_SHELL_FILE = re.compile(
    r"(?:\./)?[\w./-]+\.(?:sh|bash|zsh|ps1)|(?:\./)?(?:bin|script|scripts|ci|tools|build|hack|\.ci|\.github)/[\w./-]+"
)
# The first line of a script, which says that it ends with the first failure.
_MINDS = re.compile(r"#![^\n]*\s-[a-z]*e")
# A tool that only says what it would do, or goes on whatever happens.
_NOT_DONE = re.compile(r"-(?!-)[a-zA-Z]*[nqti][a-zA-Z]*|--(?:dry-run|just-print|recon|question|touch|ignore-errors)")
_EVERYWHERE = 60
_MAX_GIVEN = 40
_MAX_TARGETS = 500
# What is read of makefiles once more, for the variables that they are run with, in characters.
_MOST_READ_AGAIN, _LEAST_READ = 4_000_000, 100_000


@dataclass(frozen=True)
class Script:
    """A text to be run, where it begins, and the folder in which it runs."""

    text: str
    place: Place
    folder: str
    manner: Manner = Manner.LINES


class Scripts:
    """The ways from a command to what it runs inside of the repository."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._room = _MOST_READ_AGAIN
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], Mapping[str, Rule]] = {}

    def follow(self, words: Sequence[str], folder: str) -> Iterator[Script]:
        """Yield what a command runs of the repository's own scripts."""
        head, rest = words[0].rpartition("/")[2], list(words[1:])
        if head in _MANAGERS:
            yield from self._manager(head, rest, folder)
        elif head in _MONOREPO:
            names, filters = filters_of(rest)
            for name in names:
                yield from self._everywhere(name, filters)
        elif head == "nx":
            for name in targets_of(rest):
                yield from self._everywhere(name)
            for task in follow_nx(self._files, rest):
                yield Script(task.text, task.place, task.folder)
        elif head in _TARGETS:
            yield from self._targets(head, rest, folder)
        elif head == "composer":
            yield from self._composer(rest, folder)
        else:
            yield from self._program(words, folder)

    def _program(self, words: Sequence[str], folder: str) -> Iterator[Script]:
        head = words[0].rpartition("/")[2]
        yield from follow_nuke(self._files, words, folder)
        yield from follow_bullseye(self._files, words, folder)
        if list(words[:2]) == ["dotnet", "cake"]:
            yield from follow_code(self._files, words[1:], folder)
        elif follow := _FOLLOWERS.get(head):
            yield from follow(self._files, words, folder)
        elif head in _SHELLS:
            named = next((at for at, one in enumerate(words[1:], start=1) if not one.startswith("-")), len(words))
            minds = any(re.fullmatch(r"-[a-z]*e[a-z]*", one) for one in words[1:named])
            name = "".join(words[named : named + 1])
            if any(re.fullmatch(r"-[a-z]*c", one) for one in words[1:named]):
                yield Script(name, Place("", 0), folder, Manner.ERREXIT if minds else Manner.PLAIN)
            else:
                yield from self._shell_file(name, folder, words[named + 1 :], minds=minds)
        elif head in REMOTE:
            yield from (Script(one, Place("", 0), folder) for one in [find_remote(words)] if one)
        elif text := _text_given(head, words):
            yield Script(text, Place("", 0), folder)
        elif _SHELL_FILE.fullmatch(words[0]):
            yield from self._shell_file(words[0], folder, words[1:])

    # Package scripts

    def _manager(self, manager: str, rest: list[str], folder: str) -> Iterator[Script]:
        asked = parse_asked(manager, rest, folder)
        if not asked.words or (asked.words[0] in _OWN_WORDS and not asked.program):
            return
        name = "test" if manager == "npm" and asked.words[0] in _TESTING else asked.words[0]
        if asked.packages:
            yield from self._in_packages(manager, asked)
            return
        found = []
        if not asked.program:
            found = list(
                self._everywhere(name)
                if asked.everywhere
                else self._json_script("package.json", [name, *asked.words[1:]], asked.folder)
            )
            yield from found
        if not found and (asked.program or manager != "npm") and not asked.everywhere:
            # What is no script is a program of the packages.
            yield Script(" ".join(asked.words), Place("", 0), asked.folder)

    def _in_packages(self, manager: str, asked: Asked) -> Iterator[Script]:
        """What the packages that are named have of a script, or else the program of that name in each."""
        paths = [_join(one, "package.json") for one in self._folders(asked.packages)]
        found = [] if asked.program else [one for path in paths for one in self._script_of(path, *asked.words)]
        yield from found
        if not found and (asked.program or manager != "npm"):
            yield from (Script(" ".join(asked.words), Place("", 0), dirname(path)) for path in paths[:1])

    def _folders(self, filters: Sequence[str]) -> Sequence[str]:
        """The folders of packages that filters choose; those that are named like them are looked at first."""
        words = {part for one in filters for part in re.split(r"[^\w-]+", one) if part}
        paths = sorted(self._all_manifests, key=lambda path: dirname(path).rpartition("/")[2] not in words)
        return select_packages(filters, {dirname(path) or ".": self._name_of(path) for path in paths[:_EVERYWHERE]})

    def _name_of(self, path: str) -> str:
        document = self._files.parsed(path)
        name = document.get("name") if document is not None else None
        return name if isinstance(name, str) else ""

    def _json_script(self, file: str, names: Sequence[str], folder: str) -> Iterator[Script]:
        path = _join(folder, file)
        if path not in self._files and folder:
            path = file
        if names:
            yield from self._script_of(path, *(one for one in names if one != "--"))

    def _composer(self, rest: Sequence[str], folder: str) -> Iterator[Script]:
        names, at = list[str](), 0
        while at < len(rest):
            option, told, value = rest[at].partition("=")
            if option in {"-d", "--working-dir"}:
                at += not told
                value = value if told else "".join(rest[at : at + 1])
                folder = value if value.startswith("$") else _join(folder, value)
            elif option not in {"run", "run-script", "--"}:
                names.append(rest[at])
            at += 1
        if not folder.startswith("$"):
            yield from self._json_script("composer.json", names, folder)
            return
        # A folder that a loop or a matrix names may be any.
        for path in self._files.select("composer.json", roles=(Role.PRODUCT, Role.TEST))[:_EVERYWHERE]:
            yield from self._script_of(path, *names) if names else ()

    def _script_of(self, path: str, name: str, *given: str) -> Iterator[Script]:
        document = self._files.parsed(path) if path in self._files else None
        if document is None:
            return
        for one in named_scripts(document.get("scripts"), name):
            value = document.get("scripts", one)
            parts = value if isinstance(value, list) else [value]
            for text in parts:
                if isinstance(text, str):
                    own = expand_composed(text) if path.endswith("composer.json") else expand_script(one, text)
                    # What stands behind a script's name is put at the end of its text.
                    whole = f"{own} {shlex.join(given)}" if given and one == name else own
                    yield Script(whole, Place(path, document.line("scripts", one)), dirname(path))

    def _everywhere(self, name: str, filters: Sequence[str] = ()) -> Iterator[Script]:
        plain = name.partition(":")[2] if name.startswith("run:") else name
        paths = [_join(one, "package.json") for one in self._folders(filters)] if filters else self._manifests
        for path in paths:
            yield from self._script_of(path, plain)

    @cached_property
    def _all_manifests(self) -> Sequence[str]:
        return self._files.select("package.json", roles=(Role.PRODUCT, Role.TEST))

    @property
    def _manifests(self) -> Sequence[str]:
        return self._all_manifests[:_EVERYWHERE]

    # Targets

    def _targets(self, tool: str, rest: list[str], folder: str) -> Iterator[Script]:
        words = list(rest)
        for flag in ("-C", "--directory", "-d"):
            if flag in words and words.index(flag) + 1 < len(words):
                at = words.index(flag)
                folder = _join(folder, words[at + 1])
                del words[at : at + 2]
        names = [one for one in words if not one.startswith("-") and "=" not in one]
        if tool in {"make", "gmake"} and any(map(_NOT_DONE.fullmatch, words)):
            return
        if tool == "task":
            yield from follow_task(self._files, words, folder)
            # A program of Python's has the same name.
            yield from follow_table(self._files, ["task", *words], folder)
            return
        candidates = (
            ("justfile", "Justfile", ".justfile") if tool == "just" else ("GNUmakefile", "makefile", "Makefile")
        )
        path = next((path for one in candidates if (path := _join(folder, one)) in self._files), None)
        if path is not None:
            given = [found for one in words if (found := _GIVEN.fullmatch(one))] if tool != "just" else []
            key = path, tuple((found[1], found[2]) for found in given)
            if key not in self._known:
                self._room -= (len(self._files.text(path) or "") + _LEAST_READ) if given else 0
                if given and self._room < 0:
                    reason = "it is run with more sets of variables than are followed"
                    self._files.doubt(path, Unknown(path=path, line=1, reason=reason, settle="run it with fewer"))
                    return
                just = tool == "just"
                rules = read_justfile(self._files, path) if just else read_makefile(self._files, path, dict(key[1]))
                self._known[key] = rules
            yield from _reached(self._known[key], names or list(self._known[key])[:1], folder)

    def _shell_file(
        self, name: str, folder: str, given: Sequence[str] = (), *, minds: bool = False
    ) -> Iterator[Script]:
        for path in (_join(folder, name), normpath(name) if name else ""):
            text = self._files.text(path) if path and path in self._files else None
            if text is not None and ("\n" in text and "\0" not in text):
                # A power shell stops at what it calls an error; what else it passes over is not known.
                minds = minds or path.endswith(".ps1") or bool(_MINDS.match(text))
                text = _with_given(text, given) if given else text
                yield Script(text, Place(path, 1), folder, Manner.ERREXIT if minds else Manner.PLAIN)
                return


def _with_given(text: str, given: Sequence[str]) -> str:
    """A script's text with what it is given to run, as a command of its own; as it is where it may be given others."""
    if _GIVEN_OTHERS.search(text):
        return text
    functions = _FUNCTION.search(text) is not None

    def told(found: re.Match[str]) -> str:
        return found[0] if functions and found[1][:1].isspace() else found[1] + shlex.join(given)

    return _RUNS_GIVEN.sub(told, text, count=_MAX_GIVEN)


def _join(folder: str, name: str) -> str:
    return normpath(f"{folder or '.'}/{name}")


def _reached(rules: Mapping[str, Rule], names: Sequence[str], folder: str) -> Iterator[Script]:
    waiting, seen = list(names), set[str]()
    patterns = {name: rule for name, rule in rules.items() if "%" in name}
    while waiting and len(seen) < _MAX_TARGETS:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        rule = rules.get(name) or find_by_pattern(patterns, name)
        if rule is None:
            continue
        waiting += rule.needs
        if rule.recipe.strip():
            yield Script(rule.recipe, rule.place, folder)


def _text_given(program: str, words: Sequence[str]) -> str:
    """The command that a program is given as a text to run beside something else."""
    way = _TAKING_TEXT.get(program)
    if way is None:
        return ""
    if isinstance(way, re.Pattern):
        return next((found[1] for one in words if (found := way.fullmatch(one))), "")
    if way:
        return "".join(words[words.index(way) + 1 :][:1]) if way in words else ""
    if program == "firebase":
        return words[-1] if "emulators:exec" in words else ""
    # What is no command is the name of a script.
    return words[-1] if " " in words[-1] else f"npm run {words[-1]}"
