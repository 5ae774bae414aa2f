"""Asks gonogo and the real Alembic the same of schemas made at random, and counts who agrees.

    python -m bench.migrations_alembic_cases --first 5000 --count 210 [--postgresql]

Each seed is one case in each of six styles. A wrong answer is printed with the files of its case.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack

import sqlalchemy as sa
from hypothesis.errors import UnsatisfiedAssumption

from tests.checks.migrations.alembic.oracle import Database
from tests.checks.migrations.alembic.postgres import connect, run_server
from tests.checks.migrations.alembic.spec import STYLES
from tests.checks.migrations.alembic.test_differential import COUNTS, check_case


def ask(engine: sa.Engine, style: str, seed: int) -> str | None:
    """What is wrong with the answer to a case; None where it is right, abstains or was refused by Alembic."""
    with connect(engine) as connection:
        try:
            check_case(Database(connection), style, seed, f"{engine.dialect.name}:///app")
        except UnsatisfiedAssumption:
            return None
        except AssertionError as error:
            return str(error)
    return None


def main() -> None:
    """Ask, print what is wrong, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--count", type=int, default=210)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    wrong = 0
    with ExitStack() as stack:
        url = stack.enter_context(run_server()) if arguments.postgresql else "sqlite://"
        for style in STYLES:
            for seed in range(arguments.first, arguments.first + arguments.count):
                engine = sa.create_engine(url, poolclass=sa.NullPool)
                if (fault := ask(engine, style, seed)) is not None:
                    wrong += 1
                    print(f"== {style} {seed}\n{fault}")
    for name, number in sorted(COUNTS.items()):
        print(f"{name}: {number}")
    print(f"wrong: {wrong}")


if __name__ == "__main__":
    main()
