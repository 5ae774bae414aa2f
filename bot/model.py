"""The values that stand between two stages. All are frozen; none holds a handle on the outside world but `Tree`.

Paths are from the repository's root, with `/`; bytes that are not UTF-8 are carried as surrogate escapes
(`os.fsdecode`) and made printable by `bot/render/` alone. Lines and columns count from 1. Object ids are the
full hexadecimal names, of 40 (SHA-1) or 64 (SHA-256) digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

if TYPE_CHECKING:
    from pydantic import BaseModel

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


PART = "#"
"""Stands between an item's id and the name of one of its parts, which are shown after it and decide nothing."""


class State(StrEnum):
    """What is known of an item. Only an answer counts as `pass`."""

    PASS = "pass"  # noqa: S105 - a state, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    NOT_CHECKED = "not-checked"
    PENDING = "pending"
    NEEDS_SIGN_OFF = "needs-sign-off"
    WAIVED = "waived"


class Verdict(StrEnum):
    """The one answer."""

    GO = "go"
    NO_GO = "no-go"
    PENDING = "pending"


class Level(StrEnum):
    """What a policy makes of an item: it decides the verdict, it is shown, or it is not asked."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Severity(StrEnum):
    """How bad a finding is if it is true."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Certainty(StrEnum):
    """How sure a check is of a finding."""

    CERTAIN = "certain"
    LIKELY = "likely"
    NOTE = "note"


class Strength(StrEnum):
    """How far evidence goes: a file says so, the code that runs uses it, a test or a report proves it."""

    CONFIGURED = "configured"
    WIRED = "wired"
    VERIFIED = "verified"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault and its place.

    Attributes:
        rule: stable id of the rule, such as `aws-access-token`.
        message: one line in plain words, without the value of a secret.
        path: None where the fault has no file.
        commit: the first commit of the range that has it, where a check knows.
        fingerprint: survives moved lines and renamed files; waivers name it.
        fix: what to do next, in one or a few lines.
        help: an address that explains the rule.
        suppression: what in the tree asks to ignore the finding, where something does (`# nosec`).
        in_head: False where only an older commit of the range has it; None where the check does not tell.
        fails: whether the finding makes its item fail; False for advice.
        details: further members of the JSON object, by the check that makes them.
    """

    rule: str
    message: str
    severity: Severity = Severity.HIGH
    certainty: Certainty = Certainty.CERTAIN
    path: str | None = None
    line: int | None = None
    end_line: int | None = None
    column: int | None = None
    commit: str | None = None
    fingerprint: str | None = None
    fix: str | None = None
    help: str | None = None
    suppression: str | None = None
    in_head: bool | None = None
    fails: bool = True
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something that could not be looked at: why, and what would settle it."""

    reason: str
    settle: str
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a state rests on, in words, with its place where it has one."""

    text: str
    path: str | None = None
    line: int | None = None
    strength: Strength | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one check says about one item. It does not know whether that blocks.

    Attributes:
        item: the item's id, such as `secrets.added`.
        reason: the state in one line of plain words.
        figures: numbers of the item, as the contract names them.
        regressed: whether the change took away what was there before; None where the check compared nothing.
        rows: the lines of a checklist that the item answers.
        needs_network: it was not checked for the one reason that nobody allowed a connection: it then decides nothing.
        seconds: wall time, set by the runner.
    """

    item: str
    state: State
    reason: str
    findings: Sequence[Finding] = ()
    unknowns: Sequence[Unknown] = ()
    evidence: Sequence[Evidence] = ()
    figures: Mapping[str, Json] = field(default_factory=dict)
    rows: Sequence[str] = ()
    regressed: bool | None = None
    needs_network: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, order=True)
class Package:
    """One version of a package in a public registry.

    Attributes:
        ecosystem: as OSV names it: PyPI, npm, Go, crates.io, Maven, RubyGems, NuGet, Packagist.
        name: as the ecosystem normalises it (PEP 503 for PyPI, `group:artifact` for Maven).
        version: as the lock says it; of Go without the leading `v`, as advisories write it.
    """

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True)
class VersionRange:
    """Versions that an advisory speaks of: events in any order, each its kind and a version.

    The kinds are `introduced`, `fixed`, `last_affected` and `limit`, as https://ossf.github.io/osv-schema/ has them.
    """

    events: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Advisory:
    """A known fault of a package.

    Attributes:
        aliases: ids of the same fault in other databases.
        severity: None where the advisory gives none.
        ranges: of the package that was asked about; `versions` likewise.
        detailed: False where only the id could be had.
    """

    id: str
    aliases: Sequence[str] = ()
    summary: str = ""
    severity: Severity | None = None
    ranges: Sequence[VersionRange] = ()
    versions: frozenset[str] = frozenset()
    url: str = ""
    detailed: bool = True


