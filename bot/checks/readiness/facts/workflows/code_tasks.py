"""What tasks run that are written in code: `mage test`, `inv test`, `dotnet cake --target=Test`.

Rule: a task is what stands under its name in the file of tasks, up to the next one: the commands that it has as texts,
and the tasks that it names as needed.
Sources: https://magefile.org, https://docs.pyinvoke.org/en/stable/concepts/invoking-tasks.html,
https://cakebuild.net/docs/writing-builds/tasks/ (read 2026-11-30).
Out of sight: commands that are put together, conditions, and tasks of other files that are imported.
"""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.parts import Manner

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script


@dataclass(frozen=True)
class _Tool:
    """How a tool's files of tasks read.

    Attributes:
        paths: where they are, from the folder in which the tool runs.
        begins: the start of a task, whose group 1 is the name.
        needs: what names the tasks that one needs; group 1 has names between signs.
        calls: a command; group 1 is a text, or else group 2 the words of a list.
        stands_for: a call that stands for a command of its own.
        passes_over: of a call's line and what is behind it, what says that its failure is passed over.
    """

    paths: Sequence[str]
    begins: re.Pattern[str]
    needs: re.Pattern[str]
    calls: re.Pattern[str]
    stands_for: Mapping[str, str]
    passes_over: re.Pattern[str]


_WORDS = r"""((?:["`'][^"`'\n]{0,300}["`'][,\s]{0,99}){1,40})"""
_MAGE = _Tool(
    paths=("magefile.go", "magefiles/*.go"),
    begins=re.compile(r"^func (?:\((?:\w{1,40} )?\*?\w{1,80}\) )?([A-Z]\w{0,80})\(", re.MULTILINE),
    needs=re.compile(r"\bmg\.(?:Serial|Ctx)*Deps\(([^()]{1,600})\)"),
    calls=re.compile(
        rf"""\b(?:sh\.(?:Run|Exec|Output)\w{{0,9}}|exec\.Command(?:Context)?)\(()(?:map\[string\]string{{[^{{}}]{{0,300}}}})?[^"`()\n]{{0,200}}{_WORDS}"""
    ),
    stands_for={},
    # What a call returns is its failure, which nobody looks at here.
    passes_over=re.compile(r"[ \t]*+(?:_(?:,[ \t]?_)?[ \t]?:?=[ \t]?)?sh\.\w++\("),
)
_INVOKE = _Tool(
    paths=("tasks.py", "tasks/*.py"),
    begins=re.compile(r"^(?:async )?def (\w{1,80})\(", re.MULTILINE),
    needs=re.compile(r"\bpre\s?=\s?\[([^\[\]]{1,400})\]"),
    calls=re.compile(r"""\.(?:run|sudo)\(\s{0,99}f?["']([^"'\n]{1,300})["']()"""),
    stands_for={},
    passes_over=re.compile(r"(?s:.){0,300}?\bwarn\s?=\s?True"),
)
_CAKE = _Tool(
    paths=("build.cake", "cake/*.cake", "build/*.cake"),
    begins=re.compile(r"^[ \t]{0,40}(?:var \w{1,40} = )?Task\(\"(\w[\w-]{0,80})\"\)", re.MULTILINE),
    needs=re.compile(r"\.IsDependentOn\(\"?([\w-]{1,80})"),
    calls=re.compile(r"\bStartProcess\(\s{0,99}\"([^\"\n]{1,300})\"()"),
    stands_for=dict.fromkeys(("DotNetTest(", "DotNetCoreTest(", "XUnit2(", "NUnit3(", "VSTest("), "dotnet test"),
    passes_over=re.compile(r"(?!)"),
)
TOOLS: Mapping[str, _Tool] = {"mage": _MAGE, "inv": _INVOKE, "invoke": _INVOKE, "cake": _CAKE, "dotnet-cake": _CAKE}
"""Tools by the names of their programs."""
_QUOTED = re.compile(r"""["`']([^"`'\n]{0,300})["`']""")
_TARGET = re.compile(r"--?[tT]arget(?:=|$)(.*)")
# Options with which nothing is run, or only shown.
_NOT_DONE = frozenset(
    {"-h", "--help", "-l", "--list", "-V", "--version", "-R", "--dry", "--dryrun", "--showtree", "--description"}
    | {"-init", "-clean", "--showdescription", "--info"}
)
# A task of Cake's that may not run, or whose failure is passed over.
_MAY_FAIL = re.compile(r"\.(?:ContinueOnError|OnError|ReportError|WithCriteria)\b")
_MAX_BYTES, _MAX_FILES, _MAX_TASKS, _MAX_DECLARED = 200_000, 20, 60, 2_000


