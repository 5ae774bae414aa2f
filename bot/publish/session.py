"""One run's dealings with GitHub: a status from the start, the comment and the check run, and a status at the end.

Of several runs for one commit, the one that said `pending` last concludes the status, since it knows most; whoever else
ends after it leaves the status alone.

Each step that GitHub refuses becomes a note, and the next one is tried: a verdict does not depend on what may be
written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, assert_never

from bot.collect.target import Target
from bot.errors import ChangeError
from bot.github.answers import Author, CheckRun, Comment
from bot.github.client import GitHub, StatusState
from bot.github.transport import GitHubError, RefusedError
from bot.inputs import Inputs, Runner
from bot.judge import apply_ticks
from bot.model import Report, State, Verdict
from bot.publish.check_run import publish_check_run
from bot.publish.comment import Draft, publish_comment
from bot.publish.mark import Mark, status_context
from bot.publish.ticks import Rules, find_comment, find_ticks
from bot.render.escape import printable
from bot.render.markdown import render_comment
from bot.render.words import short, verdict_reason

_DESCRIPTION_LENGTH: Final = 140
"""GitHub refuses a longer description of a status: https://docs.github.com/en/rest/commits/statuses"""
_BASE_LENGTH: Final = 40
_FORK: Final = (
    "a workflow that a fork's pull request starts may only read, so nothing is written on the pull request; "
    "the job itself is the check to require, and docs/github.md says how to have the comment too"
)


