"""What reaches no database that is deployed: an image's build, and migrations that are made as they are applied.

Rule: what RUN does is done to what is there while the image is built, but for what it writes to a file; and a script
that first makes a migration out of the models applies that one, and none that is versioned.
Source: https://docs.docker.com/reference/dockerfile/#run (read 2026-11-30).
Out of sight: a build that reaches the database of production.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

# `RUN echo "alembic upgrade head" >> start.sh`, several of them together, and a heredoc; what any other command says
# may go to a file, too.
_WRITES = re.compile(
    r"\b(?:echo|printf)\b(?:\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[^\"'|;&>]|(?:;|&&)(?=\s*+(?:echo\b|printf\b|[)}]))){0,500}+"
    r"(?:>>?\s*+(?!/dev/)[\w./\"'$]|\|\s*+(?:sudo\s++)?tee\b)"
    r"|\b(?:cat|tee)\b[^|;&]{0,200}<<"
)
_MADE = re.compile(r"\bef\s+migrations\s+add\b|\bprisma\s+migrate\s+dev\b")


def weaken_of_builds(look: Look, evidence: Evidence) -> Evidence:
    """Evidence of a command that is applied to what is deployed: configured where it is run elsewhere."""
    path, line = evidence.path or "", evidence.line or 1
    if is_of_build(look, path, line):
        text = f"{evidence.text}, but while the image is built"
    elif path.endswith(".sh") and _MADE.search(look.files.text(path) or ""):
        text = f"{evidence.text}, but ones that are made just before"
    else:
        return evidence
    return replace(evidence, text=text, strength=Strength.CONFIGURED)


def is_of_build(look: Look, path: str, line: int) -> bool:
    """Whether a line of a Dockerfile is run while the image is built."""
    image = next((one for one in look.images.all if one.path == path), None)
    before = [one for stage in image.stages for one in stage.instructions if one.line <= line] if image else []
    return bool(before) and before[-1].word == "RUN" and not _WRITES.search(before[-1].text)
