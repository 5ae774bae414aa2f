from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import cast

import pytest

from bot.checks import CHECKS
from bot.checks.policy.settings import PolicyChangedSettings
from bot.model import (
    Certainty,
    Change,
    Evidence,
    Finding,
    ItemRequest,
    NotRead,
    Outcome,
    Request,
    Severity,
    State,
    Tree,
    Unknown,
    Workspace,
)
from tests.fixtures import ReadChange
from tests.repo import GitRepo

PATH = ".github/gonogo.yml"
WORKFLOW = ".github/workflows/review.yml"
OURS = "name: ours\nextends: pull-request\nitems:\n  policy.changed: {title: Rules}\n"
WAIVER = "waivers: [{item: policy.changed, path: '**', owner: '@ada', reason: r, expires: 2027-01-31}]\n"


class NoTools:
    def workspace(self) -> AbstractContextManager[Workspace]:
        raise AssertionError("this check starts no engine")


def outcome_of(
    change: Change,
    settings: PolicyChangedSettings | None = None,
    matches: Callable[[str], bool] = lambda _: True,
) -> Outcome:
    [check] = [check for check in CHECKS if check.name == "policy"]
    item = ItemRequest(id="policy.changed", settings=settings or PolicyChangedSettings(), matches=matches)
    request = Request(change=change, items=[item], tools=NoTools(), salt=b"", deadline_s=10)
    [outcome] = check.run(request).outcomes
    return outcome


@pytest.fixture
def changed(repo: GitRepo, read_change: ReadChange) -> Callable[..., Change]:
    """The change from files at base to files at head; None deletes one."""

    def make(base: dict[str, str | bytes | None], head: dict[str, str | bytes | None]) -> Change:
        repo.commit(base)
        repo.branch("feature")
        repo.commit(head)
        return read_change(repo.folder)

    return make


MakeChange = Callable[..., Change]


def without_prints(finding: Finding) -> Finding:
    assert finding.fingerprint is not None
    assert len(finding.fingerprint) == 32
    return dataclasses.replace(finding, fingerprint=None, fix=None)


def loosened(message: str, line: int | None, *, certain: bool = True, fails: bool = False) -> Finding:
    return Finding(
        rule="policy-loosened",
        message=message,
        severity=Severity.MEDIUM,
        certainty=Certainty.CERTAIN if certain else Certainty.LIKELY,
        path=PATH,
        line=line,
        fails=fails,
    )


def test_a_change_of_other_files_passes(changed: MakeChange) -> None:
    change = changed({PATH: OURS}, {"app.py": "new\n"})

    assert outcome_of(change) == Outcome(
        item="policy.changed",
        state=State.PASS,
        reason="the policy is not edited",
        findings=[],
        unknowns=[],
        evidence=[Evidence(text="not edited by the change", path=PATH)],
    )


def test_a_repository_without_a_policy_passes(changed: MakeChange) -> None:
    outcome = outcome_of(changed({}, {"app.py": "new\n"}))

    assert outcome.state is State.PASS
    assert outcome.evidence == [Evidence(text=f"no {PATH}: the shipped policy `pull-request` counts")]


@pytest.mark.parametrize(
    "head",
    [
        OURS + "# words\n",
        OURS.replace("Rules", "Other rules"),
        OURS.replace("pull-request\n", "pull-request\nbranches: []\n"),
    ],
)
def test_an_edit_that_asks_no_less_passes(changed: MakeChange, head: str) -> None:
    change = changed({PATH: OURS}, {PATH: head})

    assert outcome_of(change) == Outcome(
        item="policy.changed",
        state=State.PASS,
        reason="the edited policy is valid and asks no less",
        findings=[],
        unknowns=[],
        evidence=[Evidence(text=f"compared with {change.merge_base.commit}", path=PATH)],
    )


def test_a_first_policy_that_extends_the_default_asks_no_less(changed: MakeChange) -> None:
    outcome = outcome_of(changed({}, {PATH: "name: ours\nextends: pull-request\n"}))

    assert (outcome.state, outcome.findings) == (State.PASS, [])


