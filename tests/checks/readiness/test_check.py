from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import main
from tests.repo import GitRepo

if TYPE_CHECKING:
    import pytest


def test_the_list_is_judged_on_a_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"README.md": "# Shop\n\n[What runs where](docs/architecture.puml)\n"})
    repo.commit({"docs/architecture.puml": "@startuml\n@enduml\n"})

    status = main(["check", "--repo", str(repo.folder), "--policy", "production-readiness", "--format", "json"])

    report = json.loads(capsys.readouterr().out)
    assert (report["audit"], report["base"], report["head"]) == (True, None, repo.git("rev-parse", "HEAD"))
    items = {item["id"]: item for item in report["items"]}
    found = items["readiness.docs.architecture-diagrams"]
    assert (found["state"], found["rows"]) == ("pass", ["Recommended, Documentation: Architecture diagrams"])
    assert [(seen["path"], seen["line"], seen["strength"]) for seen in found["evidence"]] == [("README.md", 3, "wired")]
    assert status == 1
