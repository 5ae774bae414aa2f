"""Secrets that the change adds, and what it adds to hide them from scanners.

Rule: no content that a commit of the range adds, no commit message and no path of it holds a secret whose value was
not already in the base. Source: docs/secrets.md.
Out of sight: submodules, contents kept outside git (LFS), encrypted archives, images.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Check, CheckResult, ItemSpec, Request


def _items() -> Sequence[ItemSpec]:
    from bot.checks.secrets.settings import SecretsAddedSettings, SecretsSuppressionsSettings

    return (
        ItemSpec(id="secrets.added", title="No secrets are added", settings=SecretsAddedSettings),
        ItemSpec(
            id="secrets.suppressions",
            title="Nothing is hidden from secret scanners",
            settings=SecretsSuppressionsSettings,
        ),
    )


def _run(request: Request) -> CheckResult:
    from bot.checks.secrets.check import check_secrets

    return check_secrets(request)


CHECK = Check(name="secrets", items=_items, run=_run)
