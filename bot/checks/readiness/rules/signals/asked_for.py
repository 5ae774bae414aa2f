"""What a script of the shell does only where a variable asks for it, which nothing in the repository sets.

Rule: a line is asked for where a block around it, or the test before it, compares a variable with `true`, `1`, `yes` or
`on`, the script says no by default, or says nothing of one that is called a switch, and no file that starts the product
says otherwise; so it is in the other branch, or behind `!=`, where the script says yes by default. Source:
https://www.gnu.org/software/bash/manual/html_node/Conditional-Constructs.html (read 2026-12-01).
Out of sight: blocks of `case`, functions that the block calls, and what is set where the product is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.signals.started import MAY_START

_SHELL = re.compile(r"#!.{0,80}\b(?:ba|da|z|k|a)?sh\b")
_YES = r"(?:true|1|yes|on|y|enabled?)"
_NO = r"(?:false|0|no|off|n|disabled?)"
_FLAG = re.compile(
    r"(?:\[\[?|test)\s{1,9}[\"']?x?\$\{?(\w{1,80})(?::?-([\w-]{0,40}))?\}?[\"']?\s{1,9}(==?|-eq|!=)\s{1,9}[\"']?x?"
    rf"{_YES}[\"']?(?=\s|\]|;|$)(?!.*(?:\|\||\s-o\s))",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?:if|elif)\s{1,9}[\"']?\$\{?(\w{1,80})(?::?-([\w-]{0,40}))?\}?[\"']?\s{0,9}(?:;|$)")
_OPENS = re.compile(r"(?:if|elif)\s")
_CLOSES = re.compile(r"fi(?![\w-])")
# What is called so is there to be switched; others tell what is so: `APP_INSTALLED`.
_SWITCH = re.compile(
    r"(?i)(?:^|_)(?:run|do|auto|enabled?|force|load|seed|apply|init|with|use|should|migrate|migrations?)(?:_|$)"
)
_IS_YES = re.compile(_YES, re.IGNORECASE)
_OF_OTHER = re.compile(r"[\"']?\$\{?(\w{1,80})(?::?[-=]([\w-]{0,40}))?\}?[\"']?$")
_STARTING = (*MAY_START, "*.env", ".env*")
# Pipelines, tests and development start no product, but for what deploys one.
_OF_OTHERS = re.compile(
    r"(?i)(?:^|/)\.(?:github|gitlab|gitea|forgejo|circleci|buildkite|devcontainer|azure|travis|drone|woodpecker)"
    r"|(?:azure|bitbucket)-pipelines|(?:^|[._/-])(?:tests?|e2e|ci|dev|local)(?:[._/-]|$)"
)
_DEPLOYS = re.compile(r"(?i)deploy|release|prod")
_MAX_LINES, _MAX_LINE, _MAX_CHARACTERS, _DEEPEST = 5_000, 1_000, 200_000, 3


def is_asked_for(look: Look, path: str, text: str, number: int) -> bool:
    """Whether a line of a script, the first of which is 1, runs only where somebody sets a variable for it."""
    if not (path.endswith((".sh", ".bash")) or _SHELL.match(text)):
        return False
    lines = text.split("\n")[:_MAX_LINES]
    # What stands further down is behind what is not looked at.
    return number > _MAX_LINES or any(
        _is_off(look, path, lines, found, holds=holds) for found, holds in _flags(lines, number)
    )


def _flags(lines: Sequence[str], number: int) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the tests of a variable that a line is behind, each with whether that has to say yes."""
    around: list[str] = []
    for line in (one.strip()[:_MAX_LINE] for one in lines[: number - 1]):
        if line.startswith(("elif ", "else ")) or line == "else":
            # What an `else` asks is the contrary of what stands above.
            above = around[-1].removeprefix("else ") if around else ""
            around = [*around[:-1], line if line.startswith("elif ") else f"else {above}"]
        elif _OPENS.match(line) and not re.search(r"(?:^|;|\s)fi\s{0,9}$", line):
            around.append(line)
        elif _CLOSES.match(line) and around:
            around.pop()
    here = lines[number - 1].strip()[:_MAX_LINE] if number <= len(lines) else ""
    before = here.partition("&&")[0] if here.startswith(("[", "test ")) and "&&" in here else ""
    within = here.partition("then")[0] if _OPENS.match(here) else ""
    for one in (*around, before, within):
        contrary = one.startswith("else ")
        # Of what is told by several tests an `else` runs where one of them fails.
        if contrary and ("&&" in one or one.startswith(("else elif ", "else else "))):
            continue
        if found := _FLAG.search(one):
            yield found, (found[3] == "!=") is contrary
        elif found := None if contrary else _ALONE.match(one):
            yield found, True


def _is_off(look: Look, path: str, lines: Sequence[str], found: re.Match[str], *, holds: bool) -> bool:
    """Whether a variable says by default what keeps a line from running, and no file that starts the product else."""
    if not holds:
        # What a script is given besides, such as by a file that it reads, is not looked for.
        said = found[2] or (_given(lines, found[1]) or "").strip("\"'")
        return _IS_YES.fullmatch(said) is not None and not _is_set(look, path, found[1], _NO)
    return _is_no(look, path, lines, found[1], found[2])


def _is_no(look: Look, path: str, lines: Sequence[str], name: str, default: str | None) -> bool:
    """Whether a variable says no by its default, and no file that starts the product says otherwise."""
    names = [name]
    for _ in range(_DEEPEST):
        if default is not None:
            break
        given = _given(lines, names[-1])
        if given is None:
            if not _SWITCH.search(names[-1]):
                return False
            default = ""
        elif other := _OF_OTHER.match(given):
            default = other[2]
            if other[1] == names[-1]:
                default = default or ""
            else:
                names.append(other[1])
        elif "$" in given or "`" in given:
            # What a command answers is not known.
            return False
        else:
            default = given.strip("\"'")
    return not _IS_YES.fullmatch(default or "") and not any(_is_set(look, path, one) for one in names)


def _given(lines: Sequence[str], name: str) -> str | None:
    """What a script gives a variable, first; None where it does not."""
    assigned = re.compile(
        rf"\s*(?:export\s+|local\s+|readonly\s+)?{name}=(.{{0,200}})$|\s*:\s+[\"']?(\$\{{{name}:?=.{{0,200}})$"
    )
    found = next((one for line in lines if (one := assigned.match(line[:_MAX_LINE]))), None)
    return (found[1] or found[2]).strip() if found else None


def _is_set(look: Look, path: str, name: str, to: str = _YES) -> bool:
    """Whether a file that may start the product sets a variable so: `X=true`, `X: "true"`, or `value` below it."""
    said = re.compile(
        rf"(?<!\w){name}[\"']?\s{{0,9}}[:=]?\s{{0,9}}(?:\n\s{{0,40}})?(?:[\"']?value[\"']?\s{{0,9}}[:=]\s{{0,9}})?[\"']?{to}\b",
        re.IGNORECASE,
    )
    word = name.encode()
    for one in look.files.select(*_STARTING):
        if one == path or (_OF_OTHERS.search(one) and not _DEPLOYS.search(one)):
            continue
        if word in (look.files.content(one) or b""):
            text = without_comments(one, (look.files.text(one) or "")[:_MAX_CHARACTERS])
            if said.search(text):
                return True
    return False
