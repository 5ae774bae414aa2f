"""Pull requests made by hand, with the real engines: each kind of change that adds a fault, or seems to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from bot.checks.security import CHECK
from bot.collect.change import Repository
from bot.collect.tools import EngineTools
from bot.model import ItemRequest, Outcome, Request
from bot.settings import Limits
from tests.checks.security.made import added, news, quiet
from tests.checks.security.made.cases import Content
from tests.repo import GitRepo

_TOGETHER = 25
CASES = [*added.CASES, *news.CASES, *quiet.CASES]


class Answers:
    """What the check says of each case; those that delete nothing are asked in one change, each in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        together = [number for number, case in enumerate(CASES) if not case.deletes]
        self._shares = [together[first : first + _TOGETHER] for first in range(0, len(together), _TOGETHER)]
        self._shares += [[number] for number, case in enumerate(CASES) if case.deletes]
        self._ask = cache(self._ask_share)

    def of(self, number: int) -> tuple[list[tuple[str, str, int, bool]], list[str]]:
        """What is told of a case (rule, path, line, whether it fails) and the paths that are named as not checked."""
        share = next(index for index, numbers in enumerate(self._shares) if number in numbers)
        outcome, before = self._ask(share), f"{number}/"
        told = [
            (one.rule, one.path.removeprefix(before), one.line or 0, one.fails)
            for one in outcome.findings
            if one.path and one.path.startswith(before)
        ]
        unread = [one.path.removeprefix(before) for one in outcome.unknowns if one.path and one.path.startswith(before)]
        return told, unread

    def _ask_share(self, share: int) -> Outcome:
        repo = GitRepo(self._folder / f"repo{share}")
        numbers = self._shares[share]
        repo.commit({"README": "x\n", **_files(numbers, "base")})
        repo.branch("topic")
        repo.commit(_files(numbers, "head"))
        scratch = self._folder / f"scratch{share}"
        scratch.mkdir()
        repository = Repository(repo.folder, scratch=scratch, limits=Limits())
        change = repository.change(repository.resolve("main").commit, repository.resolve("topic").commit)
        model = next(spec.settings for spec in CHECK.items() if spec.id == "security.code")
        item = ItemRequest(id="security.code", settings=model(), matches=lambda _: True)
        request = Request(change=change, items=[item], tools=EngineTools(scratch), salt=b"", deadline_s=120)
        [outcome] = CHECK.run(request).outcomes
        repository.close()
        return outcome


def _files(numbers: Sequence[int], side: str) -> dict[str, str | bytes | None]:
    files = ((number, getattr(CASES[number], side)) for number in numbers)
    return {f"{number}/{path}": _bytes(content, number) for number, own in files for path, content in own.items()}


def _bytes(content: Content, number: int) -> bytes | None:
    if content is None or isinstance(content, bytes):
        return content
    text, encoding = content if isinstance(content, tuple) else (content, "utf-8")
    return text.replace("ID", f"v{number}").encode(encoding)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return Answers(tmp_path_factory.mktemp("made"))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_a_made_pull_request_is_judged_as_it_ought_to_be(number: int, answers: Answers) -> None:
    case = CASES[number]
    told, unread = answers.of(number)

    assert sorted(one[: len(case.new[0]) if case.new else 2] for one in told) == sorted(case.new)
    assert unread == list(case.unread)
    assert any(fails for *_, fails in told) == case.stops
