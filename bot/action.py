"""gonogo inside GitHub Actions: from the event to comment and status. Wiring only.

A commit whose status says `pending` gets another one however the run ends, as long as it can still speak.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bot.assess import Subject, Surroundings, assess
from bot.collect.advisories.asked import AskedAdvisories
from bot.collect.change import Repository, Revision
from bot.collect.event import CommandEvent, Event, Ignored, parse_event
from bot.collect.folders import scratch_folder
from bot.collect.git import Remote
from bot.collect.jobs import find_jobs
from bot.collect.run_coverage import RunCoverage
from bot.collect.sarif import find_sarif
from bot.collect.target import Target, resolve_target
from bot.commands import Command, Recheck, answer_command
from bot.errors import ChangeError, GonogoError, UsageError
from bot.github.client import GitHub
from bot.inputs import Inputs, Runner, parse_inputs, parse_runner
from bot.interrupts import Interrupted, errors_of_interruption
from bot.model import Report, Verdict
from bot.publish.admit import admit_command
from bot.publish.check_run import find_annotations
from bot.publish.files import append_summary, write_outputs, write_reports
from bot.publish.log import MAX_COMMANDS, Log
from bot.publish.session import Session
from bot.render.escape import escape_markdown_text
from bot.render.markdown import render_summary
from bot.render.terminal import render_terminal
from bot.render.words import verdict_reason, verdict_word

WAIT_BUDGET_S: Final = 120.0
"""How long a run waits for GitHub in all: one secondary limit, and then some."""
_LOG_WIDTH: Final = 120


def run_action(environment: Mapping[str, str]) -> int:
    """Judge what the event asks for and say so on GitHub.

    Returns:
        0 go (and pending, once GitHub shows that), 1 no-go, 2 usage or policy error, 3 the change cannot be read.

    Raises:
        Exception: gonogo itself failed; log, summary and status say so already.
    """
    log = Log(sys.stdout.buffer)
    with log.guarded():
        try:
            runner = parse_runner(environment)
            with _in_summary(runner):
                return _Action(parse_inputs(environment), runner, environment, log).run()
        except GonogoError as error:
            log.command("error", f"gonogo: {error}")
            return error.exit_status
        except Exception as error:
            # The text of the error may be the change's; its place is told by whoever ends the process.
            log.command("error", f"gonogo failed ({type(error).__name__}): this is a bug of gonogo's")
            raise


@contextmanager
def _in_summary(runner: Runner) -> Iterator[None]:
    """Within, an error is also told in the job summary."""
    try:
        yield
    except GonogoError as error:
        with suppress(UsageError):
            append_summary(runner, f"**gonogo could not judge**: {escape_markdown_text(str(error))}")
        raise
    except Exception as error:
        with suppress(UsageError):
            append_summary(runner, f"**gonogo failed** ({type(error).__name__}): this is a bug of gonogo's.")
        raise


@dataclass(frozen=True)
class _Action:
    """One run: what it was given, and its log."""

    inputs: Inputs
    runner: Runner
    environment: Mapping[str, str]
    log: Log

    def run(self) -> int:
        started_at = int(time.time())
        token = self.inputs.token.get_secret_value()
        client = GitHub(self.runner.api_url, token, self.runner.repository, budget_s=WAIT_BUDGET_S)
        event = self._event()
        command = admit_command(client, event) if isinstance(event, CommandEvent) else Recheck()
        if isinstance(command, Ignored):
            return self._ignore(command)
        target = resolve_target(event, client, self.runner.repository)
        if isinstance(target, Ignored):
            return self._ignore(target)
        session = Session(client=client, inputs=self.inputs, runner=self.runner, target=target, started_at=started_at)
        with self._concluded(session), errors_of_interruption():
            session.begin()
            return self._judge(session, command)

    def _event(self) -> Event:
        runner = self.runner
        return parse_event(runner.event_name, runner.event_path, number=self.inputs.number, sha=runner.sha)

    def _ignore(self, ignored: Ignored) -> int:
        self.log.command("notice", f"gonogo has nothing to check: {ignored.reason}")
        append_summary(self.runner, f"gonogo has nothing to check: {escape_markdown_text(ignored.reason)}.")
        return 0

    @contextmanager
    def _concluded(self, session: Session) -> Iterator[None]:
        """Within, whatever ends the run sets the status first."""
        try:
            yield
        except Interrupted as request:
            _ignore_signals()
            # What cancels a run gives it some seconds.
            session.client.transport.budget_s = 0.0
            session.conclude("error", f"interrupted by {request}; run it again")
            raise
        except GonogoError as error:
            _ignore_signals()
            session.conclude("error", str(error))
            raise
        except Exception as error:
            _ignore_signals()
            session.conclude("error", f"gonogo failed ({type(error).__name__}); the log says where")
            raise
        finally:
            self.log.line(f"{session.client.transport.requests} requests to GitHub")

    def _judge(self, session: Session, command: Command) -> int:
        report = self._assess(session)
        fresh = session.check_freshness()
        report = session.count_ticks(report) if fresh else report
        report = replace(report, answer=answer_command(command, report, datetime.now(UTC).date()))
        self.log.block(render_terminal(report, color=True, width=_LOG_WIDTH))
        append_summary(self.runner, render_summary(report))
        counts = {f"{state}": str(count) for state, count in report.counts().items()}
        files = write_reports(report, self.runner)
        write_outputs(self.runner, {"verdict": str(report.verdict), **files, **counts})
        session.publish(report, fresh=fresh)
        self._tell(session, report)
        return exit_status(report, session)

    def _assess(self, session: Session) -> Report:
        target = session.target
        token = self.inputs.token.get_secret_value()
        remote = Remote(f"{self.runner.repository_url}.git", token or None)
        limits = self.inputs.limits()
        with scratch_folder() as scratch:
            repository = Repository(self._checkout(), scratch=scratch, limits=limits, remote=remote)
            around = Surroundings(
                scratch=scratch,
                cache=self._cache(),
                limits=limits,
                today=datetime.now(UTC).date(),
                notes=target.notes,
                authors=[target.author] if target.author else [],
                coverage=RunCoverage(
                    inputs=self.inputs,
                    runner=self.runner,
                    target=target,
                    client=session.client,
                    repository=repository,
                    folder=scratch,
                ).find,
                sarif=find_sarif(repository, self.runner.workspace, self.inputs.sarif, self.inputs.base_sarif),
                jobs=partial(find_jobs, session.client),
                advisories=self._advisories().door(scratch),
                on_step=self.log.line,
            )
            try:
                report = assess(repository, self._subject(target), around)
            finally:
                repository.close()
        empty = not report.files and not report.commits
        if report.verdict is Verdict.GO and empty and target.changed_files:
            raise ChangeError(f"GitHub counts {target.changed_files:,} changed files, but base and head show none here")
        return report

    def _advisories(self) -> AskedAdvisories:
        """Whom to ask about packages. Only the policy leaves items out: where nobody is asked, it is not checked."""
        folder = self.runner.workspace / self.inputs.advisories if self.inputs.advisories else None
        return AskedAdvisories(
            online=self.inputs.osv,
            url=self.inputs.osv_url if self.inputs.osv else "",
            folder=folder,
            forbidden="the input `osv` is false and there are no `advisories`",
            option="input `osv-url`",
        )

    def _cache(self) -> Path | None:
        """What the image was built with. A folder of the runner's is none: an earlier step may have written there."""
        folder = self.environment.get("GONOGO_CACHE_DIR")
        return Path(folder) if folder else None

    def _checkout(self) -> Path | None:
        """The folder of the checkout; None where the job has none, and all is fetched."""
        folder = self.runner.workspace / self.inputs.directory
        if not folder.is_dir():
            raise UsageError(f"input `directory`: there is no folder {self.inputs.directory} in the workspace")
        return folder if (folder / ".git").exists() else None

    def _subject(self, target: Target) -> Subject:
        return Subject(
            repository=self.runner.repository,
            url=self.runner.repository_url,
            pull_request=target.pull_number,
            base=target.base,
            head=Revision(target.head_sha, target.head_sha),
            base_branch=target.policy_base.name,
            default=target.default,
            policy=self.inputs.policy or None,
            policy_base=target.policy_base,
        )

    def _tell(self, session: Session, report: Report) -> None:
        """Say in log, summary and outputs what was published, and what was not and why."""
        if session.comment:
            outputs = {"comment-id": str(session.comment.id), "comment-url": session.comment.html_url}
            write_outputs(self.runner, outputs)
        for note in session.notes:
            self.log.command("warning", note)
        if session.notes:
            lines = "".join(f"- {escape_markdown_text(note)}\n" for note in session.notes)
            append_summary(self.runner, f"### Not everything could be published\n\n{lines}")
        self._tell_verdict(session, report)

    def _tell_verdict(self, session: Session, report: Report) -> None:
        verdict = f"{verdict_word(report.verdict)}: {verdict_reason(report)}"
        if report.verdict is not Verdict.NO_GO:
            self.log.command("notice", verdict)
            return
        self.log.command("error", verdict)
        # The check run shows findings on their lines already; without it the log's commands do.
        if session.check_run is None:
            failing = [annotation for annotation in find_annotations(report) if annotation.level == "failure"]
            for annotation in failing[: MAX_COMMANDS - 1]:
                self.log.command("error", annotation.words, path=annotation.path, line=annotation.finding.line)


def exit_status(report: Report, session: Session) -> int:
    """0 for go, and for pending once GitHub shows that; 1 for anything else."""
    match report.verdict:
        case Verdict.GO:
            return 0
        case Verdict.PENDING if session.state == "pending":
            return 0
    return 1


def _ignore_signals() -> None:
    """Let nothing interrupt the last words."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
