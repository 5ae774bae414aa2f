"""Readers of lock files: files of a tree in, packages with their versions and lines out.

Nothing is resolved, run or fetched: what a file does not say stays unknown.
"""

from __future__ import annotations

from bot.checks.security.dependencies.locks.reading import (
    find_dependents,
    find_disagreements,
    is_lock,
    is_manifest,
    read_locks,
)

__all__ = ["find_dependents", "find_disagreements", "is_lock", "is_manifest", "read_locks"]
