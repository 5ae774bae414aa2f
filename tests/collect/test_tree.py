from __future__ import annotations

import os
from contextlib import suppress

import pytest

from bot.errors import ToolError
from bot.model import Mode
from bot.settings import Limits
from tests.fixtures import ReadChange
from tests.repo import GitRepo


def test_a_tree_lists_finds_and_reads_its_files(repo: GitRepo, read_change: ReadChange) -> None:
    (repo.folder / "link").symlink_to("app.py")
    repo.commit({"src/a/x.py": "1", "src/y.py": "22", "z.md": "333"})

    tree = read_change(repo.folder, "main").head

    assert [entry.path for entry in tree.entries()] == ["app.py", "kept.txt", "link", "src/a/x.py", "src/y.py", "z.md"]
    assert [entry.path for entry in tree.glob("**/*.py", "*.md")] == ["app.py", "src/a/x.py", "src/y.py", "z.md"]
    assert dict(tree.read_many(["z.md", "nope", "src/y.py", "link"])) == {"z.md": b"333", "src/y.py": b"22"}
    entry = tree.entry("link")
    assert entry is not None
    assert entry.mode is Mode.SYMLINK
    assert tree.entry("src") is None


@pytest.mark.parametrize("path", ["nope", "src", "", "/", "../repo/app.py", "./app.py", "HEAD:app.py"])
def test_only_a_files_own_path_reads_it(path: str, repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({"src/a": "1"})

    with pytest.raises(KeyError):
        read_change(repo.folder, "main").head.read(path)


def test_many_files_come_in_batches(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({f"f{number}": f"{number}\n" for number in range(1300)})

    tree = read_change(repo.folder, "main").head

    names = [f"f{number}" for number in range(1300)]
    assert dict(tree.read_many(names)) == {name: f"{name[1:]}\n".encode() for name in names}


def test_a_reading_given_up_half_way_leaves_the_next_one_whole(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({f"f{number}": f"{number}\n" for number in range(20)})
    tree = read_change(repo.folder, "main").head

    next(tree.read_many([f"f{number}" for number in range(20)]))

    assert tree.read("f7") == b"7\n"


def test_a_forked_process_reads_by_itself(repo: GitRepo, read_change: ReadChange) -> None:
    tree = read_change(repo.folder, "main").head
    assert tree.read("kept.txt") == b"kept\n"
    answers, end = os.pipe()

    if os.fork() == 0:
        content = tree.read("app.py")
        os.write(end, content if isinstance(content, bytes) else b"")
        os._exit(0)
    os.close(end)

    assert os.read(answers, 100) == b"one\ntwo\nthree\n"
    assert tree.read("kept.txt") == b"kept\n"
    os.close(answers)


@pytest.mark.parametrize("others", range(6))
def test_a_forked_process_that_lets_go_of_all_that_is_open_reads_by_itself(
    repo: GitRepo, read_change: ReadChange, others: int
) -> None:
    tree = read_change(repo.folder, "main").head
    assert tree.read("kept.txt") == b"kept\n"
    answers, end = os.pipe()

    if os.fork() == 0:
        os.closerange(3, end)
        os.closerange(end + 1, 1 << 10)
        # The numbers of what was open are given again, to whatever is opened next.
        for _ in range(others):
            os.dup(end)
        with suppress(Exception):
            os.write(end, b"".join(content for _, content in tree.read_many(["app.py"]) if isinstance(content, bytes)))
        os._exit(0)
    os.close(end)

    assert os.read(answers, 100) == b"one\ntwo\nthree\n"
    os.close(answers)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([b"two"], [b"two"]),
        ([b"two", b"nowhere"], [b"two"]),
        ([b"wo", b"two"], [b"wo", b"two"]),
        ([b"t.o"], []),
        ([b"-e"], []),
        ([b"\xff\xfe"], [b"\xff\xfe"]),
        ([b""], []),
        ([], []),
    ],
)
def test_a_tree_knows_which_values_stand_in_it(
    values: list[bytes], found: list[bytes], repo: GitRepo, read_change: ReadChange
) -> None:
    repo.commit({"binary": b"\0\xff\xfe\0"})

    assert read_change(repo.folder, "main").head.contains(values) == frozenset(found)


def test_a_tree_with_too_many_paths_is_refused(repo: GitRepo, read_change: ReadChange) -> None:
    tree = read_change(repo.folder, "main", limits=Limits(max_tree_entries=1)).head

    with pytest.raises(ToolError, match="more than 1 paths"):
        tree.entries()
