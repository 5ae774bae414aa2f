"""The checks, in the order of the report's rows: one package and one entry each.

Importing this is cheap: a check loads its settings models and its parts when it is first asked.
"""

from __future__ import annotations

from bot.checks import coverage, migrations, policy, readiness, secrets, security
from bot.model import Check

CHECKS: tuple[Check, ...] = (
    secrets.CHECK,
    migrations.CHECK,
    coverage.CHECK,
    security.CHECK,
    readiness.CHECK,
    policy.make_check(lambda: CHECKS),
)
