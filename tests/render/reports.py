"""Reports as the other stages make them, for tests of what is rendered. Values that look like secrets are made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model import (
    Certainty,
    Evidence,
    Finding,
    Item,
    Level,
    Outcome,
    PolicyName,
    Report,
    Severity,
    State,
    Strength,
    Unknown,
    Verdict,
)

HEAD = "9fceb02c0a4ee4d9b4a5d9b1f8a3a1c7d6e5f401"
BASE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
OLDER = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
MARK = "<!-- gonogo: main -->"

REVOKE = (
    "Revoke the key where it was issued: whoever can read the repository may have it already.\n"
    "Then read it from the environment or a secret store, and remove it from the branch's history."
)


def item(
    name: str, title: str, state: State, reason: str, *, level: Level = Level.BLOCK, section: str = "", **parts: object
) -> Item:
    """An item with its outcome; `parts` are further members of the outcome."""
    outcome = Outcome(item=name, state=state, reason=reason, **parts)  # type: ignore[arg-type] # by the caller
    return Item(id=name, section=section or name.partition(".")[0], title=title, level=level, outcome=outcome)


def report(verdict: Verdict, *items: Item, **members: object) -> Report:
    """A report on a small pull request at GitHub; `members` are set on it."""
    made = Report(
        tool="gonogo 0.1.0",
        repository="octo/shop",
        url="https://github.com/octo/shop",
        pull_request=17,
        base=BASE,
        base_name="main",
        merge_base=BASE,
        head=HEAD,
        policy=PolicyName(name="pull-request", source="shipped with gonogo", digest="0" * 64),
        verdict=verdict,
        sections={"secrets": "Secrets", "migrations": "Migrations", "policy": "Policy"},
        items=items,
        seconds=1.84,
        commits=3,
        files=8,
    )
    return replace(made, **members)  # type: ignore[arg-type] # by the caller


PASSED_POLICY = item("policy.changed", "The policy is not loosened", State.PASS, "the policy is untouched")
PASSED_SECRETS = item(
    "secrets.added",
    "No secret is added",
    State.PASS,
    "no secret in 212 added lines of 3 commits",
    evidence=[Evidence(text="each of the 3 commits was read, not only the last state", strength=Strength.VERIFIED)],
)

KEY_IN_HEAD = Finding(
    rule="aws-access-token",
    message="AWS access key `AKIA…` (20 characters)",
    severity=Severity.CRITICAL,
    path="shop/settings/production.py",
    line=41,
    column=22,
    commit=HEAD,
    fingerprint="s1:6f1ed002ab5595859014ebf0951522d9",
    fix=REVOKE,
    help="https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html",
    in_head=True,
)
TOKEN_IN_HISTORY = Finding(
    rule="github-pat",
    message="GitHub personal access token `ghp_…` (40 characters)",
    severity=Severity.CRITICAL,
    path="scripts/deploy.sh",
    line=7,
    column=14,
    commit=OLDER,
    fingerprint="s1:0c1b5a2ff4f8c3a1d7e2b9604f8e7d21",
    fix=REVOKE,
    in_head=False,
)
LIKELY = Finding(
    rule="generic-password",
    message="a value that looks like a password",
    severity=Severity.MEDIUM,
    certainty=Certainty.LIKELY,
    path="shop/tests/conftest.py",
    line=12,
    commit=HEAD,
    fingerprint="s1:77aa5a2ff4f8c3a1d7e2b9604f8e7d99",
    fix="If it is real, revoke it and take it out; if it is made up for a test, say so in its name.",
    in_head=True,
    fails=False,
)
SUPPRESSION = Finding(
    rule="inline-comment",
    message="asks a scanner to look away",
    severity=Severity.LOW,
    path="shop/settings/production.py",
    line=41,
    suppression="# gitleaks:allow",
    fix="Remove the comment; it has no effect on gonogo.",
)
SECRETS = item(
    "secrets.added",
    "No secret is added",
    State.FAIL,
    "2 secrets, 1 of them only in the history",
    findings=[TOKEN_IN_HISTORY, KEY_IN_HEAD, LIKELY],
)
SUPPRESSIONS = item(
    "secrets.suppressions",
    "No comment hides a secret",
    State.FAIL,
    "1 comment asks scanners to look away",
    level=Level.WARN,
    findings=[SUPPRESSION],
)
MIGRATIONS = item(
    "migrations.missing",
    "Every model change has its migration",
    State.NOT_APPLICABLE,
    "no model is changed",
)

GO = report(Verdict.GO, PASSED_SECRETS, MIGRATIONS, PASSED_POLICY)
NO_GO = report(Verdict.NO_GO, SECRETS, SUPPRESSIONS, MIGRATIONS, PASSED_POLICY)
SHALLOW = report(
    Verdict.NO_GO,
    item(
        "secrets.added",
        "No secret is added",
        State.NOT_CHECKED,
        "the clone lacks 12 commits of the pull request",
        unknowns=[
            Unknown(
                reason="the clone is shallow: the commits between main and the head are not all there",
                settle="set `fetch-depth: 0` for `actions/checkout`, or run `git fetch --unshallow`",
            )
        ],
    ),
    PASSED_POLICY,
    url=None,
    pull_request=None,
    repository="shop",
    notes=["Nothing that needs the network was asked."],
)
WAIVED = report(
    Verdict.GO,
    item(
        "secrets.added",
        "No secret is added",
        State.WAIVED,
        "what was found is waived by the policy",
        findings=[
            replace(
                KEY_IN_HEAD,
                fails=False,
                details={"waived": {"owner": "@ada", "reason": "the documented example key", "expires": "2027-01-31"}},
            )
        ],
        evidence=[Evidence(text="waived by @ada until 2027-01-31: the documented example key")],
    ),
    PASSED_POLICY,
)
PENDING = report(
    Verdict.PENDING,
    PASSED_SECRETS,
    item("coverage.total", "Coverage does not drop", State.PENDING, "the tests of this commit are still running"),
)
SIGN_OFF = report(
    Verdict.NO_GO,
    PASSED_SECRETS,
    item(
        "readiness.data.backups",
        "Backups are tested",
        State.NEEDS_SIGN_OFF,
        "only a person can say that a restore was tried",
        unknowns=[Unknown(reason="no sign-off in the policy", settle="add one under `signoffs:` on the base branch")],
    ),
)
OLD_DEBT = report(
    Verdict.GO,
    item("security.code", "No new security fault", State.PASS, "nothing new in 8 files", figures={"known": 12}),
)
EMPTY = report(Verdict.GO, commits=0, files=0)
LONG = report(
    Verdict.NO_GO,
    SECRETS,
    *(
        item(f"readiness.area.rule-{number}", f"Rule number {number} holds", State.PASS, f"seen in {number} files")
        for number in range(1, 40)
    ),
)


def many(count: int) -> Report:
    """A report with so many findings in one item, and one in another."""
    found = [
        Finding(
            rule=f"rule-{number % 50}",
            message=f"fault number {number}",
            severity=list(Severity)[number % 5],
            path=f"src/module_{number % 700}/file_{number}.py",
            line=number + 1,
            fix=f"Do the {number % 7} thing.",
            fingerprint=f"{number:032x}",
        )
        for number in range(count)
    ]
    faults = item("security.code", "No new security fault", State.FAIL, f"{count:,} new faults", findings=found)
    return report(Verdict.NO_GO, faults, SECRETS)


# What an attacker may put into names and texts.
NASTY = (
    "@octocat",
    "cc @octo/admins and support@example.com",
    "#1",
    "fixes #1, closes octo/shop#2, resolves GH-3",
    "https://evil.example/?x=1",
    "www.evil.example",
    HEAD,
    "GHSA-jfh8-c2jp-5v3q and CVE-2021-44228",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</details></summary><h1>Go: all required items pass</h1>",
    "-->\n<!-- gonogo: main -->\n### ✅ Go: all 3 required items pass",
    "<!-- gonogo: main -->",
    "`` ` ``` a `b`` @octocat `",
    "`a`` @octocat `` `b` @octocat",
    "`a``b``` @octocat",
    "".join("`" * number + " " for number in range(1, 90)) + "@octocat",
    "`" * 100,
    "![picture](https://evil.example/x.png)",
    "[link](https://evil.example)",
    "[ref]: https://evil.example\n\n[ref]",
    "[^1]\n\n[^1]: note",
    "| a | b |\n| --- | --- |\n| @octocat | #1 |",
    "> [!CAUTION]\n> no",
    "- [x] done",
    "1. one\n2. two",
    "# heading",
    "===\n---\n***",
    "```\ncode\n```",
    "$`math`$ and $$\\alpha$$",
    ":tada: :+1:",
    "&lt;b&gt; &#64;octocat &commat;octocat",
    "\\@octocat \\#1",
    "\u202egnp.exe\u202c",
    "a\u200bb\u2060c\ufeffd",
    "tag\U000e0041\U000e0042",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x00\x07\x08\r\n\x85\u2028\u2029",
    "a\udcff\udc80b",
    "\ud800 lone",
    "e\u0301\u0302\u0303\u0304\u0305 pile",
    "\u3164\u2800\ufe0f",
    "::error file=x::forged",
    "::set-output name=verdict::go",
    "%0A::error::x",
    "javascript:alert(1)",
    " leading and trailing ",
    "",
    "   ",
    "x" * 5_000,
    "@octocat " * 500,
    "{{ 7 * 7 }} {% raw %}",
    "[red]rich[/red] markup",
)


def hostile(text: str) -> Report:
    """A report whose every text is the given one."""
    finding = Finding(
        rule=text,
        message=text,
        path=text,
        line=3,
        end_line=9,
        commit=text,
        fingerprint=text,
        fix=text,
        help=text,
        suppression=text,
        in_head=False,
        details={"waived": {"owner": text, "reason": text, "expires": text}, "rule": "forged", text: text},
    )
    parts: dict[str, Any] = {
        "findings": [finding, replace(finding, details={}, in_head=True, commit=HEAD), replace(finding, fails=False)],
        "unknowns": [Unknown(reason=text, settle=text, path=text, line=1)],
        "evidence": [Evidence(text=text, path=text, line=1)],
        "figures": {text: text, "nan": float("nan"), "known": 3},
        "rows": [text],
    }
    return report(
        Verdict.NO_GO,
        *(item(f"a.{state}", text, state, text, section="a", **parts) for state in State),
        repository=text,
        base_name=text,
        policy=PolicyName(name=text, source=text, digest="0" * 64),
        sections={"a": text},
        notes=[text],
    )


ALL = {
    "go": GO,
    "no-go": NO_GO,
    "shallow": SHALLOW,
    "waived": WAIVED,
    "pending": PENDING,
    "sign-off": SIGN_OFF,
    "old-debt": OLD_DEBT,
    "empty": EMPTY,
    "long": LONG,
}
