from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from tests.repo import GitRepo


def test_an_item_is_explained_without_a_repository(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "docs.architecture-diagrams"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("readiness.docs.architecture-diagrams: Architecture diagrams\n")
    for label in ("asks for", "what counts", "what does not", "why", "how to fix it", "source"):
        assert f"\n  {label}: " in out


@pytest.mark.parametrize(
    ("readme", "words"),
    [
        (
            "# Shop\n```mermaid\ngraph TD\n  client --> api --> database\n```\n",
            ("pass", "seen: README.md:2: a diagram is drawn (wired)"),
        ),
        ("# Shop\n", ("fail", "missing: no diagram in 1 documents")),
    ],
)
def test_on_a_repository_it_says_what_was_seen_and_why(
    readme: str, words: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = GitRepo(tmp_path / "shop")
    head = repo.commit({"README.md": readme})

    assert main(["explain", "readiness.docs.architecture-diagrams", "--repo", str(repo.folder)]) == 0

    out = capsys.readouterr().out
    state, line = words
    assert f"at {head[:12]}: {state}\n" in out
    assert line in out


def test_an_item_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "docs.architecture-diagram"]) == 2

    assert 'did you mean "docs.architecture-diagrams"?' in capsys.readouterr().err
