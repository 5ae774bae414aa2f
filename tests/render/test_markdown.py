# ruff: noqa: RUF001 - the signs are the comment's own
"""The comment is short to read, says what it leaves out, and nothing that a pull request holds can act in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from bot.boxes import find_boxes
from bot.model import Evidence, Finding, Level, Report, State, Tick, Unknown, Verdict
from bot.render.markdown import render_comment, render_summary
from tests.render.gfm import ACTIVE, render
from tests.render.reports import (
    ALL,
    BASE,
    GO,
    HEAD,
    LONG,
    MARK,
    NASTY,
    NO_GO,
    OLD_DEBT,
    OLDER,
    SHALLOW,
    WAIVED,
    hostile,
    item,
    many,
    report,
)
from tests.render.test_escape import nasty_text
from tests.render.test_html import templates

REPO = "https://github.com/octo/shop"
RUN = "https://github.com/octo/shop/actions/runs/1"


def comment(judged: Report) -> str:
    return render_comment(judged, mark=MARK, full_report=RUN)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_go_is_the_verdict_and_a_line_an_item() -> None:
    assert (
        comment(GO)
        == f"""{MARK}
### ✅ Go: 2 of 3 required items pass, 1 does not apply

✅ **No secret is added**: no secret in 212 added lines of 3 commits\\
✅ **The policy is not loosened**: the policy is untouched

<details><summary>1 does not apply</summary>

➖ **Every model change has its migration** (does not apply): no model is changed

</details>

<details><summary>What this rests on</summary>

- **No secret is added**
  - each of the 3 commits was read, not only the last state (verified)

</details>

<sub>gonogo 0.1.0 looked at [`9fceb02`]({REPO}/commit/{HEAD}) against `main` ([`4b825dc`]({REPO}/commit/{BASE})): \
3 commits, 8 changed files. Policy: `pull-request` (shipped with gonogo).</sub>
"""
    )


def test_a_no_go_shows_where_and_how_to_fix_it() -> None:
    aws = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html"
    blob = f"{REPO}/blob/{HEAD}/shop"
    assert (
        comment(NO_GO)
        == f"""{MARK}
### ❌ No go: 1 of 3 required items fails, with 1 warning

❌ **No secret is added**: 2 secrets, 1 of them only in the history\\
⚠️ **No comment hides a secret**: 1 comment asks scanners to look away\\
✅ **The policy is not loosened**: the policy is untouched

<details><summary>1 does not apply</summary>

➖ **Every model change has its migration** (does not apply): no model is changed

</details>

<details open><summary>❌ <b>No secret is added</b>: 2 findings and how to fix them, 1 worth a look</summary>

