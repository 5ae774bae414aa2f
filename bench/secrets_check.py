"""Times the secrets check on 150 changed files, and counts what it finds in the corpus of the tests.

    python -m bench.secrets_check [--files 150] [--seeds 1 2 3] [--runs 5]

Prints the table of docs/secrets.md: found and expected by kind for each seed, strays, false alarms; then the median
time of the check and the largest process, with the cache of compiled rules and once without; then the time of one
fingerprint.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.checks.secrets import CHECK, check
from bot.checks.secrets.engine import build_rule_cache
from bot.checks.secrets.words import fingerprint
from bot.collect.change import Repository
from bot.collect.tools import EngineTools
from bot.model import CheckResult, ItemRequest, Request
from bot.settings import MIB, Limits
from tests.checks.secrets import corpus
from tests.checks.secrets.corpus import Recipe
from tests.checks.secrets.evaluate import score, write_corpus
from tests.checks.secrets.make import Maker
from tests.repo import GitRepo

_FINGERPRINTS = 20


def run_check(folder: Path, scratch: Path, cache: Path | None) -> tuple[CheckResult, float]:
    """The result for `change` against `main`, and the seconds that the check took."""
    repository = Repository(folder, scratch=Path(tempfile.mkdtemp(dir=scratch)), limits=Limits())
    change = repository.change(repository.resolve("main").commit, repository.resolve("change").commit)
    items = [ItemRequest(id=spec.id, settings=spec.settings(), matches=lambda _: True) for spec in CHECK.items()]
    tools = EngineTools(scratch, cache)
    request = Request(change=change, items=items, tools=tools, salt=b"bench", deadline_s=120.0)
    start = time.perf_counter()
    result = CHECK.run(request)
    seconds = time.perf_counter() - start
    repository.close()
    return result, seconds


def measure_corpus(recipes: Sequence[Recipe], seed: int, scratch: Path, cache: Path) -> None:
    """Print what is found of one seed's corpus."""
    repo = GitRepo(Path(tempfile.mkdtemp(dir=scratch)))
    cases = write_corpus(repo, recipes, seed)
    result, _ = run_check(repo.folder, scratch, cache)
    total = score(cases, result.outcomes[0].findings)
    kinds = ", ".join(f"{kind} {total.found[kind]}/{count}" for kind, count in total.expected.items() if count)
    quiet = sum(not case.expected for case in cases)
    print(
        f"seed {seed}: {total.found.total()}/{total.expected.total()} found, {total.exact} at the very line ({kinds})"
    )
    print(f"  {quiet} quiet cases: {len(total.false_alarms)} failing; strays of any certainty: {len(total.strays)}")


def measure_speed(files: int, runs: int, scratch: Path, cache: Path) -> None:
    """Print time and memory for a change of that many files of some 200 lines, ten of them with a secret."""
    maker = Maker(1)
    repo = GitRepo(Path(tempfile.mkdtemp(dir=scratch)))
    repo.commit({f"src/m{number}.py": "x = 1\n" for number in range(files)}, "base")
    repo.branch("change")
    lines = [f"{maker.word()}_{maker.word()} = {maker.word()}({maker.digits(4)})  # {maker.word()}" for _ in range(200)]
    text = "\n".join(lines)
    repo.commit(
        {
            f"src/m{number}.py": f"x = {number}\n{text}\n" + (f'T = "{maker.github()}"\n' if number < 10 else "")  # noqa: PLR2004
            for number in range(files)
        },
        "change",
    )
    times = [run_check(repo.folder, scratch, cache)[1] for _ in range(runs)]
    print(f"{files} files: median {statistics.median(times):.2f} s of {runs} runs, worst {max(times):.2f} s")
    print(f"the first start, without the cache: {run_check(repo.folder, scratch, None)[1]:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 // MIB
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MIB
    print(f"largest engine process {peak} MiB, gonogo's own {own} MiB")


def measure_fingerprint() -> None:
    """Print the time of one fingerprint."""
    start = time.process_time()
    for number in range(_FINGERPRINTS):
        fingerprint(f"value {number}", b"bench")
    print(f"one fingerprint: {(time.process_time() - start) / _FINGERPRINTS * 1000:.1f} ms of one core")


def main() -> None:
    """Run all the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=150)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    check.MAX_VALUES = 10_000
    basic = tuple(corpus.RECIPES)
    from tests.checks.secrets import corpus_more  # noqa: F401 - it adds its recipes to the list

    more = tuple(corpus.RECIPES[len(basic) :])
    with tempfile.TemporaryDirectory() as folder:
        scratch, cache = Path(folder), Path(folder) / "cache"
        start = time.perf_counter()
        build_rule_cache(EngineTools(scratch, cache))
        print(f"compiling the rules: {time.perf_counter() - start:.1f} s")
        for seed in asked.seeds:
            measure_corpus(basic, seed, scratch, cache)
            measure_corpus(more, seed, scratch, cache)
        measure_speed(asked.files, asked.runs, scratch, cache)
    measure_fingerprint()


if __name__ == "__main__":
    main()
