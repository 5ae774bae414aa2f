"""Takes out of SimpleCov's resultset what SimpleCov itself leaves out: lines between two `# :nocov:` comments.

Source: https://github.com/simplecov-ruby/simplecov/blob/main/lib/simplecov/lines_classifier.rb (read 2026-11-25)
"""

from __future__ import annotations

import re

from bot.checks.coverage.lines import NOT_COUNTED, FileLines

_TOGGLE = re.compile(rb"\s*#\s*:nocov:")


def drop_nocov(file: FileLines, content: bytes) -> FileLines:
    """The file's coverage without what its text takes out."""
    left = file.copy()
    inside = False
    for line, text in enumerate(content.split(b"\n"), start=1):
        toggle = _TOGGLE.match(text) is not None
        inside ^= toggle
        if (inside or toggle) and line < len(left.lines):
            left.lines[line] = NOT_COUNTED
            left.arms.pop(line, None)
    return left