- [`scripts/deploy.sh:7`]({REPO}/blob/{OLDER}/scripts/deploy.sh#L7): GitHub personal access token `ghp_…` \
(40 characters) · critical · **no longer in the files, but still in the history** since \
[`1a2b3c4`]({REPO}/commit/{OLDER})
- [`shop/settings/production.py:41`]({blob}/settings/production.py#L41): AWS access key `AKIA…` (20 characters) \
· critical · added in [`9fceb02`]({REPO}/commit/{HEAD}) · see [`docs.aws.amazon.com`]({aws})

**How to fix:** Revoke the key where it was issued: whoever can read the repository may have it already.<br>\
Then read it from the environment or a secret store, and remove it from the branch's history.

Worth a look:

- [`shop/tests/conftest.py:12`]({blob}/tests/conftest.py#L12): a value that looks like a password · medium, likely \
· added in [`9fceb02`]({REPO}/commit/{HEAD})

**How to fix:** If it is real, revoke it and take it out; if it is made up for a test, say so in its name.

<details><summary>A false alarm?</summary>

A maintainer can add a waiver to `.github/gonogo.yml` on the base branch: item `secrets.added`, the fingerprint below, \
an owner, a reason and a last day.

- [`scripts/deploy.sh:7`]({REPO}/blob/{OLDER}/scripts/deploy.sh#L7): `s1:0c1b5a2ff4f8c3a1d7e2b9604f8e7d21`
- [`shop/settings/production.py:41`]({blob}/settings/production.py#L41): `s1:6f1ed002ab5595859014ebf0951522d9`

</details>

</details>

<details><summary>⚠️ <b>No comment hides a secret</b>: 1 finding and how to fix it</summary>

- [`shop/settings/production.py:41`]({blob}/settings/production.py#L41): asks a scanner to look away · low \
· asks to be ignored: `# gitleaks:allow`

**How to fix:** Remove the comment; it has no effect on gonogo.

</details>

<sub>gonogo 0.1.0 looked at [`9fceb02`]({REPO}/commit/{HEAD}) against `main` ([`4b825dc`]({REPO}/commit/{BASE})): \
3 commits, 8 changed files. Policy: `pull-request` (shipped with gonogo).</sub>
"""
    )


def test_what_was_not_checked_says_what_would_settle_it() -> None:
    text = comment(SHALLOW)

    assert "### ❌ No go: 1 of 2 required items was not checked\n" in text
    assert "> Nothing that needs the network was asked.\n" in text
    assert "❓ **No secret is added** (not checked): the clone lacks 12 commits of the pull request" in text
    assert "**To settle it:** set `fetch-depth: 0` for `actions/checkout`, or run `git fetch --unshallow`" in text
    assert "](" not in text


def test_a_waived_finding_names_who_answers_for_it_and_until_when() -> None:
    text = comment(WAIVED)

    assert "### ✅ Go: 1 of 2 required items passes, 1 is waived\n" in text
    assert text.count("waived by `@ada` until `2027-01-31`: the documented example key") == 1
    assert "How to fix" not in text


def test_advice_under_an_item_that_passes_is_named_in_its_line() -> None:
    advice = Finding(rule="r", message="a request to look away", path="a.py", line=1, fails=False)
    text = comment(report(Verdict.GO, item("a.b", "Nothing is hidden", State.PASS, "1 request", findings=[advice])))

    assert "✅ **Nothing is hidden** (1 worth a look): 1 request\n" in text
    assert "A false alarm?" not in text


def test_old_findings_are_one_folded_line_with_their_count() -> None:
    text = comment(OLD_DEBT)

    assert text.count("12 older findings, there before this change, not counted") == 1
    assert text.index("<details>") < text.index("12 older findings") < text.index("</details>")


def test_a_long_list_of_what_passes_is_folded() -> None:
    text = comment(LONG)

    assert "<details><summary>39 pass</summary>\n\n✅ **Rule number 1 holds**: seen in 1 files\\\n" in text
    assert text.index("❌ **No secret is added**") < text.index("39 pass")


def test_two_runs_on_the_same_input_give_the_same_comment_and_the_summary_has_the_time() -> None:
    assert comment(NO_GO) == comment(replace(NO_GO, seconds=99.0))
    assert ", in 1.8 s. Policy" in render_summary(NO_GO)
    assert MARK not in render_summary(NO_GO)


@pytest.mark.parametrize("judged", ALL.values(), ids=ALL)
def test_github_renders_every_block(judged: Report) -> None:
    rendered = render(comment(judged))

    waiting = [item.id for item in judged.items if item.outcome.state is State.NEEDS_SIGN_OFF]
    assert rendered.comments == [" gonogo: main ", *(f" gonogo:sign-off {name} " for name in waiting)]
    assert len(rendered.headings) == 1
    assert set(rendered.tags) <= {
        *("h3", "p", "br", "strong", "em", "b", "sub", "code", "a", "ul", "li", "details", "summary", "blockquote"),
        *(["input"] if waiting else []),
    }
    assert not re.search(r"\*\*|`|\]\(", rendered.text)


@pytest.mark.parametrize("count", [60, 50_000])
def test_a_comment_stays_within_the_limits_and_says_what_it_leaves_out(count: int) -> None:
    text = comment(many(count))
    shown = len(re.findall(r"fault number", text))

    assert units(text) <= 65_536
    assert shown == 50
    assert f"*{count - 50:,} more are not shown here.*" in text
    assert f"The full report: [`github.com/octo/shop/actions/runs/1`]({RUN})" in text
    assert "AWS access key" in text
    render(text)


def test_the_worst_findings_are_the_ones_that_are_kept() -> None:
    text = comment(many(50_000))

    assert set(re.findall(r"fault number \d+ · (\w+)", text)) == {"critical"}


def test_long_texts_are_cut_in_whole_blocks() -> None:
    finding = Finding(
        rule="r", message="\U0001f600\u65e5 " * 3_000, path="\u65e5" * 4_000, line=1, fix="\u65e5 " * 9_000
    )
    faults = [
        item(
            f"a.{number}",
            "T" * 900,
            State.FAIL,
            "R " * 900,
            findings=[replace(finding, line=line, fix=f"{line} {finding.fix}") for line in range(1, 300)],
            unknowns=[Unknown(reason="\u65e5 " * 900, settle="\u65e5 " * 900)] * 300,
        )
        for number in range(30)
    ]
    judged = report(Verdict.NO_GO, *faults, notes=["N " * 2_000] * 200)
    text, summary = comment(judged), render_summary(judged)

    assert 40_000 < units(text) <= 65_536
    assert len(text.encode()) <= 262_144
    assert 400_000 < len(summary.encode()) <= 1_048_576
    assert render(text).headings == render(summary).headings
    assert text.rstrip().endswith("</sub>")
    assert "The full report" in text


def test_many_items_whose_titles_grow_when_escaped_stay_within_the_limit() -> None:
    for state in (State.FAIL, State.PASS):
        finding = Finding(rule="r", message="@ " * 250, path="@ " * 80, line=1, fix="@ " * 250)
        evidence = [Evidence(text="@ " * 250)]
        busy = [item(f"a.{n}", "@ " * 250, state, "@ " * 250, findings=[finding]) for n in range(100)]
        quiet = [item(f"b.{n}", "@ " * 250, State.PASS, "so", evidence=evidence) for n in range(100)]
        for items in (busy, quiet):
            text = comment(report(Verdict.NO_GO, *items))

            assert 50_000 < units(text) <= 65_536
            assert "Not everything is shown here" in text


def test_with_nowhere_to_read_more_the_cut_is_still_said() -> None:
    text = render_comment(many(60), mark=MARK, full_report=None)

    assert "> Not everything is shown here: the least important is left out.\n" in text
    assert "(see the artifact)" in render_comment(many(60), mark=MARK, full_report="(see the artifact)")


def shape(tags: list[str]) -> list[str]:
    """The structure without what a text may be: code, or a link where an address is good."""
    return [tag for tag in tags if tag not in {"code", "a", "br"}]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("write", [comment, render_summary])
def test_hostile_text_changes_nothing_but_itself(text: str, write: object) -> None:
    assert callable(write)
    markdown = write(hostile(text))
    waiting = [item for item in hostile(text).items if item.outcome.state is State.NEEDS_SIGN_OFF]
    boxes = len(waiting) if write is comment else 0
    rendered = render(markdown)

    assert markdown.replace("\n", "").isprintable() or "\ufe0f" in markdown
    assert not ACTIVE.search(rendered.text.replace("✍️", ""))
    assert rendered.attributes <= {"open", "href", *(("type", "disabled") if boxes else ())}
    assert all(link.startswith((f"{REPO}/", "https://evil.example")) for link in rendered.links)
    assert not [link for link in rendered.links if link.startswith("https://evil")] or text.startswith("https://evil")
    assert len(rendered.headings) == 1
    assert rendered.headings[0].startswith("❌ No go: ")
    assert len(rendered.comments) == (1 + boxes if write is comment else 0)
    assert markdown.count("<!--") == len(rendered.comments)
    if text.strip() and "\n" not in text.strip() and len(text) < 1_000:  # other texts have other lines, or are cut
        assert shape(rendered.tags) == shape(render(write(hostile("word"))).tags)


@given(nasty_text, st.sampled_from([State.FAIL, State.PASS, State.NOT_CHECKED, State.NEEDS_SIGN_OFF]))
def test_no_text_at_all_can_act(text: str, state: State) -> None:
    finding = Finding(
        rule=text, message=text, path=text, line=3, commit=text, fingerprint=text, fix=text, suppression=text
    )
    unknown = Unknown(reason=text, settle=text, path=text)
    judged = report(
        Verdict.NO_GO,
        item("a.b", text, state, text, findings=[finding], unknowns=[unknown]),
        notes=[text],
        base_name=text,
    )
    rendered = render(comment(judged))

    assert not ACTIVE.search(rendered.text)
    box = {"type", "disabled"} if state is State.NEEDS_SIGN_OFF else set()
    assert rendered.attributes <= {"open", "href", *box}
    assert all(link.startswith(f"{REPO}/") for link in rendered.links)
    assert rendered.headings == ["❌ No go: the one required item " + rendered.headings[0].rpartition(" item ")[2]]
    assert len(rendered.comments) == (2 if state is State.NEEDS_SIGN_OFF else 1)


@pytest.mark.parametrize("source", templates().values(), ids=templates())
def test_templates_do_not_join_text_before_it_is_escaped(source: str) -> None:
    tree = Environment(autoescape=True).parse(source)

    assert not list(
        tree.find_all((nodes.Concat, nodes.Add, nodes.Mod, nodes.MarkSafe, nodes.ScopedEvalContextModifier))
    )


def test_boxes_are_empty_unless_a_tick_counts_and_stand_in_comments_alone() -> None:
    waiting = item("readiness.a", "Backups", State.NEEDS_SIGN_OFF, "a person has to say")
    answered = item("readiness.b", "Rota", State.PASS, "signed off by bob")
    judged = report(Verdict.NO_GO, waiting, answered, ticks=[Tick(item="readiness.b", by="bob")])

    assert dict(find_boxes(comment(judged))) == {"readiness.a": False, "readiness.b": True}
    assert find_boxes(render_summary(judged)) == {}
    assert find_boxes(render_comment(judged, mark="", full_report=None)) == {}


def test_more_boxes_than_fit_are_counted_and_those_that_decide_come_first() -> None:
    many = [item(f"readiness.i{n}", "x", State.NEEDS_SIGN_OFF, "y", level=Level.WARN) for n in range(60)]
    decides = item("readiness.z", "z", State.NEEDS_SIGN_OFF, "y")
    text = comment(report(Verdict.NO_GO, *many, decides))

    assert len(find_boxes(text)) == 40
    assert "readiness.z" in find_boxes(text)
    assert "*21 more are not shown here.*" in text
