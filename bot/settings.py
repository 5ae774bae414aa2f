"""What the user sets: limits, and the inputs of the action. Parsed once, strictly."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of a change is read. What is past a limit is named as not checked, never skipped in silence.

    Attributes:
        max_file_bytes: a larger blob is not read.
        max_total_bytes: all the blobs that one reader reads, together.
        max_files: changed files, of the range and of one commit alike.
        max_diff_bytes: the text of the diff between merge base and head.
        max_commits: commits of the range.
        max_tree_entries: paths of one tree.
        git_timeout_s: wall time of one run of git.
        budget_s: wall time of all checks together.
    """

    max_file_bytes: int = 5 * MIB
    max_total_bytes: int = 200 * MIB
    max_files: int = 5_000
    max_diff_bytes: int = 50 * MIB
    max_commits: int = 2_000
    max_tree_entries: int = 500_000
    git_timeout_s: float = 60.0
    budget_s: float = 120.0
