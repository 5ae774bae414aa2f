"""The values that stand between two stages. All are frozen; none holds a handle on the outside world but `Tree`.

Paths are from the repository's root, with `/`; bytes that are not UTF-8 are carried as surrogate escapes
(`os.fsdecode`) and made printable by `bot/render/` alone. Lines and columns count from 1. Object ids are the
full hexadecimal names, of 40 (SHA-1) or 64 (SHA-256) digits.
"""

from bot.model.advisories import Advisories, Advisory, AdvisoryAnswer, Package, PackageAnswer, VersionRange
from bot.model.attested import Attested, JobResult, LiveAnswer, SignOff
from bot.model.change import Blobs, Change, ChangedFile, Commit, CommitFile, Entry, Hunk, Mode, NotRead, Status, Tree
from bot.model.check import Ahead, Check, CheckResult, ItemRequest, ItemSource, ItemSpec, Made, Request, UnknownKind
from bot.model.engines import Completed, Tools, Workspace
from bot.model.report import Answer, Item, PolicyName, Report, Tick
from bot.model.reports import MissingReports, ReportFile, Reports, ReportSet, ReportSource
from bot.model.results import (
    PART,
    Certainty,
    Evidence,
    Finding,
    Json,
    Level,
    Outcome,
    Severity,
    State,
    Strength,
    Unknown,
    Verdict,
)

__all__ = [
    "PART", "Advisories", "Advisory", "AdvisoryAnswer", "Ahead", "Answer", "Attested", "Blobs", "Certainty",
    "Change", "ChangedFile", "Check", "CheckResult", "Commit", "CommitFile", "Completed", "Entry", "Evidence",
    "Finding", "Hunk", "Item", "ItemRequest", "ItemSource", "ItemSpec", "JobResult", "Json", "Level",
    "LiveAnswer", "Made", "MissingReports", "Mode", "NotRead", "Outcome", "Package", "PackageAnswer", "PolicyName",
    "Report", "ReportFile", "ReportSet", "ReportSource", "Reports", "Request", "Severity", "SignOff", "State",
    "Status", "Strength", "Tick", "Tools", "Tree", "Unknown", "UnknownKind", "Verdict", "VersionRange",
    "Workspace",
]  # fmt: skip
