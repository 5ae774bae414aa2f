"""Advisories out of a folder: matched here, quickly, and never a pass for what the folder does not hold."""

from __future__ import annotations

import json
import os
import time
import zipfile
from pathlib import Path

import pytest

from bot.collect.advisories.folder import FolderAdvisories
from bot.errors import UsageError
from bot.model import AdvisoryAnswer, Package, PackageAnswer
from tests.osv_server import record

LODASH = ("npm", "lodash")


def _ask(folder: Path, *packages: Package) -> AdvisoryAnswer:
    return FolderAdvisories(folder).ask(packages, [])


def _ids(answer: AdvisoryAnswer, package: Package) -> list[str]:
    return [one.id for one in answer.packages[package].advisories]


def _package(version: str, ecosystem: str = "npm", name: str = "lodash") -> Package:
    return Package(ecosystem=ecosystem, name=name, version=version)


def _write(folder: Path, *records: dict[str, object]) -> None:
    for one in records:
        (folder / f"{one['id']}.json").write_text(json.dumps(one))


def _ranged(name: str, ecosystem: str, package: str, *events: tuple[str, str]) -> dict[str, object]:
    made = record(name, (ecosystem, package), [])
    made["affected"][0]["ranges"] = [{"type": "ECOSYSTEM", "events": [{kind: version} for kind, version in events]}]
    return made


@pytest.mark.parametrize(
    ("ecosystem", "name", "events", "inside", "outside"),
    [
        ("npm", "a", [("introduced", "0"), ("fixed", "1.2.3")], "1.2.3-rc.1", "1.2.3"),
        ("npm", "@a/b", [("introduced", "1.0.0"), ("last_affected", "1.2.3")], "1.2.3", "1.2.4"),
        ("PyPI", "a-b", [("introduced", "2.0"), ("fixed", "2.10")], "2.9", "2.10.0"),
        (
            "Go",
            "example.org/a",
            [("introduced", "0"), ("fixed", "1.2.0")],
            "0.0.0-20210101000000-abcdef123456",
            "1.2.0",
        ),
        ("crates.io", "a", [("introduced", "0.0.0-0"), ("fixed", "0.3.0")], "0.2.9", "0.3.1"),
        ("Maven", "org.a:b", [("introduced", "2.0-beta9"), ("fixed", "2.15.0")], "2.14.1", "2.15.0"),
        ("RubyGems", "a", [("introduced", "0"), ("fixed", "5.2.4.3")], "5.2.4.2", "5.2.4.3"),
        ("NuGet", "A.B", [("introduced", "0"), ("fixed", "13.0.1")], "12.0.3", "13.0.1"),
        ("Packagist", "a/b", [("introduced", "0"), ("fixed", "5.4.1")], "v5.4.0", "v5.4.1"),
        ("Packagist", "a/b", [("introduced", "0"), ("fixed", "5.7.0.2")], "5.7.0.1", "5.7.0.10"),
        ("Packagist", "a/b", [("introduced", "0"), ("fixed", "2.4.3-p1")], "2.4.3", "2.4.3-p2"),
        ("Packagist", "a/b", [("introduced", "0"), ("fixed", "1.0.0-beta10")], "1.0.0-beta2", "1.0.0-RC1"),
        ("npm", "a", [("introduced", "0"), ("limit", "2.0.0")], "1.9.9", "2.0.0"),
        ("npm", "a", [("fixed", "1.1.0"), ("introduced", "0"), ("introduced", "2.0.0")], "2.0.1", "1.5.0"),
    ],
)
def test_ranges_hold_as_each_ecosystem_orders_versions(
    tmp_path: Path, ecosystem: str, name: str, events: list[tuple[str, str]], inside: str, outside: str
) -> None:
    _write(tmp_path, _ranged("X-1", ecosystem, name, *events))
    bad, good = (_package(version, ecosystem, name) for version in (inside, outside))

    answer = _ask(tmp_path, bad, good)

    assert (_ids(answer, bad), _ids(answer, good)) == (["X-1"], [])
    assert answer.packages[good].gap is None


def test_listed_versions_count_however_they_are_written(tmp_path: Path) -> None:
    _write(tmp_path, record("X-1", ("PyPI", "Foo.Bar"), ["1.0"]))
    package = _package("1.0.0", "PyPI", "foo-bar")

    assert _ids(_ask(tmp_path, package), package) == ["X-1"]


def test_a_withdrawn_advisory_and_one_of_another_registry_s_ecosystem_do_not_count(tmp_path: Path) -> None:
    _write(tmp_path, record("X-1", LODASH, ["1.0.0"], withdrawn="2026-01-01T00:00:00Z"))
    _write(tmp_path, record("X-2", ("PyPI", "lodash"), ["1.0.0"]))

    assert _ids(_ask(tmp_path, _package("1.0.0")), _package("1.0.0")) == []


def test_a_zip_archive_of_an_ecosystem_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X-1.json", json.dumps(record("X-1", LODASH, ["1.0.0"])))

    assert _ids(_ask(tmp_path, _package("1.0.0")), _package("1.0.0")) == ["X-1"]


