"""Reports, folders and archives of a stranger."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from bot.collect import reports
from tests.checks.coverage.make import Case, Judged, lcov

FULL = dict.fromkeys(range(1, 41), 1)
GOOD = lcov({"src/cart.js": FULL, "src/tax.js": FULL})
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE coverage [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]><coverage line-rate='1'><packages>&k;</packages></coverage>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><coverage line-rate="1">&x;</coverage>'
)


def refused(judged: Judged, *words: str) -> None:
    """Nothing is said but why."""
    assert judged.states == ("not-checked", "not-checked", "not-checked")
    assert (judged.total.figures["status"], judged.total.figures["head"]) == ("unusable", None)
    assert judged.patch.figures["uncovered"] == {}
    assert all(word in judged.total.reason for word in words), judged.total.reason
    assert "root:" not in repr(judged)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        BOMB.encode(),
        OUTSIDE.encode(),
        GOOD.encode()[:-5],
        GOOD.encode("utf-16"),
        b"<coverage line-rate='1'><packages><package><classes><class filename='a'><lines><line number='1'",
        b'{"meta": {"version": "7"}, "files": {',
        b"SF:src/cart.js\nDA:1,-5\nend_of_record\n",
        b"SF:src/cart.js\nDA:-1,5\nend_of_record\n",
        b"SF:src/cart.js\nDA:99999999999999999999,1\nend_of_record\n",
        b"SF:../../../etc/passwd\nDA:1,1\nend_of_record\n",
        b"SF:nowhere/a.js\nDA:1,1\nend_of_record\nSF:nowhere/b.js\nDA:1,1\nend_of_record\n",
        b"\x00" * 100,
        b"hello\n",
        b"[" * 100_000,
        b"<" + b"a" * 100_000,
    ],
    ids=lambda content: repr(content[:40]),
)
def test_bad_reports_are_not_checked_and_named(case: Case, content: bytes) -> None:
    case.repo.commit({"README.md": "a\n"})

    refused(case.judge(case.report(content, "cover.xml")), "cover.xml")


def test_one_bad_report_spoils_all(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})

    refused(case.judge([case.report(GOOD), case.report(b"", "second.info")]), "second.info")


def test_a_bad_baseline_leaves_the_patch_judged(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})

    judged = case.judge(case.report(GOOD), case.report(b"", "old.info"))

    assert judged.states == ("not-checked", "pass", "not-checked")
    assert judged.total.figures["head"] == {"lines": [80, 80], "branches": None, "statements": None}


@pytest.mark.parametrize("kind", ["missing", "fifo", "device", "folder", "nul", "long"])
def test_what_is_no_file_is_not_checked_at_once(case: Case, kind: str) -> None:
    case.repo.commit({"README.md": "a\n"})
    path = case.folder / kind
    if kind == "fifo":
        os.mkfifo(path)
    if kind == "folder":
        path.mkdir()
    names = {"device": "/dev/zero", "nul": "a\0b", "long": "a" * 5000}

    refused(case.judge(names.get(kind, str(path))))


def test_a_file_over_the_limit_is_not_read(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})
    path = case.folder / "big.xml"
    with path.open("wb") as file:
        file.truncate(reports.MAX_REPORT_BYTES + 1)

    refused(case.judge(str(path)), "big.xml", "256 MiB")


def test_what_unpacks_to_more_than_the_limit_is_cut_off(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MAX_REPORT_BYTES", 1000)
    case.repo.commit({"README.md": "a\n"})

    refused(case.judge(case.report(gzip.compress(GOOD.encode() * 50), "lcov.info.gz")), "lcov.info.gz", "unpacks")


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return content.getvalue()


def test_compressed_reports_and_archives_are_read(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})
    packed = case.report(gzip.compress(GOOD.encode()), "lcov.info.gz")
    zipped = case.report(
        archive({"html/index.html": b"<html>", "junit.xml": b"<testsuite/>", "lcov.info": GOOD.encode()}), "a.zip"
    )

    assert case.judge(packed).states == case.judge(zipped).states == ("not-applicable", "pass", "not-applicable")


def test_a_folder_is_searched_for_reports(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})
    report = Path(case.report(GOOD))
    (report.parent / "page.json").write_text("{}")

    judged = case.judge(str(report.parent))

    assert judged.states == ("not-applicable", "pass", "not-applicable")


def test_a_damaged_report_in_an_archive_is_not_passed_over(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})

    refused(
        case.judge(case.report(archive({"unit/lcov.info": GOOD.encode(), "it/lcov.info": b""}), "a.zip")),
        "it/lcov.info",
    )


def test_an_archive_without_a_report_is_not_checked(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})

    refused(case.judge(case.report(archive({"index.html": b"<html>"}), "a.zip")))


@pytest.mark.parametrize("at", [4, 40, -30])
def test_a_damaged_archive_is_not_checked(case: Case, at: int) -> None:
    case.repo.commit({"README.md": "a\n"})
    content = bytearray(archive({"lcov.info": GOOD.encode()}))
    for number in range(8):
        content[at + number] ^= 0xFF

    judged = case.judge(case.report(bytes(content), "a.zip"))

    assert (
        judged.states == ("not-checked", "not-checked", "not-checked") or judged.total.figures["status"] == "first-run"
    )


def test_a_huge_list_of_files_is_refused_before_it_is_read(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_MAX_DIRECTORY_BYTES", 100)
    case.repo.commit({"README.md": "a\n"})

    refused(
        case.judge(case.report(archive({f"{number}.info": b"" for number in range(9)}), "a.zip")), "lists its files"
    )


def test_names_in_an_archive_lead_nowhere(case: Case) -> None:
    case.repo.commit({"README.md": "a\n"})

    judged = case.judge(case.report(archive({"../../../../tmp/lcov.info": GOOD.encode()}), "a.zip"))

    assert judged.states == ("not-applicable", "pass", "not-applicable")
