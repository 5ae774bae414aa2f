"""Shell scripts cut into commands, each with its line and without what only wraps it.

What is never run, and whose failure counts, is told by `flow`.
A variable that a command begins with stands for what the script itself sets it to.
Out of sight: what a command substitutes, loops over, or is told by variables from elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile

from bot.checks.readiness.facts.workflows.flow import Flow, ShellCommand
from bot.checks.readiness.facts.workflows.parts import Manner, Part
from bot.checks.readiness.facts.workflows.task_tables import RUN_BY

__all__ = ["Manner", "ShellCommand", "split_script", "strip_wrappers"]

_MAX_LINES = 2_000
_MAX_WORDS = 400
# An end that is missing is the end of the line: what would be tried again from each place costs its square.
_WORD = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|\$\([^()]*+\)|`[^`\n]*+`|\$\{\{(?:.*?\}\}|.*)|[<>]&|&>|[^\s"'\\;&|])+|[;&|]+""",
    re.DOTALL,
)
# Neither `<<< text`, which ends with its line, nor `1 << 2`.
_HEREDOC = re.compile(r"(?<!<)<<(-?)(?!<)\s*['\"]?([A-Za-z_]\w*)['\"]?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
# What takes a text without running it.
_SAYS = re.compile(
    r"^(?:(?:then|do|else|\{|export|local|readonly)\s+)*(?:(?:echo|printf|git|gh|:)\s|[A-Za-z_]\w*\+?=[\"'])"
)
_MAX_TEXT_LINES = 200
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_OPENERS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "(", "time", "exec", "command"})
_SILENT = frozenset(
    {"fi", "done", "}", ")", "esac", "case", "for", "function", "echo", "printf", "[", "[[", "test", "true", ":"}
)
# `TEST="cargo nextest run"`, which `$TEST` runs.
_SET = re.compile(
    r"^[ \t]*+(?:(?:export|local|readonly|declare)[ \t]++)?([A-Za-z_]\w*+)="
    r"(\"[^\"$`\n]*+\"|'[^'$`\n]*+'|[\w./-]++)[ \t]*+;?[ \t]*+$",
    re.MULTILINE,
)
# Whatever else may give a variable its value, or take it.
_ANY_SET = re.compile(r"(?<![\w$-])([A-Za-z_]\w*+)\+?=|\b(?:read|unset|mapfile|readarray|getopts)\b([^\n;&|]{0,200})")
_NAME = re.compile(r"[A-Za-z_]\w*+")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_MAX_SCRIPT = 100_000
# Words that run the words after them: the word, and how many of its own arguments go with it.
_WRAPPERS = {
    "sudo": 0, "env": 0, "xvfb-run": 0, "nice": 0, "nohup": 0, "npx": 0, "bunx": 0, "uvx": 0, "pnpx": 0, "cross-env": 0,
    "dotenv": 0, "dotenv-cli": 0, "op": 0, "doppler": 0, "retry": 0, "timeout": 1, "xargs": 0, "corepack": 0,
    "infisical": 0, "env-cmd": 0,
}  # fmt: skip
_TWO_WORDS = frozenset(
    {
        ("poetry", "run"), ("uv", "run"), ("dotenvx", "run"), ("percy", "exec"),
        ("pnpm", "exec"), ("pnpm", "dlx"), ("yarn", "dlx"), ("yarn", "exec"), ("npm", "exec"), ("bundle", "exec"),
        ("bun", "x"), ("doppler", "run"), ("op", "run"), ("infisical", "run"), ("nix", "develop"),
        ("devbox", "run"), ("mise", "exec"), ("rtx", "exec"), ("conda", "run"), ("hatch", "test"),
    }
)  # fmt: skip
_VALUED = frozenset(
    {"--with", "--extra", "--group", "--project", "--directory", "--package", "--python", "--env", "--only-group"}
    | {"-p", "-n", "-f", "-e", "-C"}
)
_MAX_OPTIONS = 14
# `${PREFIX}pytest`: a variable that holds the folder of what is run.
_FOLDER = re.compile(r"^\$(?:\{\w+\}|\(\w+\))(?=[A-Za-z])")
# `env $(xargs < .env) go test`: variables, as another command writes them.
_GIVEN = re.compile(r"\$\(.*\)$|`.*`$", re.DOTALL)
_PYTHONS = re.compile(r"(?:python|py|pypy)[0-9.]*(?:\.exe)?")

