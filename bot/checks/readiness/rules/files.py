"""Files by name, and what their lines say: the rule `files`, which a policy needs no Python for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from bot.checks.readiness.ask import Glob, RegularExpression
from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.signals.thrown import is_disabled
from bot.model import Evidence, Finding, State, Strength

_MAX_EVIDENCE = 20
_MAX_LINE = 2_000


class FilesAsk(NeedsAsk):
    """Settings of the rule `files`."""

    files: Annotated[tuple[Glob, ...], Field(description="the files that count", min_length=1)]
    pattern: Annotated[RegularExpression | None, Field(description="what a line must hold, comments left out")] = None
    roles: Annotated[tuple[Role, ...], Field(description="what the files may be for", min_length=1)] = (Role.PRODUCT,)
    shows: Annotated[Strength, Field(description="how far such a file goes as evidence")] = Strength.CONFIGURED
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )

    @property
    def reads_prose(self) -> bool:
        """Whether text for people can be evidence."""
        return Role.DOCS in self.roles


def judge_files(look: Look, ask: FilesAsk) -> Judged:
    """Pass where a file matches, and a line of it where a pattern is given."""
    if ask.needs and (lack := judge_needs(look, ask)):
        return lack
    paths = look.files.select(*ask.files, roles=ask.roles)
    found = list(_find(look, ask, paths))
    if found:
        first = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        return Judged(state=State.PASS, reason=f"{first.path}{more}", evidence=found[:_MAX_EVIDENCE])
    what = f"none of {len(paths):,} files says it" if paths else f"no file is named {' or '.join(ask.files[:5])}"
    reason = f"{what}; {look.files.count:,} files searched"
    if ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
    missing = Finding(rule="missing", message=what, fix=ask.fix or None)
    return Judged(state=State.FAIL, reason=reason, missing=[missing])


def _is_off(look: Look, path: str, line: int) -> bool:
    """Whether a line stands in a resource of Terraform of which there is none, or which is not enabled."""
    blocks = look.terraform.of(".*") if path.endswith(".tf") else ()
    own = (one for one in blocks if one.path == path and one.line <= line <= one.line + one.body.count("\n"))
    return any(look.terraform_values.is_off(one) or is_disabled(one) for one in own)


def _find(look: Look, ask: FilesAsk, paths: Sequence[str]) -> Iterator[Evidence]:
    pattern = re.compile(ask.pattern, re.IGNORECASE) if ask.pattern else None
    for path in paths:
        text = look.files.text(path)
        if not text or not text.strip():
            continue
        if pattern is None:
            yield Evidence(path=path, line=1, text="the file is there", strength=ask.shows)
            continue
        for number, line in enumerate(without_comments(path, text).split("\n"), start=1):
            if pattern.search(line[:_MAX_LINE]) and not _is_off(look, path, number):
                yield Evidence(path=path, line=number, text="the file says it", strength=ask.shows)
                break
