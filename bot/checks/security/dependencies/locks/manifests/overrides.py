"""Names whose versions a project overrides: a lock may have them outside of every manifest's range.

Sources: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#overrides, https://pnpm.io/settings#overrides and
https://yarnpkg.com/configuration/manifest#resolutions (read 2026-11-30)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.text.decode import decode
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.yaml_text import read_yaml
from bot.model import NotRead, Tree

_FILES: Final = ("package.json", "pnpm-workspace.yaml")
# The last name of `a>b`, `**/b`, `a/b` and `b@^1`.
_NAME: Final = re.compile(r"(?:^|[/> ])((?:@[^/@> ]+/)?[^/@> ]+)(?:@[^/> ]*)?$")
_MAX_KEY: Final = 300
_MAX_LEVELS: Final = 10


def find_overridden(tree: Tree, folder: str) -> frozenset[str]:
    """The names that the project of a folder overrides; folders end with `/`, and the root is empty."""
    return frozenset(
        name
        for path, content in tree.read_many([folder + name for name in _FILES])
        for root in _roots(Source(path, b"" if isinstance(content, NotRead) else content, tree))
        for place in (root.get("overrides"), root.get("resolutions"), root.get("pnpm", "overrides"))
        for name in _names(place)
    )


def _roots(source: Source) -> list[Place]:
    try:
        text = decode(source.content)
        return read_yaml(text) if source.path.endswith(".yaml") else [read_json(text)]
    except UnreadableError:
        # The manifest's own reader tells so.
        return []


def _names(place: Place, levels: int = _MAX_LEVELS) -> Iterator[str]:
    for member in place.members():
        if found := _NAME.search(member.key[:_MAX_KEY]):
            yield found[1]
        # npm nests what is overridden below a package.
        if member.is_mapping and levels:
            yield from _names(member, levels - 1)
