"""Files of a web server that the image gets another one in place of.

Rule: where an image copies one site of nginx or Apache by its name or its folder, another site in the same folder
counts where something names it, too: a Dockerfile, a Compose file, a manifest, or a script outside of its conditions.
What a script puts in place only where a setting asks for it is off by default.
Source: https://docs.docker.com/reference/dockerfile/#copy (read 2026-11-30).
Out of sight: which of several sites that are all named the server takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, normpath

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.images import Instruction
from bot.checks.readiness.look import Look

_SITE = re.compile(rb"^[ \t]*+(?:server[ \t\r\n]*+\{|<VirtualHost\b)", re.MULTILINE)
_PLACE = re.compile(r"(?i)nginx|httpd?\.d|conf\.d|apache|sites-(?:available|enabled)")
_NAMING = ("Dockerfile*", "*.Dockerfile", "*.dockerfile", "*.yml", "*.yaml", "Makefile", "*.tf", "*.tpl", "*.nix")
_SCRIPTS = ("*.sh", "*entrypoint*", "*.ash", "*.bash")
_OPENS = re.compile(r"\s*+(?:if|case)\b")
_CLOSES = re.compile(r"(?:^|;)\s*+(?:fi|esac)\b")
_MAX_CHARACTERS = 200_000


def find_site_instead(look: Look, path: str) -> str | None:
    """The file that an image gets in place of a web server's site; None where the site counts, or is none."""
    if not _is_site(look, path):
        return None
    folder = dirname(path)
    copied = {one for instruction in _copies(look) for one in _sources(instruction)}
    if path in copied or any(_is_below(path, one) for one in copied):
        return None
    others = sorted(one for one in copied if one in look.files and dirname(one) == folder and _is_site(look, one))
    return None if not others or _is_named(look, path) else others[0]


def _is_site(look: Look, path: str) -> bool:
    return path in look.files and _SITE.search((look.files.content(path) or b"")[:_MAX_CHARACTERS]) is not None


def _copies(look: Look) -> Iterator[Instruction]:
    """Yield what puts files to where a web server looks for its sites."""
    for image in look.images.all:
        for stage in image.stages:
            for one in stage.of("COPY", "ADD"):
                if "--from=" not in one.text and _PLACE.search(one.text.split()[-1]):
                    yield one


def _sources(instruction: Instruction) -> Iterator[str]:
    """Yield what is copied, as a path from the folder that the image is built in."""
    words = [word.strip("[]\",'") for word in instruction.text.split() if not word.startswith("--")]
    yield from (normpath(word.lstrip("/")) for word in words[:-1])


def _is_below(path: str, copied: str) -> bool:
    return copied != "." and path.startswith(f"{copied.rstrip('*').rstrip('/')}/")


def _is_named(look: Look, path: str) -> bool:
    name = basename(path)
    files = look.files
    if any(name in _told(look, other) for other in files.select(*_NAMING)):
        return True
    return any(name in line for other in files.select(*_SCRIPTS) for line in _always(_told(look, other)))


def _told(look: Look, path: str) -> str:
    return without_comments(path, (look.files.text(path) or "")[:_MAX_CHARACTERS])


def _always(script: str) -> Iterator[str]:
    """Yield the lines of a script that stand in no condition."""
    depth = 0
    for line in script.splitlines():
        depth += bool(_OPENS.match(line))
        if depth == 0:
            yield line
        depth = max(0, depth - len(_CLOSES.findall(line)))