@dataclass(frozen=True, kw_only=True)
class PackageAnswer:
    """What is known of a package's version. With a gap the list may lack some, or all."""

    advisories: Sequence[Advisory] = ()
    gap: Unknown | None = None


@dataclass(frozen=True, kw_only=True)
class AdvisoryAnswer:
    """What was answered.

    Attributes:
        packages: one answer for each package asked about.
        unknowns: what of the advisories themselves could not be read.
        evidence: who was asked.
    """

    packages: Mapping[Package, PackageAnswer]
    unknowns: Sequence[Unknown] = ()
    evidence: Sequence[Evidence] = ()


class Advisories(Protocol):
    """Whoever knows the advisories: a service, a folder."""

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """Ask about the packages that a change adds, and about those that it replaces.

        It raises nothing: what cannot be had is a gap. Those before are asked about once, without a second opinion.
        """
        ...


# What people and other systems say of the head


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """A person's word that an item is done, which no file can show.

    Attributes:
        by: a person, such as `@ada`.
        on: the day of the word.
        link: where it can be read up.
        expires: the last day on which it counts; None leaves that to the item.
        path: the policy file that holds it, with its 1-based line.
    """

    by: str
    on: date
    link: str
    expires: date | None
    path: str
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """A check run of the head.

    Attributes:
        name: of the job, as whoever wrote the workflow named it: proof of nothing by itself.
        app: who made it, such as `github-actions`.
        workflow: the path of the workflow file whose run it is of; None where another app made it.
        conclusion: None while it runs.
    """

    name: str
    app: str
    workflow: str | None
    conclusion: str | None
    url: str


@dataclass(frozen=True, kw_only=True)
class LiveAnswer:
    """What the deploy gate says of an item, for the head."""

    state: State
    reason: str
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True, kw_only=True)
class Attested:
    """What is known of the head besides its files.

    Attributes:
        today: the day on which it is judged; None counts no sign-off.
        signoffs: by item, from the base.
        authors: of the change, in lower case: names, addresses, logins. Their own sign-offs do not count.
        author_may_sign_off: whether they do all the same.
        jobs: the check runs of the head, or why there are none; None where nobody asked.
        live: what the deploy gate says, by item.
        live_fault: why a given report of the gate does not count; empty where it does or none is given.
    """

    today: date | None = None
    signoffs: Mapping[str, SignOff] = field(default_factory=dict)
    authors: frozenset[str] = frozenset()
    author_may_sign_off: bool = False
    jobs: Sequence[JobResult] | Unknown | None = None
    live: Mapping[str, LiveAnswer] = field(default_factory=dict)
    live_fault: str = ""


# The change


class Mode(StrEnum):
    """A tree entry's kind, by git's octal mode."""

    FILE = "100644"
    EXECUTABLE = "100755"
    SYMLINK = "120000"
    SUBMODULE = "160000"
    ABSENT = "000000"


class Status(StrEnum):
    """How a path differs between two trees, by git's letter."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"
    RENAMED = "R"
    TYPE_CHANGED = "T"


@dataclass(frozen=True)
class Hunk:
    """One run of changed lines: 1-based first line and count, on both sides. A count of 0 is an empty side."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


