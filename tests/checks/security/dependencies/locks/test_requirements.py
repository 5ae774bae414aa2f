"""Requirements files as pip reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.security.dependencies.locks import is_lock, read_locks
from tests.checks.security.dependencies.locks.make import read_all, read_one, show_all
from tests.fixtures import ReadChange
from tests.repo import GitRepo


def read(text: str | bytes) -> list[str]:
    return show_all(read_one("requirements.txt", text))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Django==4.2.1", "1: django 4.2.1"),
        ("zope.interface_x == 5.4", "1: zope-interface-x 5.4"),
        ("requests[socks, security]==2.31.0", "1: requests 2.31.0"),
        ('a==1.0 ; python_version < "3.12"  # why', "1: a 1.0"),
        ("a===1.0", "1: a 1.0"),
        ("a>=1,==1.5", "1: a 1.5"),
        ("a==1!2.0+local.1", "1: a 1!2.0+local.1"),
        ("a", "1: a origin=unpinned"),
        ("a>=1.0,<2", "1: a origin=unpinned <2,>=1.0"),
        ("a==1.*", "1: a origin=unpinned ==1.*"),
        ("a==1.0 --hash=sha256:b --hash=sha256:a", "1: a 1.0 integrity=yes"),
        ("a @ https://u:p@example.com/a-1.tar.gz?x=y", "1: a origin=url https://example.com/a-1.tar.gz"),
        (
            "git+https://x:token@example.com/b.git@v1#egg=A_b",
            "1: a-b origin=vcs git+https://example.com/b.git@v1#egg=A_b",
        ),
        ("-e git+ssh://git@example.com/b.git#egg=b", "1: b origin=vcs git+ssh://example.com/b.git#egg=b"),
        ("--editable=./libs/b", "1: ./libs/b origin=path ./libs/b"),
        ("libs/b", "1: libs/b origin=path libs/b"),
        ("b_c-1.0-py3-none-any.whl", "1: b-c origin=path b_c-1.0-py3-none-any.whl"),
        ("https://example.com/b-1.0-py3-none-any.whl", "1: b origin=url https://example.com/b-1.0-py3-none-any.whl"),
    ],
)
def test_a_line_is_read_as_pip_reads_it(line: str, expected: str) -> None:
    assert read(line + "\n") == [expected]


@pytest.mark.parametrize("line", ["# a==1.0", "", "   ", "--pre", "--no-binary :all:", "-i https://pypi.org/simple"])
def test_a_line_that_asks_for_nothing_is_quiet(line: str) -> None:
    assert read(line + "\n") == []


@pytest.mark.parametrize("line", ["???", "a==", "--bogus", "-r https://example.com/r.txt", "-r ../../r.txt", "${A}==1"])
def test_a_line_that_cannot_be_read_is_named_and_the_rest_is_read(line: str) -> None:
    [first, second, unknown] = read(f"a==1.0\n{line}\nb==2.0\n")

    assert [first, second] == ["1: a 1.0", "3: b 2.0"]
    assert unknown.startswith("2? ")


def test_lines_are_joined_and_keep_the_number_of_their_first() -> None:
    assert read("a==1.0 \\\n    --hash=sha256:0 \\\n    --hash=sha256:1\nb \\\n  ==2.0\n# c \\\nd==3.0\n") == [
        "1: a 1.0 integrity=yes",
        "4: b 2.0",
        "7: d 3.0",
    ]


def test_what_pip_takes_for_an_end_of_line_ends_a_comment() -> None:
    assert read("a==1.0 # fine\u2028evil==6.6.6\nb==2.0\r\nc==3.0\rd==4.0\n") == [
        "1: a 1.0",
        "1: evil 6.6.6",
        "2: b 2.0",
        "3: c 3.0",
        "3: d 4.0",
    ]


def test_an_encoding_that_the_file_names_counts() -> None:
    assert read("# -*- coding: latin-1 -*-\na==1.0 # \xe9\n".encode("latin-1")) == ["2: a 1.0"]


def test_another_index_is_named_by_its_host() -> None:
    assert read("--extra-index https://u:p@idx.example.com/simple\na==1.0\n") == ["2: a 1.0 registry=idx.example.com"]


def test_files_that_a_file_names_are_read_once_each() -> None:
    files = read_all(
        {
            "requirements.txt": "-r sub/base.in\n--requirement=sub/base.in\na==1.0\n",
            "sub/base.in": "b==2.0\n-r ../requirements.txt\n-rmore\n",
            "sub/more": "c==3.0\n",
        }
    )

    assert [(file.path, show_all(file)) for file in files] == [
        ("requirements.txt", ["3: a 1.0"]),
        ("sub/base.in", ["1: b 2.0"]),
        ("sub/more", ["1: c 3.0"]),
    ]


def test_a_constraint_fixes_the_version_of_what_has_none() -> None:
    [constraints, requirements] = read_all(
        {"requirements.txt": "-c constraints.txt\nA_b\nc>=1\nd==1.0\n", "constraints.txt": "a-b==2.0\nd==9.9\n"}
    )

    assert show_all(constraints) == ["1: a-b 2.0", "2: d 9.9"]
    assert show_all(requirements) == ["2: a-b 2.0", "3: c origin=unpinned >=1", "4: d 1.0"]


def test_a_file_that_is_not_there_is_named() -> None:
    assert read("-r gone.txt\n-c gone-too.txt\n") == [
        "1? --requirement names what is no file of the tree",
        "2? --constraint names what is no file of the tree",
    ]


@pytest.mark.parametrize(
    "path",
    ["requirements.txt", "a/requirements-dev.txt", "dev_requirements.txt", "requirements/base.txt", "constraints.txt"],
)
def test_requirements_are_known_by_their_names(path: str) -> None:
    assert is_lock(path)


@pytest.mark.parametrize("path", ["notes.txt", "requirements.md", "requirements", "docs/base.txt", "poetry.lock.orig"])
def test_other_files_are_no_locks(path: str) -> None:
    assert not is_lock(path)


def test_a_tree_of_git_is_read(repo: GitRepo, read_change: ReadChange, tmp_path: Path) -> None:
    (repo.folder / "requirements").mkdir()
    (repo.folder / "requirements" / "linked.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "outside.txt").write_text("outside==1.0\n")
    repo.commit({"requirements/base.txt": "a==1.0\n-r linked.txt\n"})
    tree = read_change(repo.folder).head

    [base, linked] = read_locks(tree, [entry.path for entry in tree.entries()])

    assert show_all(base) == ["1: a 1.0", "2? --requirement names what is no file of the tree"]
    assert show_all(linked) == ["None? the file is a symbolic link or a submodule"]