@pytest.mark.parametrize(
    ("head", "line", "reason"),
    [
        ("name: ours\nextends: pull-request\nzzz: 1\n", 3, 'unknown key "zzz"'),
        ("name: [\n", 2, "not YAML: "),
        (b"\xff\n", 1, "not UTF-8; "),
        ("", None, "empty; "),
        ("extends: nothing\n", 1, 'no policy "nothing" is shipped with gonogo'),
        ("a: &a [*a, *a]\n", 1, "anchors and aliases "),
        (b"#" * 300_000, None, "larger than 256 KiB"),
    ],
)
def test_a_policy_that_the_change_breaks_fails(
    changed: MakeChange, head: str | bytes, line: int | None, reason: str
) -> None:
    outcome = outcome_of(changed({PATH: OURS}, {PATH: head}))

    [finding] = outcome.findings
    assert (outcome.state, outcome.reason) == (State.FAIL, f"{PATH} is not a valid policy")
    assert (finding.rule, finding.path, finding.line, finding.fails) == ("policy-broken", PATH, line, True)
    assert finding.message.startswith(f"the policy is not valid: {reason}")


def test_a_symbolic_link_is_no_policy(repo: GitRepo, read_change: ReadChange) -> None:
    repo.branch("feature")
    (repo.folder / ".github").mkdir()
    (repo.folder / PATH).symlink_to("../kept.txt")
    repo.commit()

    [finding] = outcome_of(read_change(repo.folder)).findings
    assert finding.message == "the policy is not valid: a symbolic link or a submodule; a policy is a regular file"


def test_a_policy_that_was_broken_before_and_is_no_more_passes(changed: MakeChange) -> None:
    outcome = outcome_of(changed({PATH: "name: [\n"}, {PATH: OURS}))

    assert (outcome.state, outcome.findings) == (State.PASS, [])


@pytest.mark.parametrize("level", ["warn", "off"])
def test_each_way_to_ask_less_is_a_note(changed: MakeChange, level: str) -> None:
    head = OURS.replace("{title: Rules}", f"{{required: {level}}}") + WAIVER
    outcome = outcome_of(changed({PATH: OURS}, {PATH: head}))

    assert outcome.state is State.PASS
    assert outcome.reason == "the edited policy asks less, or something else, in 2 places; it counts once merged"
    assert [without_prints(finding) for finding in outcome.findings] == [
        loosened(f"`policy.changed` is `{level}`, was `block`", 4),
        loosened("`policy.changed` in `**` is waived until 2027-01-31 by @ada", 5),
    ]


def test_asking_less_fails_where_the_policy_says_so(changed: MakeChange) -> None:
    outcome = outcome_of(changed({PATH: OURS}, {PATH: OURS + WAIVER}), PolicyChangedSettings(loosened="fail"))

    assert outcome.state is State.FAIL
    assert outcome.reason == "the edited policy asks less, or something else, in 1 place"
    assert [without_prints(finding) for finding in outcome.findings] == [
        loosened("`policy.changed` in `**` is waived until 2027-01-31 by @ada", 5, fails=True)
    ]


def test_a_deleted_policy_is_compared_with_the_default(changed: MakeChange) -> None:
    outcome = outcome_of(changed({PATH: "name: ours\nextends: strict\n"}, {PATH: None}))

    assert loosened("the file is deleted: the shipped policy `pull-request` counts instead", None) in [
        without_prints(finding) for finding in outcome.findings
    ]
    assert loosened("`policy.changed` has other settings: `loosened`", None, certain=False) in [
        without_prints(finding) for finding in outcome.findings
    ]
    assert all(finding.line is None for finding in outcome.findings)


def test_a_first_policy_is_compared_with_the_default(changed: MakeChange) -> None:
    head = "name: ours\nsections: {s: S}\nitems:\n  policy.changed: {section: s, required: warn}\n"
    outcome = outcome_of(changed({}, {PATH: head}))

    assert loosened("`policy.changed` is `warn`, was `block`", 4) in [
        without_prints(finding) for finding in outcome.findings
    ]


