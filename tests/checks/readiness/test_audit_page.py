from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from tests.repo import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"README.md": "# Shop\n", "docs/architecture.puml": "@startuml\n@enduml\n"})
    return repo


def _audit(repo: GitRepo, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    arguments = ["--policy", "production-readiness", "--only", "readiness.docs.", "--format", form]
    main(["check", "--repo", str(repo.folder), *arguments])
    return capsys.readouterr().out


@pytest.mark.parametrize("form", ["terminal", "markdown", "html"])
def test_an_audit_says_what_to_do_next_and_how_each_section_stands(
    form: str, repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    page = " ".join(_audit(repo, form, capsys).split())

    assert "What to do next" in page
    assert "Recommended: Documentation" in page
    assert "against" not in page
    # What is half done comes before what is not begun.
    steps = page[page.index("What to do next") :]
    assert steps.index("Architecture diagrams") < steps.index("Troubleshooting guides")