def follow_code(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands of the tasks that a command names, and of those that they need, each task once."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    tool = TOOLS[words[0].rpartition("/")[2]]
    tasks = _tasks_by_name(files, tool, folder) if _NOT_DONE.isdisjoint(words) else {}
    waiting, seen = deque(_plain(one) for one in _asked(tool, words)), set[str]()
    while waiting and len(seen) < _MAX_TASKS:
        name = waiting.popleft()
        if name in seen or name not in tasks:
            continue
        seen.add(name)
        place, head, text = tasks[name]
        waiting += [
            _plain(one) for needed in tool.needs.findall(head + text) for one in re.split(r"[\s,]+", needed) if one
        ]
        for command, line in _commands(tool, text):
            yield Script(command, Place(place.path, place.line + line), folder, Manner.ERREXIT)


def _asked(tool: _Tool, words: Sequence[str]) -> Iterator[str]:
    """Yield the names of tasks among the words of a command."""
    named = False
    for at, word in enumerate(words[1:], start=1):
        if tool is not _CAKE:
            if not word.startswith("-"):
                yield word
        elif found := _TARGET.fullmatch(word):
            named = True
            yield found[1] or "".join(words[at + 1 : at + 2])
    if tool is _CAKE and not named:
        yield "Default"


def _plain(name: str) -> str:
    """A task's name as all ways of writing it have it: `Test:UnitOnly`, `test.unit_only`, `Test.UnitOnly`."""
    return re.split(r"[.:]", name)[-1].replace("-", "").replace("_", "").strip("&()").lower()


def _tasks_by_name(files: Files, tool: _Tool, folder: str) -> Mapping[str, tuple[Place, str, str]]:
    """Tasks by plain name; without those of which there are several, in namespaces that are not told apart."""
    found: dict[str, list[tuple[Place, str, str]]] = {}
    for name, task in _tasks(files, tool, folder):
        found.setdefault(name, []).append(task)
    return {name: tasks[0] for name, tasks in found.items() if len(tasks) == 1}


def _tasks(files: Files, tool: _Tool, folder: str) -> Iterator[tuple[str, tuple[Place, str, str]]]:
    """Yield tasks by plain name: where each begins, the line of its decorators, and its text."""
    for path in files.select(*(normpath(f"{folder or '.'}/{one}") for one in tool.paths))[:_MAX_FILES]:
        text = files.text(path) or ""
        if len(text) > _MAX_BYTES:
            continue
        code = without_comments(f"{path}.cs" if tool is _CAKE else path, text)
        begins = list(islice(tool.begins.finditer(code), _MAX_DECLARED))
        line, counted = 1, 0
        for at, one in enumerate(begins):
            end = begins[at + 1].start() if at + 1 < len(begins) else len(code)
            decorators = code.rfind("@task", begins[at - 1].end() if at else 0, one.start())
            head = code[decorators : one.start()] if tool is _INVOKE and decorators >= 0 else ""
            line, counted = line + code.count("\n", counted, one.start()), one.start()
            place = Place(path, line)
            yield _plain(one[1]), (place, head, code[one.start() : end].partition("\n@task")[0])


def _commands(tool: _Tool, text: str) -> Iterator[tuple[str, int]]:
    """Yield the commands of a task, each with its line behind the task's first."""
    calls = list(islice(tool.calls.finditer(text), _MAX_TASKS))
    for found, following in zip(calls, [*calls[1:], None], strict=False):
        after = following.start() if following else len(text)
        command = found[1] or shlex.join(_QUOTED.findall(found[2]))
        passed_over = tool.passes_over.match(text, text.rfind("\n", 0, found.start()) + 1, after)
        yield f"{command} || true" if passed_over else command, text.count("\n", 0, found.start())
    for call, command in tool.stands_for.items() if not _MAY_FAIL.search(text) else ():
        if (at := text.find(call)) >= 0:
            yield command, text.count("\n", 0, at)
