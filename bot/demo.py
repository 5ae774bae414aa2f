"""`gonogo demo`: a small repository with a bad pull request, judged for real, offline.

The secrets of the pull request are made when the demo runs, so that no file of gonogo holds one.
"""

from __future__ import annotations

import argparse
import random
import string
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.check_command import Range, assess_range, exit_status
from bot.collect.folders import scratch_folder
from bot.collect.sample import SampleCommit, make_repository
from bot.errors import UsageError
from bot.output import write_report
from bot.settings import Limits

_MAIN, _BRANCH = "main", "add-payments"
_SEED = 20_260_101

_SETTINGS = '''"""Settings of the shop, from the environment."""

import os

DATABASE_URL = os.environ["DATABASE_URL"]
CURRENCY = "EUR"
'''

_PAYMENTS = '''"""Takes payments."""

import stripe

stripe.api_key = {key}


def charge(amount_cents: int, source: str) -> str:
    """Charge a card; return the id of the charge."""
    return stripe.Charge.create(amount=amount_cents, currency="eur", source=source).id
'''

_WORKER = """services:
  worker:
    image: shop-worker
    environment:
      DATABASE_URL: postgresql://shop:{password}@db.internal.shop.io:5432/shop  # gitleaks:allow
"""

_POLICY = """# What is asked of pull requests to this repository.
extends: pull-request
"""

_LOOSER = """# What is asked of pull requests to this repository.
extends: pull-request
items:
  secrets.added:
    required: warn
"""


def demo(arguments: argparse.Namespace) -> int:
    """Make the repository, judge its pull request, print the report, and return its exit status.

    Raises:
        UsageError: the folder to keep it in is there already, or cannot be made.
    """
    with _folder(arguments.keep) as folder:
        make_repository(folder, make_commits())
        asked = Range(folder=folder, base=_MAIN, head=_BRANCH)
        command = f"gonogo check --repo {arguments.keep or '<the folder>'} --base {_MAIN} --head {_BRANCH}"
        sys.stderr.write(
            f"a made-up shop, and a pull request that should not be merged; as you would run it:\n  {command}\n\n"
        )
        report = assess_range(asked, Limits())
    write_report(report, arguments.format, arguments.output)
    return exit_status(report)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with scratch_folder() as scratch:
            yield scratch / "shop.git"
        return
    if keep.exists():
        raise UsageError(f"--keep {keep}: it is there already; name a folder that is not")
    yield keep


def make_commits() -> list[SampleCommit]:
    """The shop and its pull request: the same on every run."""
    chance = random.Random(_SEED)  # noqa: S311 - nothing is guarded by these values
    key = f"sk_live_{_word(chance, 24)}"
    return [
        SampleCommit(
            _MAIN,
            "Open the shop\n",
            {
                "README.md": "# Shop\n\nA made-up shop.\n",
                "shop/__init__.py": "",
                "shop/settings.py": _SETTINGS,
                ".github/gonogo.yml": _POLICY,
            },
        ),
        SampleCommit(_BRANCH, "Take payments\n", {"shop/payments.py": _PAYMENTS.format(key=f'"{key}"')}),
        SampleCommit(
            _BRANCH,
            "Read the key from the environment\n",
            {
                "shop/payments.py": _PAYMENTS.format(key='os.environ["STRIPE_KEY"]').replace(
                    "import s", "import os\n\nimport s"
                )
            },
        ),
        SampleCommit(
            _BRANCH,
            "Run a worker\n",
            {"deploy/compose.yml": _WORKER.format(password=_word(chance, 20)), ".github/gonogo.yml": _LOOSER},
        ),
    ]


def _word(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits, k=length))
