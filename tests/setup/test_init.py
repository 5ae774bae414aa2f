"""`gonogo init` writes a set-up that the linters like and `gonogo doctor` finds nothing wrong with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.policy.values import POLICY_PATH
from bot.setup.languages import RECIPES, find_languages, render_steps
from bot.setup.strong import PATH, Suite, render_workflow
from tests.github_server.handle import GitHub
from tests.repo import GitRepo
from tests.setup.conftest import ACTION, Run

_BIN = Path(sys.executable).parent


def _lint(folder: Path) -> str:
    """What the linters say of the workflows of a folder."""
    said = ""
    for command in (["actionlint", PATH], ["zizmor", "--offline", "--no-progress", "--quiet", PATH]):
        done = subprocess.run(
            [_BIN / command[0], *command[1:]], cwd=folder, capture_output=True, text=True, check=False
        )
        said += done.stdout + done.stderr if done.returncode else ""
    return said


def test_it_writes_the_workflow_and_the_policy_and_says_what_is_left(repo: GitRepo, run: Run) -> None:
    status, said = run("init", "--action", ACTION)

    workflow = yaml.safe_load((repo.folder / PATH).read_text())
    assert status == 0
    assert f"{PATH}: written\n{POLICY_PATH}: written\n" in said
    assert "pytest --cov" in said
    assert ".github/workflows/tests.yml" in said
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["gonogo"]["permissions"] == {
        "actions": "read",
        "checks": "write",
        "contents": "read",
        "pull-requests": "write",
        "statuses": "write",
    }
    assert workflow["jobs"]["gonogo"]["steps"][0]["uses"] == ACTION
    assert workflow[True]["workflow_run"]["workflows"] == ["unit tests"]
    assert _lint(repo.folder) == ""


@pytest.mark.parametrize("tests", [None, Suite('it\'s "ours": \\o/', ".github/workflows/t.yml")])
def test_every_workflow_it_can_write_is_one_that_the_linters_like(tmp_path: Path, tests: Suite | None) -> None:
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_text(render_workflow(ACTION, "v1.2.3", tests))

    loaded = yaml.safe_load((tmp_path / PATH).read_text())

    assert _lint(tmp_path) == ""
    assert loaded[True].get("workflow_run", {}).get("workflows") == ([tests.name] if tests else None)
    assert ("actions" in loaded["jobs"]["gonogo"]["permissions"]) is (tests is not None)


def test_doctor_finds_nothing_to_mend_once_the_step_is_added(repo: GitRepo, run: Run) -> None:
    run("init", "--action", ACTION)
    before, _ = run("doctor")
    with (repo.folder / ".github/workflows/tests.yml").open("a") as file:
        file.write(render_steps(find_languages(["pyproject.toml"])))

    status, said = run("doctor")

    assert (before, status) == (1, 0), said
    assert "0 to mend, 1 not known" in said


def test_a_second_run_changes_nothing(run: Run) -> None:
    run("init", "--action", ACTION)

    status, said = run("init", "--action", ACTION)

    assert (status, said.count("is there already, and the same")) == (0, 2)


def test_without_a_terminal_no_file_is_replaced_unless_told(repo: GitRepo, run: Run) -> None:
    own = repo.folder / POLICY_PATH
    own.write_text("extends: strict\n")

    status, said = run("init", "--action", ACTION)
    assert (status, own.read_text()) == (1, "extends: strict\n")
    assert f"{POLICY_PATH}: left as it is" in said

    status, said = run("init", "--action", ACTION, "--yes")
    assert (status, f"{POLICY_PATH}: replaced" in said) == (0, True)


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("\n", 1), ("", 1)])
def test_on_a_terminal_it_asks(
    repo: GitRepo, run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    (repo.folder / POLICY_PATH).write_text("extends: strict\n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda: answer, raising=False)

    done, said = run("init", "--action", ACTION)

    assert (done, "Replace it? [y/N]" in said) == (status, True)


def test_nothing_is_written_through_a_link_that_leads_out(repo: GitRepo, run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repo.folder / ".github/workflows/tests.yml").unlink()
    (repo.folder / ".github/workflows").rmdir()
    (repo.folder / ".github/workflows").symlink_to(elsewhere)

    status, said = run("init", "--action", ACTION)

    assert (status, list(elsewhere.iterdir())) == (2, [])
    assert "symbolic link" in said


@pytest.mark.parametrize(
    ("action", "words"),
    [("gonogo", "not OWNER/NAME@COMMIT"), ("acme/gonogo@v1", "--online"), ("acme/gonogo@x y", "not OWNER/NAME@COMMIT")],
)
def test_an_action_that_could_be_moved_is_refused(run: Run, action: str, words: str) -> None:
    status, said = run("init", "--action", action)

    assert (status, words in said) == (2, True)


@pytest.mark.usefixtures("github")
def test_a_tag_is_looked_up_where_that_is_asked_for(
    repo: GitRepo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GitHub("acme/gonogo") as github:
        released = GitRepo(tmp_path / "action")
        commit = released.commit({"action.yml": "name: gonogo\n"})
        released.git("tag", "-a", "v1.2.3", "-m", "release")
        github.serve_git(released.folder / ".git")
        monkeypatch.setenv("GITHUB_API_URL", github.api_url)

        status, _ = run("init", "--action", "acme/gonogo@v1.2.3", "--online")

        assert (status, github.violations) == (0, [])
    assert f"uses: acme/gonogo@{commit} # v1.2.3\n" in (repo.folder / PATH).read_text()


def test_of_several_workflows_with_tests_the_user_names_one(repo: GitRepo, run: Run) -> None:
    other = repo.folder / ".github/workflows/e2e.yml"
    other.write_text((repo.folder / ".github/workflows/tests.yml").read_text().replace("unit tests", "e2e"))

    _, said = run("init", "--action", ACTION)
    assert "gonogo init --tests FILE" in said

    run("init", "--action", ACTION, "--tests", "e2e.yml", "--yes")
    assert 'workflows: ["e2e"]' in (repo.folder / PATH).read_text()

    status, said = run("init", "--action", ACTION, "--tests", "nosuch.yml")
    assert (status, "no such workflow" in said) == (2, True)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.language)
def test_each_language_is_known_by_its_files_and_has_steps_that_are_yaml(recipe: object) -> None:
    index = [one.language for one in RECIPES].index(getattr(recipe, "language", ""))
    path = RECIPES[index].marks[0].replace("*", "x")

    assert find_languages([path, "docs/readme.md"]) == [RECIPES[index]]
    steps = yaml.safe_load("steps:\n" + render_steps([RECIPES[index]]))["steps"]
    assert steps[0]["run"] == RECIPES[index].command
    assert steps[1]["with"]["name"].startswith("coverage-")


@pytest.mark.parametrize("path", ["node_modules/left-pad/package.json", "a/b/c/go.mod", "README.md"])
def test_other_files_show_no_language(path: str) -> None:
    assert find_languages([path]) == []


def test_outside_a_repository_it_says_so(run: Run, tmp_path: Path) -> None:
    status, _ = run("init", "--action", ACTION, "--repo", str(tmp_path))

    assert status == 3
