"""A repository with a base, on the branch `topic`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.coverage.make import Case, numbered
from tests.repo import GitRepo


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """`src/cart.js` and `src/tax.js` with 40 lines each, and a test of each."""
    repo = GitRepo(tmp_path / "repo")
    files = {
        "src/cart.js": numbered(40),
        "src/tax.js": numbered(40),
        "test/cart.test.js": "require('../src/cart')\n",
        "test/tax.test.js": "require('../src/tax')\n",
        "README.md": "a shop\n",
    }
    repo.commit(dict(files), "first")
    repo.branch("topic")
    return Case(repo, tmp_path)
