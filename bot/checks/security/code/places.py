"""Where findings weigh less: tests, generated and vendored folders, as the policy lists them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.security.settings import CodeSettings
from bot.globs import Glob


class Places:
    """The kinds of place that the settings name."""

    def __init__(self, settings: CodeSettings) -> None:
        self._tests = [Glob(pattern) for pattern in settings.tests]
        self._foreign = [Glob(pattern) for pattern in (*settings.generated, *settings.vendored)]

    def is_test(self, path: str) -> bool:
        """Whether the path is a test's."""
        return _any(self._tests, path)

    def is_foreign(self, path: str) -> bool:
        """Whether it is generated or vendored: a fault there is advice."""
        return _any(self._foreign, path)

    def is_own(self, path: str) -> bool:
        """Whether it is the project's own code that runs."""
        return not self.is_test(path) and not self.is_foreign(path)


def _any(globs: Sequence[Glob], path: str) -> bool:
    return any(glob.matches(path) for glob in globs)
