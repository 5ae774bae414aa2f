"""A real PostgreSQL, one for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.checks.migrations.alembic.postgres import run_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sa.Engine]:
    with run_server() as url:
        engine = sa.create_engine(url)
        yield engine
        engine.dispose()
