from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.secrets import check
from bot.collect.tools import find_engine
from bot.model import Certainty, Severity, State
from bot.settings import Limits
from tests.checks.secrets.conftest import RunCheck
from tests.checks.secrets.make import Maker
from tests.fixtures import ReadChange
from tests.repo import GitRepo

if TYPE_CHECKING:
    import pytest


def test_a_finding_says_the_kind_the_prefix_and_the_length_and_nothing_of_the_value(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    value = "ghp_" + Maker(1).of(36)
    repo.branch("change")
    commit = repo.commit({"a.env": f"T={value}  # gitleaks:allow\n"})

    [found] = run_check(read_change(repo.folder)).found

    assert replace(found, fingerprint=None, help=None, fix=None) == replace(
        found,
        rule="github-pat",
        message="GitHub PAT (`ghp_...`, 40 characters)",
        severity=Severity.CRITICAL,
        certainty=Certainty.CERTAIN,
        path="a.env",
        line=1,
        end_line=1,
        column=3,
        commit=commit,
        suppression="gitleaks:allow",
        in_head=True,
        fails=True,
        fingerprint=None,
        help=None,
        fix=None,
    )
    assert value[4:12] not in repr(found)


def test_what_is_likely_is_advice_unless_the_policy_says_otherwise(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    repo.branch("change")
    repo.commit({"tests/test_x.py": f'PASSWORD = "{Maker(2).mixed(14)}"\n'})
    change = read_change(repo.folder)

    mild = run_check(change).added
    strict = run_check(change, added={"fail_on": "likely"}).added

    assert (mild.state, [(one.certainty, one.fails) for one in mild.findings]) == (
        State.PASS,
        [(Certainty.LIKELY, False)],
    )
    assert (strict.state, [one.fails for one in strict.findings]) == (State.FAIL, [True])


def test_comments_and_files_that_silence_scanners_are_listed(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    repo.commit({"old.py": "x = 1  # gitleaks:allow\n"})
    repo.branch("change")
    repo.commit(
        {
            "old.py": "y = 2\nx = 1  # gitleaks:allow\n",
            "new.py": "z = 3  # pragma: allowlist secret\n",
            ".gitleaksignore": "a\n",
            ".github/secret_scanning.yml": "paths-ignore: ['**']\n",
        }
    )
    change = read_change(repo.folder)

    mild, strict = run_check(change).suppressions, run_check(change, suppressions={"added": "fail"}).suppressions

    assert [(one.path, one.line, one.suppression, one.fails) for one in mild.findings] == [
        (".github/secret_scanning.yml", None, ".github/secret_scanning.yml", False),
        (".gitleaksignore", None, ".gitleaksignore", False),
        ("new.py", 1, "pragma: allowlist secret", False),
    ]
    assert (mild.state, strict.state) == (State.PASS, State.FAIL)


def test_a_hundred_values_are_listed_and_the_rest_is_counted_where_no_waiver_reaches(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    maker = Maker(3)
    repo.branch("change")
    repo.commit({"dump.txt": "".join(f"{maker.github()}\n" for _ in range(5_000))})

    outcome = run_check(read_change(repo.folder)).added

    *listed, rest = outcome.findings
    assert len(listed) == check.MAX_VALUES
    assert (rest.fails, rest.fingerprint, rest.message) == (
        True,
        None,
        "4,900 further values are not listed, 4,900 of them certainly secrets",
    )
    assert outcome.figures["values"] == 5_000


def test_a_file_past_the_limit_is_named_and_the_item_does_not_pass(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    repo.branch("change")
    repo.commit({"big.txt": "x" * 2000})

    outcome = run_check(read_change(repo.folder, limits=Limits(max_file_bytes=1000))).added

    assert outcome.state is State.NOT_CHECKED
    assert [unknown.path for unknown in outcome.unknowns] == ["big.txt"]


def test_an_engine_that_runs_out_of_time_leaves_a_gap_and_what_the_detector_found(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    repo.branch("change")
    repo.commit({"a.env": f"DB_PASSWORD={Maker(4).mixed(20)}\n"})

    outcome = run_check(read_change(repo.folder), deadline_s=0.01).added

    assert (outcome.state, [found.path for found in outcome.findings]) == (State.FAIL, ["a.env"])
    assert [unknown.reason for unknown in outcome.unknowns] == [
        "the rules for providers' secrets were not applied to all: kingfisher did not end within 0.007 s"
    ]


def test_a_missing_engine_is_a_gap(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.collect.tools.find_engine", lambda _: None)
    repo.branch("change")
    repo.commit({"a.txt": "x\n"})

    assert run_check(read_change(repo.folder)).added.state is State.NOT_CHECKED


def test_files_that_git_lfs_keeps_elsewhere_are_named_and_nobody_is_blocked_by_them(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{Maker(5).hex(64)}\nsize 12345\n"
    repo.branch("change")
    repo.commit({"model.bin": pointer})

    outcome = run_check(read_change(repo.folder)).added

    assert (outcome.state, [one.path for one in outcome.evidence]) == (State.PASS, [None, "model.bin"])


def test_an_archive_that_unpacks_to_more_than_is_read_is_a_gap(
    repo: GitRepo, read_change: ReadChange, run_check: RunCheck
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * (300 << 20))
    repo.branch("change")
    repo.commit({"bomb.zip": buffer.getvalue()})

    outcome = run_check(read_change(repo.folder)).added

    assert (outcome.state, [unknown.path for unknown in outcome.unknowns]) == (State.NOT_CHECKED, ["bomb.zip"])


def test_the_engine_is_the_program_itself_and_not_the_script_beside_the_interpreter() -> None:
    engine = find_engine("kingfisher")

    assert engine is not None
    with engine.open("rb") as program:
        assert program.read(2) != b"#!"
