"""Asks ent itself about made-up changes of schemas, and counts where gonogo says the same.

    python -m bench.migrations_ent --first 1000 --count 400

Needs Go, ent and PostgreSQL (Debian's `golang-go`, `golang-entgo-ent-dev`, `postgresql`); takes minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.checks.migrations.ent.generate import make_change
from tests.checks.migrations.ent.oracle import ask_seeds, missing
from tests.checks.migrations.ent.verdicts import differences, find_wrong

_AT_ONCE = 100


def main() -> int:
    """Ask, compare, print.

    Returns:
        0 where gonogo agrees, 1 where it does not or ent is not to be had.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--first", type=int, default=1000, help="the first seed (1000)")
    parser.add_argument("--count", type=int, default=400, help="how many changes (400)")
    arguments = parser.parse_args()
    if missing():
        print(missing())
        return 1
    counts: Counter[str] = Counter()
    for first in range(arguments.first, arguments.first + arguments.count, _AT_ONCE):
        count = min(_AT_ONCE, arguments.first + arguments.count - first)
        for seed, answer in ask_seeds(first, count).items():
            if answer.error:
                counts["refused by ent itself"] += 1
                continue
            base, head, kinds = make_change(int(seed))
            counts.update(f"kind: {kind}" for kind in kinds)
            for spec, generated in ((base, answer.base), (head, answer.head)):
                found = differences(spec, generated)
                counts["tables: wrong" if found else "tables: as ent generates them"] += 1
                print(*(f"{seed} {one}" for one in found), sep="\n", end="\n" if found else "")
            verdicts = find_wrong(base, head, answer)
            counts.update(verdicts.counts)
            print(*(f"{seed} {kinds} {one}" for one in verdicts.wrong), sep="\n", end="\n" if verdicts.wrong else "")
    for name, number in sorted(counts.items()):
        print(f"{number:6} {name}")
    return int(any(name.endswith("wrong") for name in counts))


if __name__ == "__main__":
    sys.exit(main())