def test_what_the_base_did_meanwhile_is_not_the_changes_doing(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({PATH: OURS + WAIVER})
    repo.branch("feature")
    repo.commit({"app.py": "new\n"})
    repo.switch("main")
    repo.commit({PATH: OURS.replace("pull-request", "strict")})

    outcome = outcome_of(read_change(repo.folder, head="feature"))

    assert (outcome.state, outcome.reason, outcome.findings) == (State.PASS, "the policy is not edited", [])


def test_what_stands_at_the_base_already_is_not_told(repo: GitRepo, read_change: ReadChange) -> None:
    repo.commit({PATH: OURS})
    repo.branch("feature")
    repo.commit({PATH: OURS + WAIVER})
    repo.switch("main")
    repo.commit({PATH: OURS + WAIVER})

    assert outcome_of(read_change(repo.folder, head="feature")).findings == []


def test_other_policy_files_are_looked_at_where_the_policy_names_them(changed: MakeChange) -> None:
    change = changed({"api/gonogo.yml": OURS}, {"api/gonogo.yml": "name: [\n", PATH: "name: [\n"})
    settings = PolicyChangedSettings(files=("api/gonogo.yml",))

    assert [finding.path for finding in outcome_of(change, settings).findings] == ["api/gonogo.yml"]
    assert outcome_of(change, settings, lambda path: path != "api/gonogo.yml").findings == []


USES = "on: pull_request\njobs:\n  gonogo:\n    steps:\n      - uses: example/GoNoGo@v1\n"


@pytest.mark.parametrize(
    ("base", "head", "did", "path", "line"),
    [
        ({}, {WORKFLOW: USES}, "adds", WORKFLOW, 1),
        ({WORKFLOW: USES}, {WORKFLOW: USES + "# more\n"}, "edits", WORKFLOW, 6),
        ({WORKFLOW: USES}, {WORKFLOW: "on: push\n"}, "edits", WORKFLOW, 1),
        ({WORKFLOW: USES}, {WORKFLOW: None}, "deletes", WORKFLOW, None),
        ({WORKFLOW: USES}, {WORKFLOW: None, "elsewhere.yml": USES}, "renames", "elsewhere.yml", None),
        ({}, {".github/workflows/x y\n.yaml": USES}, "adds", ".github/workflows/x y\n.yaml", 1),
    ],
)
def test_an_edited_workflow_that_names_gonogo_is_a_note(
    changed: MakeChange,
    base: dict[str, str | bytes | None],
    head: dict[str, str | bytes | None],
    did: str,
    path: str,
    line: int | None,
) -> None:
    outcome = outcome_of(changed(base, head))

    assert (outcome.state, outcome.reason) == (State.PASS, "a workflow that runs gonogo is edited")
    assert [without_prints(finding) for finding in outcome.findings] == [
        Finding(
            rule="workflow-edited",
            message=f"the change {did} a workflow that names gonogo",
            severity=Severity.LOW,
            certainty=Certainty.NOTE,
            path=path,
            line=line,
            fails=False,
        )
    ]


@pytest.mark.parametrize(
    "head",
    [
        {WORKFLOW: "on: push\n"},
        {"docs/review.yml": USES},
        {".github/workflows/deep/review.yml": USES},
        {".github/workflows/review.md": USES},
    ],
)
def test_other_files_are_no_workflows_of_gonogo(changed: MakeChange, head: dict[str, str | bytes | None]) -> None:
    assert outcome_of(changed({}, head)).findings == []


class Unreadable:
    """A tree of which one file's content is not to be had, as in a partial clone."""

    def __init__(self, tree: Tree, path: str) -> None:
        self._tree, self._path = tree, path

    def __getattr__(self, name: str) -> object:
        return getattr(self._tree, name)

    def read(self, path: str) -> bytes | NotRead:
        return NotRead("not here", "fetch it") if path == self._path else self._tree.read(path)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        for path in paths:
            yield path, self.read(path)


@pytest.mark.parametrize("side", ["head", "merge_base"])
@pytest.mark.parametrize("path", [PATH, WORKFLOW])
def test_what_cannot_be_read_is_not_checked(changed: MakeChange, side: str, path: str) -> None:
    change = changed({PATH: OURS, WORKFLOW: "on: push\n"}, {PATH: OURS + "# x\n", WORKFLOW: "on: [push]\n"})
    partial = cast("Tree", Unreadable(getattr(change, side), path))
    old, new = (partial, change.head) if side == "merge_base" else (change.merge_base, partial)

    outcome = outcome_of(dataclasses.replace(change, merge_base=old, head=new))

    assert (outcome.state, outcome.reason) == (State.NOT_CHECKED, "not here")
    assert outcome.unknowns == [Unknown(path=path, reason="not here", settle="fetch it")]
