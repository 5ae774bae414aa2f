from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.collect.change import Repository, Revision
from bot.errors import ChangeError
from bot.model import Change, ChangedFile, Hunk, Mode, NotRead, Status
from bot.settings import Limits
from tests.fixtures import ReadChange
from tests.repo import GitRepo


def by_path(change: Change) -> dict[str, ChangedFile]:
    return {file.path: file for file in change.files}


def committed(change: Change) -> list[list[str]]:
    return [[file.path for file in commit.files] for commit in change.commits]


def test_a_change_holds_its_commits_files_and_hunks(repo: GitRepo, read_change: ReadChange) -> None:
    base = repo.git("rev-parse", "HEAD")
    repo.branch("feature")
    first = repo.commit({"app.py": "one\n2\nthree\nfour\n"}, "second\n\nwith a body")
    second = repo.commit({"new.py": "x\n"}, "third")

    change = read_change(repo.folder)

    assert (change.base.commit, change.merge_base.commit, change.head.commit) == (base, base, second)
    assert [(commit.oid, commit.parents, commit.message) for commit in change.commits] == [
        (first, [base], "second\n\nwith a body\n"),
        (second, [first], "third\n"),
    ]
    assert committed(change) == [["app.py"], ["new.py"]]
    assert by_path(change)["app.py"].hunks == (Hunk(2, 1, 2, 1), Hunk(3, 0, 4, 1))
    assert [list(lines) for lines in by_path(change)["app.py"].added_lines()] == [[2], [4]]
    assert by_path(change)["new.py"].status is Status.ADDED
    assert by_path(change)["new.py"].old_path is None
    assert not change.gaps


def test_only_what_the_branch_adds_is_in_the_change(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"mine.py": "x\n"})
    repo.switch("main")
    theirs = repo.commit({"theirs.py": "x\n"})
    repo.switch("feature")

    change = read_change(repo.folder)

    assert list(by_path(change)) == ["mine.py"]
    assert change.base.commit == theirs
    assert change.merge_base.commit != theirs


def test_a_merge_of_the_base_brings_nothing_of_the_base(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"mine.py": "x\n"})
    repo.switch("main")
    repo.commit({"theirs.py": "x\n"})
    repo.switch("feature")
    repo.git("merge", "-q", "--no-edit", "main")

    change = read_change(repo.folder)

    assert list(by_path(change)) == ["mine.py"]
    assert committed(change) == [["mine.py"], []]


def test_what_a_merge_itself_adds_is_seen(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"app.py": "one\nmine\nthree\n"})
    repo.switch("main")
    repo.commit({"app.py": "one\ntheirs\nthree\n"})
    repo.switch("feature")
    repo.git("merge", "-q", "--no-commit", "-s", "ours", "main")
    merge = repo.commit({"app.py": "one\nboth\nthree\n", "smuggled.py": "x\n"})

    commit = read_change(repo.folder).commits[-1]

    assert commit.oid == merge
    assert [file.path for file in commit.files] == ["app.py", "smuggled.py"]
    assert [len(file.parent_oids) for file in commit.files] == [2, 2]
    assert commit.files[1].parent_oids == (None, None)


