"""What a package manager of JavaScript is asked to run, and in which packages of a workspace.

Rule: `yarn workspace web test`, `npm test -w web` and `pnpm --filter web test` run in the packages that they name and
in no other; what is no script there is a program of the packages, where the manager runs such.
Source: https://docs.npmjs.com/cli/v11/using-npm/workspaces, https://pnpm.io/filtering,
https://yarnpkg.com/cli/workspaces/foreach and https://bun.sh/docs/cli/filter (read 2026-11-30).
Out of sight: which packages depend on which, or have changed: a filter that asks for these takes all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from posixpath import basename, normpath

_SELECT = frozenset({"--filter", "-F", "--filter-prod", "--workspace", "--scope"})
_EVERYWHERE = frozenset({"-r", "--recursive", "--workspaces", "-ws", "--ws"})
_FOLDERS = frozenset({"--prefix", "-C", "--cwd", "--dir"})
_VALUED = frozenset(
    {"--reporter", "--loglevel", "--workspace-concurrency", "--resume-from", "--mutex", "--include", "--exclude"}
    | {"--from", "-j", "--jobs", "--concurrency", "--cache-dir", "--env-mode"}
)
_RUN = frozenset({"run", "run-script", "foreach"})
_EXECUTE = frozenset({"exec", "x", "dlx"})


@dataclass
class Asked:
    """What is asked for.

    Attributes:
        words: the name of a script or of a program, with what it is given; empty where nothing is run.
        packages: filters, by name or folder; empty where none is given.
        everywhere: whether each package is asked.
        program: whether it is said to be a program, and no script.
        folder: where it runs, from the repository's root.
    """

    folder: str
    words: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    everywhere: bool = False
    program: bool = False


def parse_asked(manager: str, rest: Sequence[str], folder: str) -> Asked:
    """What the words behind a package manager's name ask for."""
    asked, at = Asked(folder), 0
    while at < len(rest):
        word = rest[at]
        at += 1
        if word == "--":
            asked.words += rest[at:]
            return asked
        if word.startswith("-"):
            at += _take_option(asked, manager, word, "".join(rest[at : at + 1]))
        elif manager == "yarn" and not asked.words and word == "workspace":
            asked.packages += rest[at : at + 1]
            at += 1
        elif not asked.words and word in {"workspaces", "recursive"}:
            asked.everywhere = True
        elif not asked.words and word in _EXECUTE:
            asked.program = True
        elif asked.words or word not in _RUN:
            asked.words.append(word)
            # Only npm takes its own options behind a script's name.
            if manager != "npm":
                asked.words += rest[at:]
                return asked
    return asked


def _take_option(asked: Asked, manager: str, word: str, following: str) -> int:
    """Take an option into what is asked for; how many of the words behind it are its value."""
    flag, given, value = word.partition("=")
    if word == "-w" and manager != "npm":
        asked.folder = ""
        return 0
    if flag in _EVERYWHERE:
        asked.everywhere = True
        return 0
    if flag in _SELECT or flag == "-w":
        asked.packages.append(value if given else following)
    elif flag in _FOLDERS:
        asked.folder = normpath(f"{asked.folder or '.'}/{value if given else following}").removeprefix("./")
    elif flag not in _VALUED:
        return 0
    return 0 if given else 1


def filters_of(rest: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The names of tasks that Turborepo, Lerna and the like are given, and the packages that they are asked for."""
    asked, at, names = Asked(""), 0, list[str]()
    while at < len(rest) and rest[at] != "--":
        word = rest[at]
        at += 1
        if word.startswith("-"):
            at += _take_option(asked, "turbo", word, "".join(rest[at : at + 1]))
        else:
            names.append(word)
    return names, asked.packages


def select_packages(filters: Sequence[str], named: Mapping[str, str]) -> Sequence[str]:
    """The folders that filters choose, of packages by folder with their names."""
    wanted = [one for one in filters if not one.startswith("!")]
    left_out = [one[1:] for one in filters if one.startswith("!")]
    return [
        folder
        for folder, name in named.items()
        if (not wanted or any(_chooses(one, folder, name) for one in wanted))
        and not any(_chooses(one, folder, name) for one in left_out)
    ]


def _chooses(asked: str, folder: str, name: str) -> bool:
    # What depends on what, what has changed, and what a variable holds, is not known: it may be any.
    if "..." in asked or any(one in asked for one in "[$"):
        return True
    if asked.startswith(("{", ".", "/")) or ("/" in asked and not asked.startswith("@")):
        path = normpath(asked.strip("{}").removeprefix("./").strip("/") or ".")
        return folder == path or fnmatchcase(folder, path) or folder.startswith(f"{path}/")
    own = name or basename(folder)
    return fnmatchcase(own, asked) or fnmatchcase(own.rpartition("/")[2], asked)