@dataclass(frozen=True, kw_only=True)
class ChangedFile:
    """A path that differs between the merge base and the head.

    Attributes:
        path: the path at head, or the deleted one.
        old_path: the path at the merge base; None for an added file. It differs from `path` for a rename.
        old_oid: blob (or submodule commit) at the merge base; None where it is not there. `new_oid` likewise.
        hunks: without context; empty for a pure rename, a mode change and a file without lines.
        lines_known: False where hunks could not be made (binary content, over a limit, a missing blob): then each
            line of the file at head may be new.
    """

    status: Status
    path: str
    old_path: str | None
    old_mode: Mode
    new_mode: Mode
    old_oid: str | None
    new_oid: str | None
    hunks: Sequence[Hunk] = ()
    lines_known: bool = True

    def added_lines(self) -> Iterator[range]:
        """Yield the ranges of 1-based lines at head that the change adds or rewrites."""
        for hunk in self.hunks:
            if hunk.new_count:
                yield range(hunk.new_start, hunk.new_start + hunk.new_count)


@dataclass(frozen=True)
class CommitFile:
    """A path that a commit of the range sets to content that none of its parents has there.

    Attributes:
        parent_oids: one an object id for each parent of the commit, None where that parent lacks the path;
            empty for a root commit.
    """

    path: str
    mode: Mode
    oid: str
    parent_oids: Sequence[str | None]


@dataclass(frozen=True)
class Commit:
    """A commit of the range, with the files that it adds or edits (deletions are not listed).

    `message` is whole, decoded as UTF-8 with replacement; `author` is a name and an address, `Ada <ada@example.org>`.
    """

    oid: str
    parents: Sequence[str]
    message: str
    files: Sequence[CommitFile]
    author: str = ""


@dataclass(frozen=True)
class Entry:
    """One path of a tree."""

    path: str
    mode: Mode
    oid: str


@dataclass(frozen=True)
class NotRead:
    """A blob that was not read: over a limit, or not in the object store. `reason` and `settle` as in `Unknown`."""

    reason: str
    settle: str


class Blobs(Protocol):
    """Reads contents by object id, in batches, within the limits of the settings."""

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """Yield each distinct object id once, in the order asked for, with its content."""
        ...


