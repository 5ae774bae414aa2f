"""Answers `security.suppressions`: what the change adds to silence security scanners.

Rule: comments, settings lines and ignore files that head has more often than the merge base, wherever they stand; a
suppression that moved is old.
Out of sight: settings kept outside the repository.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.checks.security.matching.python import ENDINGS, NOTEBOOK, is_python, may_be_python, read_cells
from bot.checks.security.matching.sources import Source, Sources, read_sources
from bot.checks.security.settings import SuppressionsSettings
from bot.checks.security.suppressions.comments import find_comments
from bot.checks.security.suppressions.settings_files import find_switches, is_settings_file, selects_security
from bot.model import Certainty, Change, Finding, ItemRequest, Outcome, Request, Severity, State

_SETTLED = "mend what it hides, or have the policy's owners waive the finding by its fingerprint"
_IGNORE_FILES = frozenset(
    [
        *(".bandit", ".semgrepignore", ".trivyignore", ".trivyignore.yaml", ".snyk", ".hadolint.yaml"),
        *(".hadolint.yml", "zizmor.yml", ".zizmor.yml", ".checkov.baseline", ".checkov.yaml", ".checkov.yml"),
    ]
)
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nosemgrep", re.compile(r"(#|//|/\*|--)\s*nosem(grep)?\b")),
    ("sonar-ignore", re.compile(r"(#|//|/\*)\s*NOSONAR\b")),
    ("codeql-ignore", re.compile(r"(#|//|/\*)\s*(codeql|lgtm)\s*\[")),
    ("snyk-ignore", re.compile(r"(#|//|/\*)\s*(deepcode|snyk)[ :-]?\s*(file)?\s*ignore\b")),
    ("spotbugs-ignore", re.compile(r"@SuppressFBWarnings\b")),
    ("pragma-disable", re.compile(r"#pragma\s+warning\s+disable\s+.*\b(CA[235]\d{3}|SCS\d+|SEC\d+)\b")),
    ("rubocop-disable", re.compile(r"#\s*rubocop:(disable|todo)\s.*\bSecurity\b")),
    ("checkov-skip", re.compile(r"#\s*checkov:skip=\w+")),
    ("kics-ignore", re.compile(r"#\s*kics-scan\s+(ignore|disable)")),
    ("tfsec-ignore", re.compile(r"#\s*(tfsec|trivy):ignore:")),
    ("nolint-gosec", re.compile(r"//\s*(nolint:[\w,]*gosec|#nosec)")),
    ("eslint-disable", re.compile(r"(//|/\*)\s*eslint-disable.*(security|no-eval|no-implied-eval|no-unsanitized)")),
    ("zizmor-ignore", re.compile(r"#\s*zizmor:\s*ignore")),
    ("hadolint-ignore", re.compile(r"#\s*hadolint\s+(global\s+)?ignore\s*=")),
)
_WORKFLOW = re.compile(
    r"\bif:\s*(\$\{\{\s*)?false\b|continue-on-error:\s*true|--soft-fail|soft_fail:\s*true|--exit-zero|\|\|\s*true\b"
    r"|exit-code:\s*['\"]?0\b|paths-ignore:"
)
# Besides workflows, what runs scanners.
_RUNNERS = frozenset({".pre-commit-config.yaml", ".gitlab-ci.yml"})
_SCANNER = re.compile(
    r"\b(bandit|semgrep|codeql|trivy|gitleaks|pip-audit|zizmor|checkov|gosec|snyk|grype|osv-scanner|trufflehog|gonogo)\b"
)
_MAX_FINDINGS = 300


@dataclass(frozen=True)
class _Mark:
    rule: str
    text: str
    code: str
    path: str
    line: int
    hides: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.rule, "".join(self.text.split()), self.code


def answer(request: Request, item: ItemRequest) -> Outcome:
    """The outcome of the item."""
    settings = SuppressionsSettings.model_validate(item.settings)
    sources = read_sources(
        request.change,
        lambda path: item.matches(path) and (_is_wanted(path) or may_be_python(path)),
        of_kind=lambda path, content: _is_wanted(path) or is_python(path, content),
        decode=_decode,
        moved=lambda file: (
            PurePosixPath(file.path).name != PurePosixPath(file.old_path or file.path).name
            and _names_settings(file.path)
        ),
    )
    old = Counter(mark.key for mark in _find_all(sources.base))
    added = []
    for mark in _find_all(sources.head):
        if old[mark.key]:
            old[mark.key] -= 1
        else:
            added.append(mark)
    gone = [*_find_dropped(sources, request.change), *_find_unselected(sources)]
    marks = [*added, *gone]
    seen: Counter[tuple[str, ...]] = Counter()
    findings = []
    for mark in marks[:_MAX_FINDINGS]:
        seen[mark.path, *mark.key] += 1
        findings.append(_report(mark, seen[mark.path, *mark.key], fails=settings.added == "fail"))
    if findings and settings.added == "fail":
        state = State.FAIL
    else:
        state = State.NOT_CHECKED if sources.unknowns else State.PASS
    reason = f"the change adds {len(added)} suppressions and takes {len(gone)} scanners away"
    if len(marks) > _MAX_FINDINGS:
        reason += f"; the first {_MAX_FINDINGS} are listed"
    return Outcome(item=item.id, state=state, reason=reason, findings=findings, unknowns=sources.unknowns)


def _decode(content: bytes) -> str:
    return content.decode("utf-8", "replace") if b"\0" not in content[:8000] else ""


_ENDINGS = frozenset(
    [
        *(".py", ".pyi", ".pyw", ".ipynb", ".yml", ".yaml", ".toml", ".cfg", ".ini", ".js", ".jsx", ".ts", ".tsx"),
        *(".mjs", ".cjs", ".vue", ".go", ".tf", ".java", ".kt", ".rb", ".php", ".cs", ".rs", ".c", ".cpp", ".sh"),
    ]
)


def _names_settings(path: str) -> bool:
    return PurePosixPath(path).name in _IGNORE_FILES or is_settings_file(path)


def _is_wanted(path: str) -> bool:
    pure = PurePosixPath(path)
    return _names_settings(path) or pure.suffix in _ENDINGS or "ockerfile" in pure.name


def _find_all(sources: Sequence[Source]) -> Iterator[_Mark]:
    for source in sources:
        name = PurePosixPath(source.path).name
        if source.path.endswith((*ENDINGS, NOTEBOOK)) or not _is_wanted(source.path):
            yield from _find_in_python(source)
        elif is_settings_file(source.path):
            yield from _find_in_settings(source)
        elif name in _IGNORE_FILES and not _is_workflow(source.path):
            yield from _find_entries(source)
        else:
            yield from _find_in_lines(source)


def _find_in_python(source: Source) -> Iterator[_Mark]:
    """Lines of a notebook are those of its cells, as ruff counts them."""
    texts = read_cells(source.text) if source.path.endswith(NOTEBOOK) else [source.text]
    for comment in (comment for text in texts for comment in find_comments(text)):
        hides = ", ".join(comment.rules) or "every rule"
        rule = "nosec" if "nosec" in comment.text.lower() else "noqa"
        yield _Mark(rule, comment.text, comment.code, source.path, comment.line, hides)


def _find_entries(source: Source) -> Iterator[_Mark]:
    for number, line in enumerate(source.text.splitlines(), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield _Mark("ignore-file", text, PurePosixPath(source.path).name, source.path, number, text)


def _find_in_settings(source: Source) -> Iterator[_Mark]:
    switches = find_switches(source.path, source.text)
    if switches is None:
        switches = [("the file cannot be read, and its scanner may stop at it", 1)]
    for entry, line in switches:
        yield _Mark("scanner-settings", entry, "", source.path, line, entry)


def _find_in_lines(source: Source) -> Iterator[_Mark]:
    scans = _is_workflow(source.path) and _SCANNER.search(source.text) is not None
    for number, line in enumerate(source.text.splitlines(), 1):
        text = line[:1000]
        for rule, pattern in _LINES:
            if pattern.search(text):
                yield _Mark(rule, text, "", source.path, number, "what it names")
        if scans and _WORKFLOW.search(text):
            yield _Mark("scanner-softened", text, "", source.path, number, "the scanner's answer")


def _find_dropped(sources: Sources, change: Change) -> Iterator[_Mark]:
    """Scanners that a changed workflow of the base ran and that none of head's runs, be it changed or not."""
    base = [source for source in sources.base if _is_workflow(source.path)]
    if not base:
        return
    runners = [entry.path for entry in change.head.glob(".github/workflows/*", *_RUNNERS)]
    texts = (
        content.decode("utf-8", "replace")
        for _, content in change.head.read_many(runners)
        if isinstance(content, bytes)
    )
    left = {name for text in texts for name in _SCANNER.findall(text)}
    for source in base:
        for name in sorted(set(_SCANNER.findall(source.text)) - left):
            yield _Mark("scanner-removed", f"{name} is no longer run", "", source.path, 1, f"all that {name} finds")


def _find_unselected(sources: Sources) -> Iterator[_Mark]:
    """Settings of ruff that chose the S rules at the base, where none of head's that the change touches does."""
    if any(selects_security(source.path, source.text) for source in sources.head):
        return
    for source in sources.base:
        if selects_security(source.path, source.text):
            yield _Mark(
                "scanner-settings", "the S rules are no longer selected", "", source.pair, 1, "all that S rules find"
            )


def _is_workflow(path: str) -> bool:
    return path.startswith(".github/workflows/") or path in _RUNNERS


def _report(mark: _Mark, number: int, *, fails: bool) -> Finding:
    key = "\0".join((mark.path, *mark.key, str(number))).encode("utf-8", "surrogateescape")
    text = " ".join(mark.text.split())[:200]
    return Finding(
        rule=mark.rule,
        message=f"the change hides {mark.hides[:200]}",
        severity=Severity.MEDIUM,
        certainty=Certainty.CERTAIN if fails else Certainty.NOTE,
        path=mark.path,
        line=mark.line,
        fingerprint=hashlib.sha256(key).hexdigest()[:32],
        suppression=text,
        fix=_SETTLED,
        fails=fails,
    )