def test_a_rename_keeps_both_names(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({"long.py": "".join(f"line {n}\n" for n in range(50))})
    repo.branch("feature")
    repo.commit({"long.py": None, "moved/long.py": "".join(f"line {n}\n" for n in range(50)) + "more\n"})

    [file] = read_change(repo.folder).files

    assert (file.status, file.old_path, file.path) == (Status.RENAMED, "long.py", "moved/long.py")
    assert file.hunks == (Hunk(50, 0, 51, 1),)


def test_deletes_modes_links_and_type_changes_are_told_apart(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({"gone.py": "x\n", "run.sh": "x\n", "becomes": "a file\n"})
    repo.branch("feature")
    (repo.folder / "run.sh").chmod(0o755)
    (repo.folder / "becomes").unlink()
    (repo.folder / "becomes").symlink_to("/etc/passwd")
    (repo.folder / "link").symlink_to("kept.txt")
    repo.commit({"gone.py": None})

    change = read_change(repo.folder)

    files = {path: (file.status, file.old_mode, file.new_mode) for path, file in by_path(change).items()}
    assert files == {
        "gone.py": (Status.DELETED, Mode.FILE, Mode.ABSENT),
        "run.sh": (Status.MODIFIED, Mode.FILE, Mode.EXECUTABLE),
        "becomes": (Status.TYPE_CHANGED, Mode.FILE, Mode.SYMLINK),
        "link": (Status.ADDED, Mode.ABSENT, Mode.SYMLINK),
    }
    assert all(file.lines_known for file in change.files)
    assert by_path(change)["becomes"].hunks == (Hunk(1, 1, 0, 0), Hunk(0, 0, 1, 1))
    with pytest.raises(KeyError):
        change.head.read("becomes")


def test_a_submodule_has_no_content_and_no_gap(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    repo.git("commit", "-q", "-m", "add a submodule")

    change = read_change(repo.folder)

    [file] = change.files
    assert (file.new_mode, file.new_oid, file.lines_known) == (Mode.SUBMODULE, "1" * 40, True)
    assert not change.gaps
    assert "module" not in dict(change.head.read_many(["module", "kept.txt"]))


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        'with "quotes"',
        "with\nnewline",
        "with\ttab",
        "--help",
        ":(glob)**",
        "naïve",
        os.fsdecode(b"latin-\xe9"),
        "diff --git a/x b/x\n@@ -1 +1 @@",
    ],
)
def test_any_name_comes_through(name: str, repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    (repo.folder / name).parent.mkdir(parents=True, exist_ok=True)
    repo.commit({name: "x\n"})
    repo.commit({name: "y\n", "z.txt": "z\n"})

    change = read_change(repo.folder)

    assert by_path(change)[name].hunks == (Hunk(0, 0, 1, 1),)
    assert by_path(change)["z.txt"].hunks == (Hunk(0, 0, 1, 1),)
    assert change.head.read(name) == b"y\n"
    assert committed(change)[0] == [name]


@pytest.mark.parametrize(
    ("content", "hunk"),
    [
        (b"a\r\nb\r\n", Hunk(0, 0, 1, 2)),
        (b"no last newline", Hunk(0, 0, 1, 1)),
        (b"latin \xe9\n", Hunk(0, 0, 1, 1)),
        (b"@@ -1 +1 @@\ndiff --git a/x b/x\nBinary files a and b differ\n", Hunk(0, 0, 1, 3)),
    ],
)
def test_any_text_has_hunks(content: bytes, hunk: Hunk, repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"new": content})

    change = read_change(repo.folder)

    assert by_path(change)["new"].hunks == (hunk,)
    assert change.head.read("new") == content


def test_of_binary_content_each_line_may_be_new(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"blob": b"\0\1\2", "text": "x\n"})

    change = read_change(repo.folder)

    assert not by_path(change)["blob"].lines_known
    assert by_path(change)["text"].hunks == (Hunk(0, 0, 1, 1),)


def test_an_empty_range_is_empty(repo: GitRepo, read_change: ReadChange) -> None:
    assert read_change(repo.folder, "HEAD", "HEAD").empty


