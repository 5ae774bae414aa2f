"""Folders that hold a client of an API: as a generator's notes beside the code tell, or one for each of many languages.

Rule: a folder below the root with the notes of OpenAPI Generator or Swagger Codegen, and a file that only its clients
have: what sends the requests, or the address to send them to. A server that is made so is the product's own. So are
folders of the root that are named after languages, but where there are many of them, and another program beside; what
an image is built in, or something starts, is none.
Source: https://openapi-generator.tech/docs/customization/#ignore-file-format (read 2026-11-30).
Out of sight: clients of generators that leave no notes, and for few languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

_NOTES = re.compile(r"/\.(?:openapi-generator|swagger-codegen)(?:-ignore|/VERSION)$")
_OF_CLIENT = re.compile(
    r"(?i)(?:^|/)(?:api_?client\.(?:py|rb|java|kt|cs|swift|dart|js|scala)|configuration\.(?:go|ts|py|rb|php|rs|cs)"
    r"|(?:base|runtime)\.ts)$"
)
_LANGUAGES = frozenset(
    {
        "csharp",
        "dart",
        "dotnet",
        "elixir",
        "go",
        "golang",
        "java",
        "javascript",
        "js",
        "kotlin",
        "node",
        "nodejs",
        "perl",
    }
    | {"php", "python", "ruby", "rust", "swift", "typescript"}
)
_FEWEST = 4
# What an image is built by, a platform or a person starts: https://go.dev/doc/modules/layout
_STARTED = re.compile(
    r"(?i)(?:^|/)(?:Dockerfile[^/]*|[^/]*\.Dockerfile|Containerfile|Procfile|(?:serverless|template|app)\.ya?ml|fly\.toml)$"
    r"|^[^/]*/(?:manage\.py|(?:cmd/(?:[^/]*/)?)?main\.go)$"
)


def find_libraries(paths: Sequence[str], is_program: Callable[[str], bool]) -> Mapping[str, str]:
    """The folders of the root that are named after languages, each with a file of another program."""
    named = {folder for path in paths if (folder := path.partition("/")[0]).lower() in _LANGUAGES and folder != path}
    named -= {path.partition("/")[0] for path in paths if _STARTED.search(path)}
    if len(named) < _FEWEST:
        return {}
    beside = next((path for path in paths if path.partition("/")[0] not in named and is_program(path)), None)
    return dict.fromkeys(named, beside) if beside else {}


def find_clients(paths: Sequence[str]) -> Mapping[str, str]:
    """The folders, from the repository's root, each with the notes that say so."""
    notes = {path[: found.start()]: path for path in paths if (found := _NOTES.search(path))}
    if not notes:
        return {}
    sending = {folder for path in paths if _OF_CLIENT.search(path) for folder in _folders_of(path)}
    return {folder: path for folder, path in notes.items() if folder in sending}


def _folders_of(path: str) -> Iterator[str]:
    """Yield the folders that a file is in, innermost first."""
    while path := path.rpartition("/")[0]:
        yield path
