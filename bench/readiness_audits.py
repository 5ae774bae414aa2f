"""Audits whole repositories against the production-readiness list, and prints each item's state with its evidence.

    python -m bench.readiness_audits [--states pass not-applicable --] owner/name=FOLDER [owner/name=FOLDER ...]

Each folder is a clone, bare or not. Printed is a line for each item: state, id, place, reason; and for each repository
the commit, the counts of states, the seconds and the memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any


def audit(folder: Path) -> dict[str, Any]:
    """The report of `gonogo check` on a whole repository, as its JSON says it."""
    command = [sys.executable, "-m", "bot", "check", "--repo", str(folder), "--policy", "production-readiness"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, check=False, text=True)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{folder}: {done.stderr.strip()[-500:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def main() -> int:
    """Audit, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("repositories", nargs="+", metavar="owner/name=FOLDER")
    parser.add_argument("--states", nargs="*", default=[], help="only items in these states (all)")
    arguments = parser.parse_args()
    for repository in arguments.repositories:
        name, _, folder = repository.partition("=")
        started = time.monotonic()
        report = audit(Path(folder))
        seconds = time.monotonic() - started
        items = [item for item in report["items"] if "#" not in item["id"]]
        for item in items:
            if not arguments.states or item["state"] in arguments.states:
                seen = next((one for one in item["evidence"] if one["path"]), None)
                place = f"{seen['path']}:{seen['line']} ({seen['strength']})" if seen else "-"
                print(f"{item['state']:15} {item['id'].removeprefix('readiness.'):40} {place}: {item['reason'][:200]}")
        counts = dict(sorted(Counter(item["state"] for item in items).items()))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"{name} {report['head'][:12]}: {counts}, {seconds:.1f} s, {memory} MiB at most\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