# PHP of one version, or of one that a variable or a matrix names.
_PHP = re.compile(r"php(?:-?[0-9.]+|\$\{\{[^{}]*\}\}|\$\{?\w+\}?)")
# A program of the packages that are installed, which an interpreter is given to run.
_INSTALLED = re.compile(r"(?:^|/)(?:vendor/bin|node_modules/\.bin)/[\w.-]++$")
# Composer may put them into `bin` instead, beside scripts of the product's own; and a tool may come as an archive.
_INSTALLED_PHP = re.compile(
    r"(?:^|/)(?:phpunit|simple-phpunit|pest|paratest|codecept|behat|phpspec|phpstan|psalm|php-cs-fixer|phpcs|rector|infection)"
    r"(?:\.phar)?$"
)


def split_script(script: str, manner: Manner = Manner.STRICT) -> Iterator[ShellCommand]:
    """Yield the commands of a script that may run, in order."""
    set_to = _values_of(script) if "$" in script else {}
    parts = [_without_variable(part, set_to) for part in _parts_of(script, manner)]
    for command in Flow(parts, manner).run():
        if stripped := _unbracketed(strip_wrappers(command.words)):
            yield replace(command, words=stripped)


def _values_of(script: str) -> Mapping[str, Sequence[str]]:
    """The words that a script sets each variable to first; none of one that may be nothing, or no more than a word.

    One that is set otherwise as well, or to another program, may be anything.
    """
    if len(script) > _MAX_SCRIPT:
        return {}
    found: dict[str, list[list[str]]] = {}
    for one in _SET.finditer(script):
        found.setdefault(one[1], []).append(one[2].strip("\"'").split())
    times = Counter(name for one in _ANY_SET.finditer(script) for name in _NAME.findall(one[1] or one[2] or ""))
    return {
        name: values[0]
        for name, values in found.items()
        if times[name] == len(values) and all(len(one) > 1 and one[0] == values[0][0] for one in values)
        if values[0][0] not in _SILENT
    }


def _without_variable(part: Part, set_to: Mapping[str, Sequence[str]]) -> Part:
    at = next((at for at, word in enumerate(part.words) if word not in _OPENERS), None)
    name = _VARIABLE.fullmatch(part.words[at]) if at is not None else None
    if at is None or name is None or name[1] not in set_to:
        return part
    return part._replace(words=[*part.words[:at], *set_to[name[1]], *part.words[at + 1 :]])


def _unbracketed(words: Sequence[str]) -> Sequence[str]:
    """Words without the brackets that end a shell of its own behind them."""
    unclosed = sum(word.count("(") - word.count(")") for word in words)
    if unclosed >= 0 or not words[-1].endswith(")"):
        return words
    last = words[-1]
    bare = last.rstrip(")") + ")" * max(0, len(last) - len(last.rstrip(")")) + unclosed)
    return [*words[:-1], bare] if bare else words[:-1]


def _parts_of(script: str, manner: Manner) -> Iterator[Part]:
    heredocs: list[tuple[str, str]] = []
    lines = script.split("\n")[:_MAX_LINES]
    at = 0
    while at < len(lines):
        start, line = at, lines[at]
        at += 1
        if heredocs:
            tabs, name = heredocs[0]
            # A text ends with its word alone on a line, behind tabs where it is asked for by `<<-`.
            heredocs = heredocs[line.rstrip("\r").lstrip("\t" if tabs else "") == name :]
            continue
        if manner is not Manner.LINES and (behind := _end_of_text(lines, start)):
            line, at = "\n".join(lines[start:behind]), behind
        while line.rstrip().endswith(("\\", "^", "`")) and at < len(lines):
            line = line.rstrip()[:-1] + " " + lines[at]
            at += 1
        line = _COMMENT.sub("", line) if "#" in line and not line.lstrip().startswith("#!") else line
        if found := _HEREDOC.search(line):
            heredocs = [(one[1], one[2]) for one in _HEREDOC.finditer(line)]
            line = line[: found.start()]
        yield from _commands(line, start)


