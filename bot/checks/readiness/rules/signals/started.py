"""Scripts that the product's images start with, by any name: what ENTRYPOINT and CMD name and the image copies.

So do those that a platform is told to run as it builds, releases or starts the product.
Sources: https://docs.docker.com/reference/dockerfile/#entrypoint, https://render.com/docs/blueprint-spec and
https://fly.io/docs/reference/configuration/ (read 2026-11-30).
So do those that a service of Compose is told to start in its image's place.
Out of sight: what a script starts in its turn, and what a workload of Kubernetes starts in the image's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.images import Image
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.told import TRIED

MAY_START = (
    *(
        "*Dockerfile*",
        "*.dockerfile",
        "Containerfile*",
        "*.y*ml",
        "*.toml",
        "*.json",
        "*.tf",
        "*.hcl",
        "*.tpl",
        "*.nix",
    ),
    *("Makefile", "*.mk", "Procfile*", "*.sh", "*entrypoint*", "*.service", "*.nomad", "*.bicep"),
)
"""Files that may name what is started, or set a variable for it."""
_WORD = re.compile(r"[\w./-]{3,200}")
_MAX_WORDS, _MAX_BYTES, _MAX_SAID = 8, 50_000, 2_000
_PLATFORMS = ("render.y*ml", "railway.json", "railway.toml", "fly.toml", "Procfile", "nixpacks.toml", "heroku.yml")
_SCRIPT = re.compile(r"(?<![\w/])(?:\./)?([\w-][\w./-]{0,200}\.(?:sh|bash))\b")


def find_started(look: Look) -> Iterator[str]:
    """Yield the paths of the scripts that images start with, and that platforms run."""
    for path in look.files.select(*_PLATFORMS):
        code = without_comments(path, (look.files.text(path) or "")[:_MAX_BYTES])
        yield from (name for name in dict.fromkeys(_SCRIPT.findall(code)) if name in look.files)
    for file in (one for one in look.compose.files if not TRIED.search(one.path)):
        for service in file.services:
            said = " ".join(str(service.value.get(key, "")) for key in ("entrypoint", "command"))[:_MAX_SAID]
            for word in dict.fromkeys(_SCRIPT.findall(said)):
                yield from (
                    path for path in look.files.select(word.rpartition("/")[2]) if f"/{path}".endswith(f"/{word}")
                )
    for image in look.images.all:
        started = [one.text for one in image.last.of("ENTRYPOINT", "CMD")][-2:]
        words = [word for text in started for word in _WORD.findall(text)[:_MAX_WORDS]]
        for name in dict.fromkeys(word.rpartition("/")[2] for word in words):
            yield from _copied(look, image, name)


def _copied(look: Look, image: Image, name: str) -> Iterator[str]:
    """Yield the script of that name which an image copies: by its path, with its folder, or with everything."""
    paths = [path for path in look.files.select(name) if (look.files.content(path) or b"").startswith(b"#!")]
    copied = " ".join(one.text for one in image.last.of("COPY", "ADD"))
    named = [path for path in paths if path in copied or path.removeprefix(f"{image.folder}/") in copied]
    yield from named or (paths if len(paths) == 1 else ())