@dataclass(kw_only=True)
class Session:
    """Writes to GitHub what one run has to say.

    Attributes:
        started_at: when the run began, in seconds since 1970.
        notes: what could not be written, and what to do about it.
        comment: as it was left; None where none was written.
        check_run: likewise.
        state: the status as it was left, this run's or a later one's; None where this run could write none.
    """

    client: GitHub
    inputs: Inputs
    runner: Runner
    target: Target
    started_at: int
    notes: list[str] = field(default_factory=list)
    comment: Comment | None = None
    check_run: CheckRun | None = None
    state: StatusState | None = None
    _me: Author | None = None
    _status_id: int | None = None
    _comment_written: bool = False
    _seen: str | None = None
    _status_refused: bool = False
    _read_only: bool = False

    def begin(self) -> None:
        """Say that the commit is being checked."""
        self.conclude("pending", f"being checked against {self._base()}")

    def conclude(self, state: StatusState, words: str) -> None:
        """Set the commit's status, unless a later run for it has begun. `words` are cut to what GitHub takes."""
        if not self.inputs.status or self._status_refused or self._read_only or self._overtaken():
            return
        url = self.comment.html_url if self.comment else self.runner.run_url
        try:
            context = status_context(self.inputs.name)
            description = _ascii(words, _DESCRIPTION_LENGTH)
            status = self.client.create_status(self.target.head_sha, state, context, description, url)
        except GitHubError as error:
            self._status_refused = isinstance(error, RefusedError)
            self._note(error)
            return
        self.state, self._status_id = state, status.id
        self._me = self._me or status.creator

    def _overtaken(self) -> bool:
        """Whether another run of this account has written the status since this one did."""
        if self._status_id is None:
            return False
        context = status_context(self.inputs.name)
        try:
            statuses = self.client.statuses(self.target.head_sha)
        except GitHubError:
            # Not to know is no reason to leave a commit without an answer.
            return False
        ours = (one.id for one in statuses if one.context == context and one.creator == self._me)
        if max(ours, default=0) <= self._status_id:
            return False
        note = "another run for this commit began later: the status is left to it"
        self.notes += [] if note in self.notes else [note]
        return True

    def check_freshness(self) -> bool:
        """Whether the pull request still has the head that was judged.

        Raises:
            ChangeError: it has another base by now, which another policy may speak for.
        """
        if self.target.pull_number is None:
            return True
        try:
            pull = self.client.pull(self.target.pull_number)
        except GitHubError as error:
            self._note(error)
            return True
        if pull.base.ref != self.target.base.name:
            was, now = (printable(name) for name in (self.target.base.name, pull.base.ref))
            raise ChangeError(f"the base changed from {was} to {now} while it was checked; run it again")
        return pull.head.sha == self.target.head_sha

    def count_ticks(self, report: Report) -> Report:
        """The report with what people have ticked in the comment for this head; called after `check_freshness`."""
        number = self.target.pull_number
        asked = any(item.outcome.state is State.NEEDS_SIGN_OFF for item in report.items)
        if number is None or not asked or not self.inputs.comment or self._read_only:
            return report
        me = self._identity()
        if me is None:
            return report
        try:
            comment = find_comment(self.client.comments(number), me, self.inputs.name)
        except GitHubError as error:
            self._note(error)
            return report
        if comment is None:
            return report
        self._seen = comment.body or ""
        rules = Rules(report.head, me, report.authors, report.author_may_sign_off)
        return apply_ticks(report, find_ticks(self.client, comment, rules))

    def publish(self, report: Report, *, fresh: bool) -> None:
        """Write comment, check run and the last status, each where it is wanted and may be."""
        if self.inputs.comment and self.target.pull_number is not None and not self._read_only:
            self._publish_comment(self.target.pull_number, report, fresh=fresh)
        if self.inputs.check_run and not self._read_only:
            self._publish_check_run(report)
        self.conclude(_state(report.verdict), f"{verdict_reason(report)}, against {self._base()}")

    def _publish_comment(self, number: int, report: Report, *, fresh: bool) -> None:
        if not fresh:
            self.notes.append("the pull request has a newer head by now: its comment is left to the run for that")
            return
        mark = Mark(self.inputs.name, report.head, self.runner.run_id, self.runner.run_attempt, self.started_at)
        draft = Draft(mark, lambda mark: self._body(report, mark), self._seen)
        try:
            left = publish_comment(self.client, number, draft, self._identity())
            self.comment, self._comment_written = left.comment, left.written
        except GitHubError as error:
            self._note(error)

    def _body(self, report: Report, mark: Mark) -> str:
        url = f"{self.runner.repository_url}/actions/runs/{mark.run}/attempts/{mark.attempt}"
        return render_comment(report, mark=str(mark), full_report=url)

    def _publish_check_run(self, report: Report) -> None:
        try:
            # The comment names the head: where it had to be written, nobody has said this before.
            self.check_run = publish_check_run(
                self.client, report, self.inputs.name, self.runner.run_url, known_new=self._comment_written
            )
        except GitHubError as error:
            self._note(error)

    def _identity(self) -> Author | None:
        """Whose token this is: the author of the status, else whom GitHub names."""
        if self._me is None:
            try:
                self._me = self.client.viewer()
            except GitHubError as error:
                self._note(error)
        return self._me

    def _base(self) -> str:
        base = self.target.base
        return f"{_ascii(base.name, _BASE_LENGTH)}@{short(base.commit)}"

    def _note(self, error: GitHubError) -> None:
        # Such a token cannot be given more, so that no other step would fare better.
        hopeless = isinstance(error, RefusedError) and self.target.fork and self.runner.event_name == "pull_request"
        self._read_only = self._read_only or hopeless
        note = _FORK if hopeless else str(error)
        if note not in self.notes:
            self.notes.append(note)


def _ascii(text: str, length: int) -> str:
    """Text in ASCII, cut: in which unit GitHub counts other characters is written nowhere."""
    escaped = printable(text).encode("ascii", "backslashreplace").decode()
    return escaped if len(escaped) <= length else f"{escaped[: length - 3]}..."


def _state(verdict: Verdict) -> StatusState:
    match verdict:
        case Verdict.GO:
            return "success"
        case Verdict.NO_GO:
            return "failure"
        case Verdict.PENDING:
            return "pending"
    assert_never(verdict)