def test_a_head_behind_its_base_is_empty(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({"later": "x"})

    assert read_change(repo.folder, "main", "main~1").empty


def test_an_empty_commit_is_a_change(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit(message="nothing")

    change = read_change(repo.folder)

    assert not change.empty
    assert committed(change) == [[]]


def test_unrelated_histories_are_an_error(repo: GitRepo, read_change: ReadChange) -> None:
    repo.git("switch", "-q", "--orphan", "other")
    repo.commit({"x": "x"})

    with pytest.raises(ChangeError, match="no common history"):
        read_change(repo.folder)


def test_an_unknown_revision_is_an_error(repo: GitRepo, read_change: ReadChange) -> None:
    with pytest.raises(ChangeError, match=r"unknown revision 'nope\\nx'"):
        read_change(repo.folder, "nope\nx")


@pytest.mark.parametrize("revision", ["--help", "--all", "-x", "HEAD:app.py", "", "main..HEAD", "f" * 40])
def test_a_revision_is_never_an_option(revision: str, repo: GitRepo, read_change: ReadChange) -> None:
    with pytest.raises(ChangeError, match="unknown revision"):
        read_change(repo.folder, revision)


def test_a_folder_without_a_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ChangeError, match="no git repository"):
        Repository(tmp_path, scratch=tmp_path, limits=Limits())


def test_a_bare_repository_a_worktree_and_a_subfolder_read_alike(
    repo: GitRepo, tmp_path: Path, read_change: ReadChange
) -> None:
    repo.branch("feature")
    repo.commit({"sub/new": "x\n"})
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"), "feature")

    changes = [
        read_change(repo.folder),
        read_change(repo.folder / "sub"),
        read_change(tmp_path / "tree"),
        read_change(tmp_path / "bare.git", "main", "feature"),
    ]

    assert [change.files for change in changes] == [changes[0].files] * 4
    assert [change.head.read("sub/new") for change in changes] == [b"x\n"] * 4


def test_a_clone_with_alternates_is_read_through_them(repo: GitRepo, tmp_path: Path, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"new": "x\n"})
    repo.git("clone", "-q", "--shared", ".", str(tmp_path / "shared"))

    change = read_change(tmp_path / "shared", "origin/main", "origin/feature")

    assert change.head.read("new") == b"x\n"


def test_a_sha256_repository_is_read(tmp_path: Path, read_change: ReadChange) -> None:
    repo = GitRepo(tmp_path / "repo", object_format="sha256")
    repo.commit({"a": "x\n"})
    repo.branch("feature")
    head = repo.commit({"a": "y\n"})

    change = read_change(repo.folder)

    assert change.head.commit == head
    assert len(head) == 64
    assert change.files[0].hunks == (Hunk(1, 1, 1, 1),)
    assert change.head.read("a") == b"y\n"


def test_an_odd_folder_name_is_no_obstacle(tmp_path: Path, read_change: ReadChange) -> None:
    repo = GitRepo(tmp_path / 'a "b"\n:c\\d')
    repo.commit({"a": "x\n"})
    repo.branch("feature")
    repo.commit({"a": "y\n"})

    assert read_change(repo.folder).head.read("a") == b"y\n"


def test_the_checkouts_own_settings_never_count(repo: GitRepo, tmp_path: Path, read_change: ReadChange) -> None:
    marker = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    script.chmod(0o755)
    repo.branch("feature")
    head = repo.commit({"app.py": "one\nnew\nthree\n", ".gitattributes": "* -diff filter=x diff=x\n*.py binary\n"})
    for key in (
        "core.fsmonitor",
        "diff.external",
        "diff.x.command",
        "diff.x.textconv",
        "filter.x.smudge",
        "core.pager",
    ):
        repo.git("config", key, str(script))
    repo.git("config", "core.hooksPath", str(tmp_path))
    repo.git("config", "diff.renames", "false")
    other = repo.git("commit-tree", "-m", "fake", repo.git("rev-parse", "main^{tree}"))
    repo.git("replace", head, other)

    change = read_change(repo.folder)

    assert by_path(change)["app.py"].hunks == (Hunk(2, 1, 2, 1),)
    assert not marker.exists()


def test_nothing_is_written_into_the_checkout(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"app.py": "x\n"})
    before = {path: path.stat().st_mtime_ns for path in repo.folder.rglob("*")}

    change = read_change(repo.folder)
    change.base.contains([b"three"])

    assert {path: path.stat().st_mtime_ns for path in repo.folder.rglob("*")} == before


def test_a_shallow_clone_is_a_gap_and_never_empty(repo: GitRepo, tmp_path: Path, read_change: ReadChange) -> None:
    repo.branch("feature")
    for number in range(3):
        repo.commit({"new": f"{number}\n"})
    repo.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.folder}", str(tmp_path / "shallow"))

    change = read_change(tmp_path / "shallow", "origin/main", "origin/feature")

    assert not change.readable
    assert not change.empty
    assert "shallow" in change.gaps[0].reason
    assert "unshallow" in change.gaps[0].settle


