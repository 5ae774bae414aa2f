from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bot.checks.coverage.formats import read_report
from bot.checks.coverage.lines import FileLines, Format, Report
from bot.checks.coverage.paths import Placed, map_paths
from bot.model import Tree
from tests.fixtures import ReadChange
from tests.repo import GitRepo


class Repository:
    """A repository of the given files, and what a report's names become in it."""

    def __init__(self, folder: Path, read_change: ReadChange) -> None:
        self._repo, self._read = GitRepo(folder), read_change

    def tree(self, files: Iterable[str] | dict[str, str]) -> Tree:
        texts = files if isinstance(files, dict) else dict.fromkeys(files, "one\ntwo\nthree\n")
        self._repo.commit(dict(texts))
        return self._read(self._repo.folder).head

    def place(
        self,
        files: Iterable[str] | dict[str, str],
        names: Iterable[str],
        *,
        report: str = "coverage.xml",
        roots: Sequence[str] = (),
        of: Format = Format.COBERTURA,
        lines: bytes = b"\0\3\1",
    ) -> Placed:
        by_name = {name: FileLines(bytearray(lines)) for name in names}
        made = Report(name=report, format=of, headline=None, totals={}, files=by_name, roots=roots)
        return map_paths([made], self.tree(files)).placed[0]


@pytest.fixture
def repository(tmp_path: Path, read_change: ReadChange) -> Repository:
    return Repository(tmp_path / "shop", read_change)


@pytest.mark.parametrize(
    "name",
    [
        "src/a.py",
        "./src/a.py",
        "\ufeffsrc/a.py",
        "src/sub/../a.py",
        "src\\a.py",
        "/home/runner/work/shop/shop/src/a.py",
        "/__w/shop/shop/src/a.py",
        "D:\\a\\shop\\shop\\src\\a.py",
        "D:/a/shop/shop/src/a.py",
        "C:\\agent\\_work\\1\\s\\src\\a.py",
        "file:///github/workspace/src/a.py",
        "/_/src/a.py",
        "/proc/self/cwd/src/a.py",
        "/var/jenkins_home/workspace/shop@2/src/a.py",
        "/somewhere/else/src/a.py",
        "d:\\a\\shop\\shop\\SRC\\A.py",
    ],
)
def test_a_name_of_any_machine_finds_its_file(repository: Repository, name: str) -> None:
    assert repository.place(["src/a.py", "README.md"], [name]).paths == {name: "src/a.py"}


def test_a_name_is_below_its_declared_source_folder(repository: Repository) -> None:
    placed = repository.place(["calc.py", "pkg/calc.py"], ["calc.py"], roots=["/build/shop/pkg"])

    assert placed.paths == {"calc.py": "pkg/calc.py"}


def test_two_source_folders_with_a_file_of_one_name_are_ambiguous(repository: Repository) -> None:
    placed = repository.place(["a/util.py", "b/util.py", "a/x.py"], ["util.py", "x.py"], roots=["/r/a", "/r/b"])

    assert (placed.paths, placed.ambiguous) == ({"x.py": "a/x.py"}, {"util.py": ["a/util.py", "b/util.py"]})


def test_of_two_files_of_one_name_the_one_whose_text_the_lines_fit_is_meant(repository: Repository) -> None:
    files = {"a/util.py": "one\n", "b/util.py": "one\ntwo\n"}

    assert repository.place(files, ["util.py"], roots=["/r/a", "/r/b"]).paths == {"util.py": "b/util.py"}


@pytest.mark.parametrize("package", ["a", "b"])
def test_the_reports_own_folder_tells_packages_apart(repository: Repository, package: str) -> None:
    files = ["packages/a/src/x.js", "packages/b/src/x.js", "src/x.js"]

    placed = repository.place(files, ["src/x.js"], report=f"packages/{package}/coverage/lcov.info", of=Format.LCOV)

    assert placed.paths == {"src/x.js": f"packages/{package}/src/x.js"}


def test_a_name_above_the_reports_folder_is_found_from_there(repository: Repository) -> None:
    placed = repository.place(["src/x.c"], ["../src/x.c"], report="build/coverage.info")

    assert placed.paths == {"../src/x.c": "src/x.c"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "../secret.py", "src/../../secret.py"])
def test_a_name_that_climbs_out_of_the_repository_is_named(repository: Repository, name: str) -> None:
    placed = repository.place(["secret.py", "etc/passwd"], [name])

    assert (placed.paths, placed.climbing) == ({}, [name])


def test_the_files_of_a_report_agree_on_one_beginning(repository: Repository) -> None:
    files = ["backend/main.py", "backend/api/users.py", "frontend/main.py"]

    placed = repository.place(files, ["/app/main.py", "/app/api/users.py"])

    assert placed.paths == {"/app/main.py": "backend/main.py", "/app/api/users.py": "backend/api/users.py"}


def test_a_generated_or_installed_file_is_not_taken_for_one_that_ends_alike(repository: Repository) -> None:
    files = ["util.py", "src/a.py", "src/b.py", "src/index.js"]
    names = ["/b/src/a.py", "/b/src/b.py", "/b/gen/util.py", "/b/node_modules/x/src/index.js"]

    placed = repository.place(files, names)

    assert (sorted(placed.paths.values()), placed.unmapped) == (["src/a.py", "src/b.py"], names[2:])


