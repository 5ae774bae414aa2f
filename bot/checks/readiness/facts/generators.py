"""Folders that a generator filled with a client of an API, as its own notes beside the code tell.

Rule: a folder below the root with the notes of OpenAPI Generator or Swagger Codegen, and a file that only its clients
have: what sends the requests, or the address to send them to. A server that is made so is the product's own.
Source: https://openapi-generator.tech/docs/customization/#ignore-file-format (read 2026-11-30).
Out of sight: clients of generators that leave no notes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_NOTES = re.compile(r"/\.(?:openapi-generator|swagger-codegen)(?:-ignore|/VERSION)$")
_OF_CLIENT = re.compile(
    r"(?i)(?:^|/)(?:api_?client\.(?:py|rb|java|kt|cs|swift|dart|js|scala)|configuration\.(?:go|ts|py|rb|php|rs|cs)"
    r"|(?:base|runtime)\.ts)$"
)


def find_clients(paths: Sequence[str]) -> Mapping[str, str]:
    """The folders, from the repository's root, each with the notes that say so."""
    notes = {path[: found.start()]: path for path in paths if (found := _NOTES.search(path))}
    if not notes:
        return {}
    senders = [path for path in paths if _OF_CLIENT.search(path)]
    return {folder: path for folder, path in notes.items() if any(one.startswith(f"{folder}/") for one in senders)}
