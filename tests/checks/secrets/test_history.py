from __future__ import annotations

from pathlib import Path

from tests.checks.secrets.conftest import RunCheck
from tests.checks.secrets.make import Maker
from tests.fixtures import ReadChange
from tests.repo import GitRepo


def test_the_first_commit_that_has_a_secret_is_named(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = Maker(1).github()
    repo.branch("change")
    repo.commit({"other.txt": "x\n"})
    first = repo.commit({"a.env": f"T={value}\n"})
    repo.commit({"a.env": f"A=1\nT={value}\n"})

    [found] = run_check(read_change(repo.folder)).found

    assert (found.path, found.line, found.column, found.commit, found.in_head) == ("a.env", 2, 3, first, True)


def test_a_merge_that_adds_a_secret_of_its_own_is_seen(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = Maker(2).github()
    repo.branch("change")
    repo.commit({"a.txt": "mine\n"})
    repo.switch("main")
    repo.commit({"b.txt": "theirs\n"})
    repo.switch("change")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "main")
    merge = repo.commit({"evil.env": f"T={value}\n"}, "merge")

    [found] = run_check(read_change(repo.folder)).found

    assert (found.path, found.commit) == ("evil.env", merge)


def test_a_merge_that_resolves_a_conflict_with_a_secret_is_seen(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = Maker(3).github()
    repo.branch("change")
    repo.commit({"app.py": "one\nmine\nthree\n"})
    repo.switch("main")
    repo.commit({"app.py": "one\ntheirs\nthree\n"})
    repo.switch("change")
    repo.git("merge", "-q", "-s", "ours", "--no-commit", "main")
    merge = repo.commit({"app.py": f"one\nT = '{value}'\nthree\n"}, "merge")

    [found] = run_check(read_change(repo.folder)).found

    assert (found.line, found.commit, found.in_head) == (2, merge, True)


def test_what_a_merge_brings_in_from_the_base_is_not_added(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = Maker(4).github()
    repo.branch("change")
    repo.commit({"a.txt": "mine\n"})
    repo.switch("main")
    repo.commit({"b.env": f"T={value}\n"})
    repo.switch("change")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "main")

    assert run_check(read_change(repo.folder)).places == []


def test_what_the_tip_of_the_base_holds_is_not_added(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = Maker(5).github()
    repo.branch("change")
    repo.commit({"a.env": f"T={value}\n"})
    repo.switch("main")
    repo.commit({"b.env": f"T={value}\n"})
    repo.switch("change")

    assert run_check(read_change(repo.folder)).places == []


def test_a_message_and_a_path_may_hold_secrets_too(repo: GitRepo, read_change: ReadChange, run_check: RunCheck) -> None:
    maker = Maker(6)
    one, two = maker.github(), maker.github()
    repo.branch("change")
    commit = repo.commit({f"dump-{two}.txt": "x\n"}, f"Fix login\n\nused {one} for it")

    ran = run_check(read_change(repo.folder))

    assert [(found.path, found.line, found.commit, found.in_head) for found in ran.found] == [
        (None, 3, commit, False),
        (f"dump-{two}.txt", None, commit, True),
    ]
    assert {one, two} <= set(ran.result.masks)


def test_the_target_of_a_symbolic_link_is_read_as_text(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    repo.branch("change")
    (repo.folder / "link").symlink_to(f"/mnt/{Maker(7).github()}/x")
    repo.commit()

    assert run_check(read_change(repo.folder)).places == [("link", 1, True)]


def test_a_repository_of_sha_256_is_read_like_any_other(
    tmp_path: Path, read_change: ReadChange, run_check: RunCheck
) -> None:
    repo = GitRepo(tmp_path / "sha256", object_format="sha256")
    repo.commit({"a.txt": "x\n"})
    repo.branch("change")
    repo.commit({"a.env": f"T={Maker(8).github()}\n"})

    assert run_check(read_change(repo.folder)).places == [("a.env", 1, True)]


def test_one_value_has_one_fingerprint_wherever_it_stands_and_another_for_another_policy(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = Maker(9).github()
    repo.branch("change")
    repo.commit({"a.env": f"T={value}\n", "b/c.py": f"\n\nx = '{value}'\n"})
    change = read_change(repo.folder)

    ours = {found.fingerprint for found in run_check(change).found}
    theirs = {found.fingerprint for found in run_check(change, salt=b"other").found}

    assert len(ours) == len(theirs) == 1
    assert ours != theirs


def test_paths_that_the_item_leaves_out_are_not_reported(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    maker = Maker(10)
    repo.branch("change")
    repo.commit({"a.env": f"T={maker.github()}\n", "b.env": f"T={maker.github()}\n"})

    ran = run_check(read_change(repo.folder), matches=lambda path: path != "a.env")

    assert ran.places == [("b.env", 1, True)]


def test_an_empty_change_passes(repo: GitRepo, read_change: ReadChange, run_check: RunCheck) -> None:
    ran = run_check(read_change(repo.folder))

    assert (ran.added.state.value, ran.suppressions.state.value) == ("pass", "pass")
