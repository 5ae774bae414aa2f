"""Which paths are the same but for prefixes, which are often set elsewhere: where one is the end of the other."""

from __future__ import annotations

from collections.abc import Iterable

from bot.checks.readiness.facts.routes.route import join_paths

# Nobody writes a path of more parts; of a longer one its end tells enough.
_MAX_PARTS = 40


class PathEnds:
    """Some paths, to be asked whether one of them and another are the same so."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._whole = {parts for path in paths if (parts := _parts(path))}
        self._ends = {parts[at:] for parts in self._whole for at in range(len(parts))}

    def __bool__(self) -> bool:
        """Whether there is any beside the root."""
        return bool(self._whole)

    def __contains__(self, path: str) -> bool:
        """Whether one of them is a path, its end, or ends with it; upper case and names of parameters do not count."""
        parts = _parts(path)
        return parts in self._ends or any(parts[at:] in self._whole for at in range(len(parts)))


def _parts(path: str) -> tuple[str, ...]:
    parts = [part for part in join_paths(path).split("/") if part]
    return tuple(":" if part.startswith(":") else part.lower() for part in parts[-_MAX_PARTS:])