def test_a_shallow_clone_that_holds_the_whole_range_is_read(
    repo: GitRepo, tmp_path: Path, read_change: ReadChange
) -> None:
    repo.commit({"b": "x\n"})
    repo.branch("feature")
    repo.commit({"new": "x\n"})
    repo.git("clone", "-q", "--depth=2", "--branch=feature", f"file://{repo.folder}", str(tmp_path / "shallow"))

    change = read_change(tmp_path / "shallow", "HEAD~1", "HEAD")

    assert change.readable
    assert list(by_path(change)) == ["new"]


def test_a_base_that_a_shallow_clone_lacks_is_a_gap(repo: GitRepo, tmp_path: Path, read_change: ReadChange) -> None:
    base = repo.git("rev-parse", "HEAD")
    repo.branch("feature")
    repo.commit({"new": "x\n"})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))

    change = read_change(tmp_path / "shallow", base, "HEAD")

    assert not change.readable
    assert base[:12] in change.gaps[0].reason


def test_a_partial_clone_names_what_is_not_here(repo: GitRepo, tmp_path: Path, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"new": "x\n", "app.py": "changed\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git(
        *("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo.folder}", str(tmp_path / "partial")),
    )

    change = read_change(tmp_path / "partial", "origin/main", "HEAD")

    assert sorted(by_path(change)) == ["app.py", "new"]
    assert not any(file.lines_known for file in change.files)
    assert isinstance(change.head.read("new"), NotRead)


@pytest.mark.parametrize("size", [99, 100, 101])
def test_a_file_past_its_limit_is_named_and_the_others_are_read(
    size: int, repo: GitRepo, read_change: ReadChange
) -> None:
    repo.branch("feature")
    repo.commit({"big": "x" * size, "small": "x\n"})

    change = read_change(repo.folder, limits=Limits(max_file_bytes=100))

    content = change.head.read("big")
    assert isinstance(content, NotRead) is (size > 100)
    assert by_path(change)["big"].lines_known is (size <= 100)
    assert by_path(change)["small"].hunks == (Hunk(0, 0, 1, 1),)


def test_all_reading_together_has_a_limit(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({f"f{number}": f"{number}" * 60 for number in range(3)})

    change = read_change(repo.folder, limits=Limits(max_total_bytes=130))

    contents = dict(change.head.read_many(["f0", "f1", "f2"]))
    assert [isinstance(contents[name], NotRead) for name in ("f0", "f1", "f2")] == [False, False, True]
    # What was read before does not count again.
    assert change.head.read("f0") == b"0" * 60


def test_files_past_their_count_are_gaps(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({f"f{number:02}": "x\n" for number in range(30)})

    change = read_change(repo.folder, limits=Limits(max_files=5))

    assert [gap.path for gap in change.gaps] == [f"f{number:02}" for number in range(5, 25)] + [None]
    assert sum(file.lines_known for file in change.files) == 5


def test_commits_past_their_count_are_a_gap(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    for number in range(4):
        repo.commit({"f": f"{number}\n"})

    change = read_change(repo.folder, limits=Limits(max_commits=3))

    assert len(change.commits) == 3
    assert "more than 3 commits" in change.gaps[0].reason


def test_a_diff_past_its_limit_leaves_lines_unknown(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"a": "x\n", "b": "y" * 5000 + "\n", "c": "z\n"})

    change = read_change(repo.folder, limits=Limits(max_diff_bytes=2000))

    assert [file.lines_known for file in change.files] == [True, False, False]


def test_the_default_base_is_what_origin_says(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("branch", "-m", "trunk")
    repo.git("clone", "-q", ".", str(tmp_path / "clone"))

    repository = Repository(tmp_path / "clone", scratch=tmp_path, limits=Limits())

    assert repository.resolve_default_base().name == "origin/trunk"
    assert repository.default_branch() == Revision(repo.git("rev-parse", "HEAD"), "trunk")


def test_a_repository_without_a_default_branch_asks_for_the_base(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("branch", "-m", "trunk")

    repository = Repository(repo.folder, scratch=tmp_path, limits=Limits())

    with pytest.raises(ChangeError, match="--base"):
        repository.resolve_default_base()