@pytest.mark.parametrize("records", [[], [record("X-1", ("PyPI", "lodash"), ["1.0.0"])]])
def test_an_ecosystem_that_the_folder_lacks_is_a_gap(tmp_path: Path, records: list[dict[str, object]]) -> None:
    _write(tmp_path, *records)

    gap = _ask(tmp_path, _package("1.0.0")).packages[_package("1.0.0")].gap

    assert gap is not None
    assert gap.reason == "the folder of advisories has none for npm"


def test_an_advisory_of_two_ecosystems_shows_the_folder_to_know_neither(tmp_path: Path) -> None:
    both = record("X-1", ("PyPI", "lodash"), ["1.0.0"])
    both["affected"].append(record("X-1", ("npm", "other"), ["1.0.0"])["affected"][0])
    _write(tmp_path, both, record("X-2", ("PyPI", "other"), ["1.0.0"]))
    npm, python = _package("1.0.0"), _package("2.0", "PyPI")

    answer = _ask(tmp_path, npm, python)

    assert answer.packages[npm].gap is not None
    assert answer.packages[python].gap is None


@pytest.mark.parametrize(("ecosystem", "version"), [("NuGet", "latest"), ("Packagist", "dev-main"), ("npm", "x")])
def test_what_is_no_version_is_a_gap(tmp_path: Path, ecosystem: str, version: str) -> None:
    _write(tmp_path, _ranged("X-1", ecosystem, "a", ("introduced", "0"), ("fixed", "2.0.0")))
    package = _package(version, ecosystem, "a")

    assert _ask(tmp_path, package).packages[package].gap is not None


def test_an_advisory_that_names_no_version_is_a_gap(tmp_path: Path) -> None:
    made = record("X-1", LODASH, [])
    made["affected"][0]["ranges"] = [{"type": "GIT", "events": [{"introduced": "0"}]}]
    _write(tmp_path, made)

    gap = _ask(tmp_path, _package("1.0.0")).packages[_package("1.0.0")].gap

    assert gap is not None
    assert "X-1" in gap.reason


def test_beside_a_service_an_ecosystem_that_the_folder_lacks_is_none(tmp_path: Path) -> None:
    answer = FolderAdvisories(tmp_path, alone=False).ask([_package("1.0.0")], [])

    assert answer.packages[_package("1.0.0")] == PackageAnswer(advisories=[], gap=None)


def test_versions_that_cannot_be_compared_are_a_gap_that_names_the_advisory(tmp_path: Path) -> None:
    _write(tmp_path, _ranged("X-1", "PyPI", "a", ("introduced", "0"), ("fixed", "what?")))

    gap = _ask(tmp_path, _package("1.0", "PyPI", "a")).packages[_package("1.0", "PyPI", "a")].gap

    assert gap is not None
    assert "X-1" in gap.reason


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b'{"id": "X-9", "affected": [{"package": {"name": "other", "ecosystem": "npm"}'),
        ("a.json", b"\x00\xff"),
        ("a.json", b""),
        ("a.json", b"[" * 1_000_000),
        ("a.json", '{"id": "X-9"}'.encode("utf-16")),
        ("a.zip", b"PK\x03\x04 cut off"),
    ],
)
def test_a_broken_file_is_named_and_the_rest_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    _write(tmp_path, record("X-1", LODASH, ["1.0.0"]))
    (tmp_path / name).write_bytes(content)

    answer = _ask(tmp_path, _package("1.0.0"))

    assert _ids(answer, _package("1.0.0")) == ["X-1"]
    assert [name in unknown.reason for unknown in answer.unknowns] == [True]


def test_a_broken_entry_of_an_archive_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("X-1.json", json.dumps(record("X-1", LODASH, ["1.0.0"])))
    content = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "all.zip").write_bytes(content.replace(b'"id"', b'"ID"', 1))

    [unknown] = _ask(tmp_path, _package("1.0.0")).unknowns

    assert "all.zip/X-1.json" in unknown.reason


def test_links_and_pipes_are_named_and_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    _write(tmp_path, record("X-1", LODASH, ["1.0.0"]))
    (folder / "a.json").symlink_to(tmp_path / "X-1.json")
    os.mkfifo(folder / "b.json")
    (folder / "c").symlink_to(tmp_path)

    answer = _ask(folder, _package("1.0.0"))

    assert _ids(answer, _package("1.0.0")) == []
    assert [unknown.reason.partition(" ")[0] for unknown in answer.unknowns] == ["a.json", "b.json", "c"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, record("X-1", LODASH, ["1.0.0"]))
    (tmp_path / "more").mkdir()
    listed = os.scandir

    def refuse(path: str) -> object:
        if os.fspath(path).endswith("more"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)

    [unknown] = _ask(tmp_path, _package("1.0.0")).unknowns

    assert "it cannot be read (Permission denied)" in unknown.reason


def test_no_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        FolderAdvisories(tmp_path / "none")


def test_thousands_of_advisories_take_a_moment(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5_000):
            made = record(f"X-{number}", ("npm", f"p{number}"), ["1.0.0"], details="words " * 200)
            archive.writestr(f"X-{number}.json", json.dumps(made))
    started = time.process_time()

    answer = _ask(tmp_path, _package("1.0.0", name="p777"))

    assert _ids(answer, _package("1.0.0", name="p777")) == ["X-777"]
    assert time.process_time() - started < 3
