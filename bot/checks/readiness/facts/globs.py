"""Patterns of paths as expressions, which are tried on tens of thousands of paths.

`bot.globs` takes time in proportion to pattern times path whatever a policy says; the patterns here are the rules' own.
"""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=2048)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """A pattern as `bot.globs` has it: `*` and `?` within a folder, `**` across folders."""
    *folders, name = pattern.split("/")
    parts = ["(?:[^/]+/)*" if folder == "**" else f"{_segment(folder)}/" for folder in folders]
    return re.compile("".join([*parts, ".*" if name == "**" else _segment(name)]), re.DOTALL)


def _segment(text: str) -> str:
    return re.escape(text).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
