"""Scripts of package.json that run others by name, and what is run with each.

Sources: https://docs.npmjs.com/cli/v11/using-npm/scripts, https://github.com/bcomnes/npm-run-all2 and
https://github.com/open-cli-tools/concurrently (read 2026-11-30).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import islice

_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_ONE_BY_ONE = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2"})
# Options of `concurrently` that take a value: https://github.com/open-cli-tools/concurrently (read 2026-11-30)
_WITH_VALUE = frozenset(
    {"-n", "--names", "-c", "--prefix-colors", "-s", "--success", "-p", "--prefix", "-l", "--prefix-length", "-t"}
    | {"--timestamp-format", "-m", "--max-processes", "--restart-tries", "--restart-after", "--name-separator"}
    | {"--kill-signal", "--ks", "--hide", "--default-input-target"}
)
_MAX_CONCURRENT = 10_000
_MAX_NAMED = 40


def named_scripts(scripts: object, name: str) -> Iterator[str]:
    """Yield the scripts that are run for a name, with those before and behind it; `*` stands for any part of a name."""
    if "*" in name and isinstance(scripts, Mapping):
        pattern = name.partition(" ")[0]
        yield from islice((one for one in scripts if isinstance(one, str) and fnmatchcase(one, pattern)), _MAX_NAMED)
    else:
        yield from (f"pre{name}", name, f"post{name}")


def expand_script(name: str, text: str) -> str:
    """A script's text, or the commands for the others that it runs: `run-p lint test:*`, `concurrently "npm:test"`."""
    words = text.split()
    if words and words[0] in _ONE_BY_ONE:
        named = (one.strip("'\"") for one in words[1:])
        return " && ".join(f"npm run {one}" for one in named if not one.startswith("-"))
    if words and words[0] in {"concurrently", "conc"}:
        return " && ".join(_concurrent(text)) or text
    # Wireit has the command under the script's own name.
    return f"wireit {name}" if words == ["wireit"] else text


def expand_composed(text: str) -> str:
    """A script of Composer's, with the others that it calls by their names."""
    word, _, rest = text.partition(" ")
    if word in {"@php", "@composer"} or not word.startswith("@"):
        return text.removeprefix("@")
    return "" if word == "@putenv" else f"composer run-script {word[1:]} {rest}"


def _concurrent(text: str) -> Iterator[str]:
    """Yield the commands that `concurrently` runs side by side; nothing where its line is broken."""
    try:
        words = iter(shlex.split(text[:_MAX_CONCURRENT])[1:])
    except ValueError:
        return
    for word in words:
        if word == "--":
            return
        if word.startswith("-"):
            if word in _WITH_VALUE:
                next(words, None)
            continue
        manager, _, name = word.partition(":")
        yield f"{manager} run {name}" if manager in _MANAGERS and name else word