class Tree(Protocol):
    """One revision's files, read from git objects. Everything is bounded by the limits of the settings."""

    @property
    def commit(self) -> str:
        """The revision's commit."""
        ...

    def entries(self) -> Sequence[Entry]:
        """All entries, sorted by path as bytes; submodules are there, as `Mode.SUBMODULE`."""
        ...

    def entry(self, path: str) -> Entry | None:
        """The entry at a path, or None."""
        ...

    def glob(self, *patterns: str) -> Iterator[Entry]:
        """Yield the regular files whose path matches a pattern: `*` within a folder, `**` across folders."""
        ...

    def read(self, path: str) -> bytes | NotRead:
        """The content of a regular file (never through a symbolic link).

        Raises:
            KeyError: no regular file is at that path.
        """
        ...

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """Yield each path that is a regular file, with its content, in one batch."""
        ...

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        """Of the values (no line breaks in them), those that stand in some file, binary ones too.

        Raises:
            ToolError: the search did not end within its time.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Change:
    """A pull request as data.

    Attributes:
        commits: oldest first (topological), without those of the base.
        gaps: what of the change could not be had (a shallow clone's missing commits). Where there is one, no item
            may pass: the runner adds them to each outcome.
        readable: False where there are gaps and nothing of the change is known beyond its names; no check is run.
        audit: whether no change is looked at but the head as it is; base and merge base are the head then.
    """

    base: Tree
    merge_base: Tree
    head: Tree
    commits: Sequence[Commit]
    files: Sequence[ChangedFile]
    blobs: Blobs
    gaps: Sequence[Unknown] = ()
    readable: bool = True
    audit: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to check."""
        return self.readable and not (self.audit or self.gaps or self.commits or self.files)


# What a check is and gets


@dataclass(frozen=True)
class Completed:
    """How an engine ended. The outputs may hold secrets: they go to no log and no exception."""

    returncode: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


class Workspace(Protocol):
    """A fresh private folder in which one engine runs; it is gone when the context ends."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file under a relative name of gonogo's own making (never one of the change's)."""
        ...

    def read(self, name: str, *, max_bytes: int) -> bytes:
        """The content of a file that the engine wrote.

        Raises:
            ToolError: it is not there, is no regular file, or is larger than `max_bytes`.
        """
        ...

    def run(self, tool: str, *args: str, timeout_s: float, max_memory_bytes: int, stdin: bytes = b"") -> Completed:
        """Run an installed engine with the folder as its working directory and an empty environment.

        Raises:
            ToolError: it could not be started, was killed, or did not end in time.
        """
        ...


class Tools(Protocol):
    """The door to installed engines."""

    def workspace(self) -> AbstractContextManager[Workspace]:
        """A fresh private folder."""
        ...


@dataclass(frozen=True)
class ReportFile:
    """A report that somebody's tool wrote.

    Attributes:
        name: from the repository's root where the file stands in it, else as it was given or stands in its archive.
        open: opens the content; reading past a limit raises `ReportError`, and so may opening.
        named: whether the user named this very file, rather than a folder or an archive that holds it among others.
    """

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    named: bool = True


class ReportSource(Protocol):
    """Where reports are: files, folders, archives."""

    def files(self) -> Iterator[ReportFile | Unknown]:
        """Yield the reports, and for each place that has none what is missing."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReportSet:
    """The reports of one revision.

    Attributes:
        origin: where they come from, in words, such as `artifact coverage of run 12`; empty for given files.
        commit: what was measured, as whoever gave them says; None where nobody says.
        tree: the files of that commit; None for those of the revision that the reports are for.
        moved: how files differ between that commit and the revision, in this order.
        distance: commits between the revision and an older `commit` on its way; None where it is no ancestor.
        unsure: paths of the revision that may have been measured with other content.
        stored: a baseline that was kept in the repository; `source` then has no files.
        history: such baselines of the commits before it, newest first.
    """

    source: ReportSource
    origin: str = ""
    commit: str | None = None
    tree: Tree | None = None
    moved: Sequence[ChangedFile] = ()
    distance: int | None = 0
    unsure: frozenset[str] = frozenset()
    stored: bytes | None = None
    history: Sequence[bytes] = ()


@dataclass(frozen=True, kw_only=True)
class MissingReports:
    """Reports that were asked for and are not there: why, what would settle it, and whether they may still come."""

    reason: str
    settle: str
    pending: bool = False


@dataclass(frozen=True)
class Reports:
    """The reports of one kind, at head and for the merge base; None where nobody asked for any."""

    head: ReportSet | MissingReports | None = None
    base: ReportSet | MissingReports | None = None


@dataclass(frozen=True, kw_only=True)
class ItemRequest:
    """What a policy asks of one item of a check.

    Attributes:
        settings: an instance of the check's settings model, validated.
        matches: whether a path is in the item's `paths`.
    """

    id: str
    settings: BaseModel
    matches: Callable[[str], bool]


class Ahead(Protocol):
    """The door to a second processor."""

    def start(self, make: Callable[[int], object], count: int) -> Callable[[int], object]:
        """Begin to make things that have numbers from 0 on, beside the check; what comes back takes one.

        It gives None for what is not made, and that never will be: the check makes it itself. `make` sees the process
        as it was at this call.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a check gets: the change, what is asked of it, and the door to the engines.

    Attributes:
        salt: the policy's public salt, for fingerprints of secrets.
        deadline_s: seconds that the check has, from its start.
        coverage: the coverage reports that the project's own tests wrote.
        sarif: the SARIF files that other tools wrote.
        attested: what people and other systems say of the head.
        advisories: None where nobody allowed a connection nor gave a folder.
        ahead: None where all is made by the check itself.
    """

    change: Change
    items: Sequence[ItemRequest]
    tools: Tools
    salt: bytes
    deadline_s: float
    coverage: Reports = Reports()
    sarif: Reports = Reports()
    advisories: Advisories | None = None
    attested: Attested = Attested()
    ahead: Ahead | None = None


@dataclass(frozen=True)
class CheckResult:
    """What a check gives back.

    Attributes:
        outcomes: one for each item asked for, and one for each part of an item (`<item>#<part>`).
        masks: values of secrets found, to be masked in every text of every outcome; the runner does that and
            drops them, so that no report ever holds them.
    """

    outcomes: Sequence[Outcome]
    masks: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class ItemSpec:
    """An item that a check can answer: its id, its default title, and the pydantic model of its settings."""

    id: str
    title: str
    settings: type[BaseModel]


class UnknownKind(Exception):  # noqa: N818 - it is no failure of gonogo's, a policy's error is made of it
    """An item's settings name no kind of item that a check has.

    Attributes:
        key: of the settings.
        name: what they say; None where the key is missing.
        known: what they could say.
    """

    def __init__(self, key: str, name: str | None, known: Sequence[str]) -> None:
        super().__init__(key)
        self.key, self.name, self.known = key, name, known


@dataclass(frozen=True, kw_only=True)
class ItemSource:
    """Whoever answers items of a policy: a check, or the deploy gate.

    Attributes:
        spec: makes an item of an id that begins with the source's name, out of its settings, where a policy may have
            items of its own; it raises `UnknownKind`. Its last argument says whether all of the item is shipped with
            gonogo: its settings are then known to be right, and may be kept as they are until they are used.
        kinds: what the settings of such items may name, each with the model of its settings.
        audits: whether it can judge a revision by itself, with no change to look at.
    """

    name: str
    items: Callable[[], Sequence[ItemSpec]]
    spec: Callable[[str, Mapping[str, Json], bool], ItemSpec] | None = None
    kinds: Callable[[], Sequence[ItemSpec]] = tuple
    audits: bool = False


@dataclass(frozen=True, kw_only=True)
class Check(ItemSource):
    """One check: its name, the items it answers, and the function that answers them.

    `run` is pure but for the tree it reads and the tools it is given. It may raise: the runner makes that
    `not-checked` for each of its items.
    """

    run: Callable[[Request], CheckResult]


# The verdict


@dataclass(frozen=True, kw_only=True)
class Item:
    """An outcome as the policy judges it."""

    id: str
    section: str
    title: str
    level: Level
    outcome: Outcome

    @property
    def required(self) -> bool:
        """Whether the item decides the verdict."""
        return self.level is Level.BLOCK and not self.is_part

    @property
    def is_part(self) -> bool:
        """Whether it is a part of another item, which has the same id before `#`."""
        return PART in self.id

    @property
    def is_as_before(self) -> bool:
        """Whether it was compared with the merge base, and nothing was lost: a reader of the change need not look."""
        return self.outcome.regressed is False


@dataclass(frozen=True, kw_only=True)
class PolicyName:
    """Which policy judged: its name, where it was read (`.github/gonogo.yml at <sha>`), SHA-256 of what it says."""

    name: str
    source: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A ticked box of the comment: a person's word for an item, for one head alone.

    Attributes:
        by: the login of whoever ticked it; empty where that is not known.
        fault: why it does not count; empty where it does.
    """

    item: str
    by: str = ""
    at: datetime | None = None
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said to a command in a comment: lines in plain words, and text to copy."""

    title: str
    lines: Sequence[str]
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that rendering and publishing see.

    Attributes:
        repository: `owner/name` on GitHub, or the folder's name on a laptop.
        url: the repository's web address, for links; None on a laptop.
        base_name: the base as the user knows it, a branch or a revision.
        sections: id to title, in the order of the comment.
        notes: what a reader must know of the whole, such as that nothing needing the network was asked.
        targets: the addresses of the running service that a deploy gate asked; empty where a change was judged. Then
            `head` is the deployed commit, or empty where nobody said it, and there is no base.
        seconds: wall time from start to verdict.
        audit: whether the head was judged by itself; base and merge base are the head then.
        authors: of the change, in lower case: names, addresses, logins.
        author_may_sign_off: whether the policy lets them sign off what the change needs.
        ticks: those of the comment that count for the head.
        answer: to the command that started the run; None where none did, or none is due.
        line_hashes: GitHub's hashes (`primaryLocationLineHash`) of lines at head that findings name, by path and line.
    """

    tool: str
    repository: str
    url: str | None
    pull_request: int | None
    base: str
    base_name: str
    merge_base: str
    head: str
    policy: PolicyName
    verdict: Verdict
    sections: Mapping[str, str]
    items: Sequence[Item]
    notes: Sequence[str] = ()
    targets: Sequence[str] = ()
    seconds: float = 0.0
    commits: int = 0
    files: int = 0
    audit: bool = False
    authors: frozenset[str] = frozenset()
    author_may_sign_off: bool = False
    ticks: Sequence[Tick] = ()
    answer: Answer | None = None
    line_hashes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def counts(self) -> dict[State, int]:
        """Items by state, each state there."""
        counts = dict.fromkeys(State, 0)
        for item in self.items:
            counts[item.outcome.state] += 1
        return counts
