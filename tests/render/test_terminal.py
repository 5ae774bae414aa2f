"""The terminal shows what the comment says, aligned, and no text of a pull request can control it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from rich.cells import cell_len

from bot.model import Finding, Report, State, Verdict
from bot.render.terminal import render_terminal
from tests.render.reports import ALL, KEY_IN_HEAD, NASTY, NO_GO, SHALLOW, WAIVED, hostile, item, many, report
from tests.render.test_escape import nasty_text

SGR = re.compile(r"\x1b\[[\d;]*m")


def plain(judged: Report, width: int = 100) -> str:
    return render_terminal(judged, color=False, width=width)


def test_a_no_go_in_a_terminal() -> None:
    assert (
        plain(NO_GO)
        == """\
No go: 1 of 3 required items fails, with 1 warning

✗ fail            No secret is added                    2 secrets, 1 of them only in the history
! warning         No comment hides a secret             1 comment asks scanners to look away
- does not apply  Every model change has its migration  no model is changed
✓ pass            The policy is not loosened            the policy is untouched

✗ No secret is added
  scripts/deploy.sh:7 GitHub personal access token `ghp_…` (40 characters)
    critical · no longer in the files, but still in the history · commit 1a2b3c4
    fingerprint s1:0c1b5a2ff4f8c3a1d7e2b9604f8e7d21
    fix: Revoke the key where it was issued: whoever can read the repository may have it already.
         Then read it from the environment or a secret store, and remove it from the branch's
         history.
  shop/settings/production.py:41 AWS access key `AKIA…` (20 characters)
    critical · commit 9fceb02
    fingerprint s1:6f1ed002ab5595859014ebf0951522d9
    fix: Revoke the key where it was issued: whoever can read the repository may have it already.
         Then read it from the environment or a secret store, and remove it from the branch's
         history.
    see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html
  shop/tests/conftest.py:12 a value that looks like a password
    worth a look · medium, likely · commit 9fceb02
    fingerprint s1:77aa5a2ff4f8c3a1d7e2b9604f8e7d99
    fix: If it is real, revoke it and take it out; if it is made up for a test, say so in its name.

! No comment hides a secret
  shop/settings/production.py:41 asks a scanner to look away
    low · asks to be ignored: # gitleaks:allow
    fix: Remove the comment; it has no effect on gonogo.

gonogo 0.1.0 looked at 9fceb02 against main (4b825dc): 3 commits, 8 changed files, in 1.8 s. Policy:
pull-request (shipped with gonogo).
No go: 1 of 3 required items fails, with 1 warning
"""
    )


@pytest.mark.parametrize("judged", ALL.values(), ids=ALL)
def test_colour_changes_nothing_but_the_colour(judged: Report) -> None:
    coloured = render_terminal(judged, color=True, width=100)

    assert SGR.search(coloured)
    assert [line.rstrip() for line in SGR.sub("", coloured).splitlines()] == plain(judged).splitlines()


@pytest.mark.parametrize("width", [-1, 40, 80, 200])
@pytest.mark.parametrize("judged", [NO_GO, SHALLOW, WAIVED])
def test_no_line_is_wider_than_the_terminal(judged: Report, width: int) -> None:
    assert max(map(cell_len, plain(judged, width).splitlines())) <= max(width, 40)


def test_an_address_is_never_cut() -> None:
    assert KEY_IN_HEAD.help is not None
    assert KEY_IN_HEAD.help in "".join(line.strip() for line in plain(NO_GO, 40).splitlines())


def test_the_environment_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plain(NO_GO), render_terminal(NO_GO, color=True, width=100)
    for name, value in {"NO_COLOR": "1", "FORCE_COLOR": "1", "COLUMNS": "20", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)

    assert (plain(NO_GO), render_terminal(NO_GO, color=True, width=100)) == before


def test_very_many_findings_are_cut_and_counted() -> None:
    text = plain(many(50_000))

    assert text.count("fault number") == 50
    assert "49,950 more are not shown here: see --format json" in text


def test_the_same_way_to_fix_is_said_once() -> None:
    found = [Finding(rule="r", message="m", path="a", line=line, fix="Do it.") for line in range(1, 4)]

    assert plain(report(Verdict.NO_GO, item("a.b", "A", State.FAIL, "why", findings=found))).count("fix:") == 1


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_shows_as_itself(text: str) -> None:
    for color in (False, True):
        shown = SGR.sub("", render_terminal(hostile(text), color=color, width=100))

        assert shown.replace("\n", "").isprintable()
    assert "[red]" in plain(hostile("[red]rich[/red]"))


@given(nasty_text)
def test_no_text_at_all_controls_the_terminal(text: str) -> None:
    finding = Finding(rule=text, message=text, path=text, fix=text, suppression=text, help=text, fingerprint=text)
    judged = report(
        Verdict.NO_GO, item("a.b", text, State.FAIL, text, findings=[finding]), notes=[text], base_name=text
    )
    lines = plain(judged).splitlines()

    assert all(line.isprintable() for line in lines)
    assert lines[0] == lines[-1] == "No go: the one required item fails"
