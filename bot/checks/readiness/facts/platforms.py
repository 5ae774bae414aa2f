"""Which files tell a platform how to run the product, of those whose names others use too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.files import Files

# What Heroku's and Dokku's description of an app holds; others' apps for phones have a file of the same name.
_APP = re.compile(
    rb"\"(?:buildpacks|formation|addons|environments|env|scripts|repository|stack|image|healthchecks|success_url)\"\s*:"
)
_MANIFESTS = (
    *("package.json", "requirements.txt", "pyproject.toml", "Pipfile", "Gemfile", "go.mod", "pom.xml", "build.gradle"),
    *("composer.json", "mix.exs", "Cargo.toml", "app.json"),
)
# What Cloud Foundry is pushed; others' manifests have the name, too.
_PUSHED = re.compile(
    rb"^applications:(?=[\s\S]{0,4000}^[\s-]{1,12}(?:memory|buildpacks?|instances|routes|docker|path):)", re.MULTILINE
)
_OF_PLATFORM = re.compile(r"(?i)(?:^|/)(?:heroku|dokku|scalingo)(?:$|/)")
_PHONES = re.compile(rb"\"(?:expo|displayName|pages)\"\s*:")


def of_platforms(files: Files, paths: Sequence[str]) -> Sequence[str]:
    """Those of some files that tell a platform how to run the product."""
    return [path for path in paths if _is_of_platform(files, path)]


def _is_of_platform(files: Files, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if name == "app.json":
        return _is_app(files.content(path) or b"")
    if name.startswith("manifest."):
        return _PUSHED.search(files.content(path) or b"") is not None
    if name == "Procfile" and _OF_PLATFORM.search(folder):
        return True
    # Anywhere else a Procfile is what starts the programs inside of an image.
    return name != "Procfile" or not folder or any(f"{folder}/{one}" in files for one in _MANIFESTS)


def _is_app(content: bytes) -> bool:
    return _APP.search(content) is not None and _PHONES.search(content) is None