@pytest.mark.parametrize("name", ["dist/util.js", "/opt/ruby/lib/set.rb", "other/pkg/set.rb"])
def test_a_file_that_shares_only_its_last_name_is_not_guessed(repository: Repository, name: str) -> None:
    placed = repository.place(["src/util.js", "app/set.rb"], [name])

    assert (placed.paths, placed.unmapped, placed.matches) == ({}, [name], False)


def test_java_packages_are_found_below_any_source_folder(repository: Repository) -> None:
    files = ["core/src/main/java/org/shop/A.java", "core/src/main/kotlin/org/shop/B.kt"]
    names = ["org/shop/A.java", "org/shop/B.kt"]

    assert repository.place(files, names, of=Format.JACOCO).paths == dict(zip(names, files, strict=True))


def test_the_module_of_a_java_report_tells_equal_packages_apart(repository: Repository) -> None:
    files = ["core/src/main/java/org/A.java", "web/src/main/java/org/A.java"]

    by_folder = repository.place(files, ["org/A.java"], report="web/target/site/jacoco/jacoco.xml", of=Format.JACOCO)
    by_group = repository.place(files, ["core/org/A.java", "web/org/A.java"], of=Format.JACOCO)
    by_nothing = repository.place(files, ["org/A.java"], of=Format.JACOCO)

    assert by_folder.paths == {"org/A.java": files[1]}
    assert by_group.paths == {"core/org/A.java": files[0], "web/org/A.java": files[1]}
    assert by_nothing.ambiguous == {"org/A.java": files}


def test_kotlin_may_leave_out_the_first_folders_of_its_packages(repository: Repository) -> None:
    files = ["src/main/kotlin/cart/A.kt", "src/main/kotlin/cart/B.kt"]

    placed = repository.place(files, ["org/shop/cart/A.kt", "org/shop/cart/B.kt"], of=Format.JACOCO)

    assert sorted(placed.paths.values()) == files


def test_go_names_lose_their_module_the_longest_one(repository: Repository) -> None:
    files = {
        "go.mod": "module example.org/shop/v2\n\ngo 1.22\n",
        "a.go": "x\ny\nz\n",
        "tools/go.mod": 'module "example.org/shop/v2/tools" // nested\n',
        "tools/gen/b.go": "x\ny\nz\n",
        "vendor/example.org/dep/c.go": "x\ny\nz\n",
    }
    names = ["example.org/shop/v2/a.go", "example.org/shop/v2/tools/gen/b.go", "example.org/dep/c.go", "other.org/a.go"]

    placed = repository.place(files, names, of=Format.GO)

    assert placed.paths == dict(zip(names, ["a.go", "tools/gen/b.go", "vendor/example.org/dep/c.go"], strict=False))
    assert placed.unmapped == ["other.org/a.go"]


def test_names_of_two_agents_are_one_file(repository: Repository) -> None:
    names = ["C:\\agent1\\s\\src\\a.cs", "/agent2/s/src/a.cs", "src\\sub/b.cs", "src/sub/b.cs"]

    placed = repository.place(["src/a.cs", "src/sub/b.cs"], names)

    assert placed.paths == dict(zip(names, ["src/a.cs"] * 2 + ["src/sub/b.cs"] * 2, strict=True))


def test_a_report_of_another_place_does_not_match(repository: Repository) -> None:
    placed = repository.place(["src/a.py"], ["src/a.py", "lib/x.py", "lib/y.py"])

    assert (placed.matches, placed.unmapped) == (False, ["lib/x.py", "lib/y.py"])


def test_reports_are_united_by_path(repository: Repository) -> None:
    tree = repository.tree(["src/a.py", "src/b.py"])
    reports = [
        Report(
            name="1", format=Format.LCOV, headline=None, totals={}, files={"src/a.py": FileLines(bytearray(b"\0\1\3"))}
        ),
        Report(
            name="2",
            format=Format.LCOV,
            headline=None,
            totals={},
            files={"/r/src/a.py": FileLines(bytearray(b"\0\3\1\1"))},
        ),
    ]

    assert {path: bytes(file.lines) for path, file in map_paths(reports, tree).files.items()} == {
        "src/a.py": b"\0\3\3\1"
    }


def test_what_nocov_takes_out_does_not_count(repository: Repository) -> None:
    source = "a\n# :nocov:\nb\n# :nocov:\nc\n"
    content = b'{"unit": {"coverage": {"/r/lib/a.rb": {"lines": [1, null, 0, null, 0]}}, "timestamp": 1}}'
    report = read_report(io.BytesIO(content), ".resultset.json")
    assert isinstance(report, Report)

    mapped = map_paths([report], repository.tree({"lib/a.rb": source}))

    [placed] = mapped.placed
    assert placed.report.headline is not None
    assert placed.report.headline.ratio == (1, 2)
    assert list(mapped.files["lib/a.rb"].missed()) == [5]


def test_many_files_of_one_name_take_no_long_time(repository: Repository) -> None:
    files = [f"src/p{number}/__init__.py" for number in range(500)]

    placed = repository.place(files, [f"/r/{path}" for path in files])

    assert sorted(placed.paths.values()) == sorted(files)