def _end_of_text(lines: Sequence[str], start: int) -> int:
    """The line behind a quoted text of several lines that is only said or kept; 0 where there is none."""
    opened = _open_quote(lines[start])
    if opened is None or not _SAYS.match(opened[1]):
        return 0
    for at in range(start + 1, min(len(lines), start + _MAX_TEXT_LINES)):
        # What a text has a shell run is run.
        if opened[0] == '"' and ("$(" in lines[at] or "`" in lines[at]):
            return 0
        if opened[0] in lines[at]:
            return at + 1
    return 0


def _open_quote(line: str) -> tuple[str, str] | None:
    """The quote that a line leaves open, and its last command; None where it leaves none."""
    quote, begun, at = "", 0, 0
    while at < len(line):
        one = line[at]
        if one == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if one == quote else quote
        elif one in "\"'":
            quote = one
        elif one in ";&|":
            begun = at + 1
        elif one == "#" and not line[at - 1 : at].strip():
            break
        at += 1
    return (quote, line[begun:].lstrip()) if quote and "$(" not in line[begun:] else None


def _commands(line: str, number: int) -> Iterator[Part]:
    words: list[str] = []
    for word in _WORD.findall(line)[:_MAX_WORDS]:
        if word[0] in ";&|":
            yield Part(words, word, number)
            words = []
        else:
            words.append(_unquoted(word))
    if words:
        yield Part(words, "\n", number)


def _unquoted(word: str) -> str:
    return word.replace('"', "").replace("'", "") if "'" in word or '"' in word else word


def strip_wrappers(words: Sequence[str]) -> Sequence[str]:
    """The words of the command that is run in the end; none where it is only the shell's own."""
    rest = list(words)
    for _ in range(12):
        while rest and (rest[0] in _OPENERS or _ASSIGNMENT.fullmatch(rest[0]) or rest[0] in {"-", "--"}):
            rest = rest[1:]
        if not rest or rest[0] in _SILENT:
            return []
        rest[0] = _FOLDER.sub("", rest[0].lstrip("@(-") or rest[0])
        rest[0] = "php" if _PHP.fullmatch(rest[0]) else rest[0]
        if tuple(rest[:2]) in RUN_BY:
            return rest
        own = 2 if tuple(rest[:2]) in _TWO_WORDS else 1 if rest[0] in _WRAPPERS else 0
        if own and "--" in rest[own:_MAX_OPTIONS]:
            rest = rest[rest.index("--", own) + 1 :]
        elif own and len(rest) > own:
            if rest[0] == "env":
                rest = ["env", *dropwhile(_GIVEN.match, rest[1:])]
            rest = _after_options(rest[own:])[_WRAPPERS.get(rest[0], 0) if own == 1 else 0 :]
        elif _PYTHONS.fullmatch(rest[0].rpartition("/")[2]) and "-m" in rest[1:4]:
            rest = rest[rest.index("-m") + 1 :]
        elif program := _given_program(rest):
            rest = rest[program:]
        else:
            return rest
    return rest


def _given_program(words: Sequence[str]) -> int:
    """Which word is the installed program that PHP or Node is given, behind options; 0 where there is none."""
    if words[0].rpartition("/")[2] not in {"php", "node"}:
        return 0
    for at, word in enumerate(words[1:_MAX_OPTIONS], start=1):
        if _INSTALLED.search(word) or (words[0].endswith("php") and _INSTALLED_PHP.search(word)):
            return at
        # The value of an option such as `-d memory_limit=1G` is a word of its own.
        if not word.startswith("-") and "=" not in word:
            return 0
    return 0


def _after_options(words: list[str]) -> list[str]:
    """What follows options; an option whose value is a word of its own takes that with it where it looks like one."""
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "--":
        valued = rest[0] in _VALUED
        rest = rest[2:] if valued else rest[1:]
    return rest[1:] if rest[:1] == ["--"] else rest
