"""What a change adds to silence secret scanners: comments on lines, and the scanners' own ignore and config files.

Source: the documentation of gitleaks, Betterleaks, Kingfisher, detect-secrets, TruffleHog, ggshield, secretlint, Nosey
Parker, Talisman and GitHub (read 2026-11-25). None of them counts here; they are shown, because a scanner that runs
elsewhere obeys them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.secrets.material import Material
from bot.model import Change, ChangedFile, Finding, Severity

_COMMENT = re.compile(
    r"gitleaks:allow|betterleaks:allow|kingfisher:ignore|trufflehog:ignore|noseyparker:ignore|ggignore|"
    r"pragma: ?(?:allowlist|whitelist)[ -](?:nextline[ -])?secret|secretlint-disable(?:-next-line|-line)?",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"(?:^|/)(?:\.?(?:gitleaks|betterleaks|kingfisher)(?:ignore|[\w.-]*\.(?:toml|ya?ml|json))|\.?trufflehog[\w.-]*"
    r"|\.secrets\.baseline|\.detect-secrets[\w.-]*|\.gitguardian\.ya?ml|\.secretlint(?:rc[\w.-]*|ignore)|\.talismanrc"
    r"|\.noseyparker[\w.-]*)$|^\.github/secret_scanning\.ya?ml$",
    re.IGNORECASE,
)
_MAX_COMMENTS = 1000


@dataclass(frozen=True)
class Comment:
    """An ignore comment: 1-based line and column, and its words."""

    line: int
    column: int
    words: str


def find_comments(text: str) -> list[Comment]:
    """The ignore comments of a text, in order, at most a thousand."""
    matches = [match for match, _ in zip(_COMMENT.finditer(text), range(_MAX_COMMENTS), strict=False)]
    if not matches:
        return []
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    comments = []
    for match in matches:
        line = bisect_right(starts, match.start())
        comments.append(Comment(line, match.start() - starts[line - 1] + 1, match[0]))
    return comments


def is_scanner_file(path: str) -> bool:
    """Whether a path is one where a secret scanner keeps what it ignores or how it is set."""
    return _FILE.search(path) is not None


def find_added_suppressions(
    change: Change, materials: Sequence[Material], comments: Mapping[int, Sequence[Comment]], *, fails: bool
) -> Iterator[Finding]:
    """Yield a finding for each scanner's file that the change sets, and for each comment on a line that it adds."""
    for file in change.files:
        if file.new_oid is not None and is_scanner_file(file.path) and file.new_oid != file.old_oid:
            yield _report(file.path, None, "a file that tells a secret scanner what to ignore", file.path, fails=fails)
    numbers = {material.oid: number for number, material in enumerate(materials) if material.oid}
    for file in change.files:
        added = [
            comment
            for comment in comments.get(numbers.get(file.new_oid or "", -1), ())
            if _is_added(file, comment.line)
        ]
        for comment in added:
            message = "a comment that asks a secret scanner to look away"
            yield _report(file.path, comment, message, comment.words, fails=fails)


def _is_added(file: ChangedFile, line: int) -> bool:
    return not file.lines_known or any(line in lines for lines in file.added_lines())


def _report(path: str, comment: Comment | None, message: str, suppression: str, *, fails: bool) -> Finding:
    return Finding(
        rule="scanner-comment" if comment else "scanner-file",
        message=message,
        severity=Severity.LOW,
        path=path,
        line=comment.line if comment else None,
        end_line=comment.line if comment else None,
        column=comment.column if comment else None,
        suppression=suppression,
        in_head=True,
        fails=fails,
        fix="leave it out, or say in the policy at the base why it is right",
    )
