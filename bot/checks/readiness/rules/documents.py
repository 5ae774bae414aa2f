"""Documentation with something in it: the rule `documents` looks for files by name and for headings, and weighs them.

Rule: a document counts by its name, or by a heading of it, and only with words enough under that and, where asked, with
what such a document has to say; one that says that the thing cannot be done does not count. A path that it names and
that is not there is told.
Out of sight: wikis and sites of other repositories, whether what is written is still true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from bot.checks.readiness.ask import Glob, RegularExpression
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.own_names import find_own_names
from bot.checks.readiness.rules.prose import Section, documents, sections
from bot.globs import Glob as Matcher
from bot.model import Evidence, Finding, State, Strength

_MAX_EVIDENCE = 10
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}")
# What a platform, a framework or a system gives by itself: nobody who deploys sets it.
_GIVEN = re.compile(
    r"CI|CARGO_\w+|OUT_DIR|RUST_(?:LOG|BACKTRACE)|NO_COLOR|FORCE_COLOR|HOME|PATH|PWD|TZ|NODE_ENV|NEXT_RUNTIME|NEXT_PHASE|HOSTNAME|DYNO|K_(?:SERVICE|REVISION)|KUBERNETES_SERVICE_\w+|AWS_LAMBDA_\w+"
    r"|VERCEL(?:_(?:ENV|URL|BRANCH_URL|REGION|DEPLOYMENT_ID|PROJECT_PRODUCTION_URL|GIT_\w+))?|(?:RAILWAY|RENDER|FLY)_\w+"
    r"|GITHUB_(?:ACTIONS?|SHA|REF\w*|RUN_\w+|WORKSPACE|REPOSITORY|OUTPUT)"
)
# Documents for those who use, extend and develop the product, rather than for those who run it.
_FOR_OTHERS = re.compile(
    r"(?:^|/)(?:guides?|features?|integrat\w*|sdks?|tutorials?|api|clients?|contribut\w*|develop\w*|learn)/",
    re.IGNORECASE,
)
# What was decided or proposed about something is no document of it, nor is how to report a weakness; the calls of a
# product's API are its use.
_OF_SOMETHING_ELSE = re.compile(
    r"(?:^|/)security\.\w+$|(?:^|/)(?:adrs?|decisions?|decision[-_]records?|rfcs?|proposals?"
    r"|[\w-]{0,40}api[-_]?(?:references?|refs?|specs?)|(?:http|rest|public)[-_]?api)/",
    re.IGNORECASE,
)
# Of one or two names that are not told, no share says anything.
_FEWEST_NAMES = 3
_LONG_WORDS = 1_200
# So much on how to bring it up, with its settings, is a guide, whatever it says of the next version.
_GUIDE_WORDS = 600
_FEWEST_WORDS = 20
_COMMAND_PATH = re.compile(r"(?<![\w/.:@-])(?:\./)?((?:scripts?|bin|deploy|ops|tools|infra|k8s|helm)/[\w./-]+\.\w+)")


class DocumentsAsk(NeedsAsk):
    """Settings of the rule `documents`."""

    files: Annotated[tuple[Glob, ...], Field(description="names of files that are such documents")] = ()
    headings: Annotated[RegularExpression | None, Field(description="headings of such sections")] = None
    says: Annotated[
        tuple[RegularExpression, ...], Field(description="what it has to say; each a regular expression")
    ] = ()
    least: Annotated[int, Field(ge=0, description="how many of `says` it takes")] = 0
    variables: Annotated[
        float, Field(ge=0, le=1, description="the share of the variables that the code reads which documents must name")
    ] = 0
    reference: Annotated[
        float,
        Field(ge=0, le=1, description="the share that, named, makes up for all that it has to say but the first"),
    ] = 0
    words: Annotated[int, Field(ge=1, description="fewer words are an empty template")] = 30
    besides: Annotated[
        RegularExpression | None, Field(description="paths and headings of documents of something else")
    ] = None
    voided_by: Annotated[RegularExpression | None, Field(description="what makes it say the opposite")] = None
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )

    @property
    def reads_prose(self) -> bool:
        """Text for people is all that counts here."""
        return True


# The title of a README, below its badges.
_TITLE_LINES = 10


def judge_documents(look: Look, ask: DocumentsAsk) -> Judged:
    """Pass where a document says what it has to."""
    # With documents alone to look at, what the project is cannot be asked, and need not be before there is a document.
    if not look.withhold_facts and (lack := judge_needs(look, ask)):
        return lack
    besides = re.compile(ask.besides or r"(?!)", re.IGNORECASE)
    found = [
        section
        for section in _candidates(look, ask)
        if (section.words >= ask.words or _is_dense(section, ask))
        and not besides.search(f"{section.path} {section.title}")
    ]
    named = _count_named(look, ask)
    if good := _find_good(found, ask) or _find_beside_reference(found, ask, named) or _find_guides(found, ask):
        unnamed = None if _are_long(found) else _say_unnamed(ask, named)
        return _pass(look, good) if unnamed is None else _incomplete(good[0], unnamed)
    if lack := judge_needs(look, ask):
        return lack
    searched = f"{len(documents(look.files)):,} documents searched"
    if found:
        # What says the most is what to write the rest in.
        first = max(found, key=lambda section: (len(_said(section, ask)), section.words))
        message = f"{first.title!r} says too little"
        missing = Finding(rule="too-little", message=message, path=first.path, line=first.line)
        return Judged(state=State.FAIL, reason=f"{message}; {searched}", missing=[missing])
    reason = f"no document and no heading of that kind; {searched}"
    if ask.otherwise == "needs-sign-off":
        return Judged(
            state=State.NEEDS_SIGN_OFF, reason=f"{reason}: if it is kept elsewhere, sign it off with the link"
        )
    return Judged(state=State.FAIL, reason=reason, missing=[Finding(rule="missing", message=reason)])


@dataclass(frozen=True)
class _Named:
    """How many variables the code reads, and those of them that no document names."""

    count: int = 0
    lacking: Sequence[str] = ()

    def share(self) -> float:
        """The share that is named."""
        return 1 - len(self.lacking) / self.count if self.count else 0


def _count_named(look: Look, ask: DocumentsAsk) -> _Named:
    """The variables, where that is asked; none where there are too few for a share to say anything."""
    if not (ask.variables or ask.reference) or look.withhold_facts:
        return _Named()
    names = {one.name for one in look.environment.names() if not _GIVEN.fullmatch(one.name)}
    if len(names) < _FEWEST_NAMES:
        return _Named()
    said = {word for path in documents(look.files) for word in _VARIABLE.findall(look.files.text(path) or "")}
    return _Named(len(names), sorted(names - said))


def _say_unnamed(ask: DocumentsAsk, named: _Named) -> str | None:
    """That documents name too few of the variables; None where they name enough."""
    if not named.count or named.share() >= ask.variables:
        return None
    shown = ", ".join(named.lacking[:5])
    told = named.count - len(named.lacking)
    return f"documents name {told} of {named.count} variables that the code reads, not {shown}"


def _are_long(found: Sequence[Section]) -> bool:
    """Whether there is so much of it that names are told by other means, as keys of a chart's values."""
    texts: dict[str, int] = {}
    for section in found:
        texts[section.path] = max(section.words, texts.get(section.path, 0))
    return sum(texts.values()) >= _LONG_WORDS


def _find_beside_reference(found: Sequence[Section], ask: DocumentsAsk, named: _Named) -> Sequence[Section]:
    """Sections that say the first of what is asked, where a reference of the settings stands beside them."""
    if not ask.reference or named.share() < ask.reference:
        return ()
    order = sorted(found, key=lambda section: (-len(_said(section, ask)), -section.words))
    return [section for section in order if ask.says[0] in _said(section, ask) and not _is_void(section, ask)]


def _find_guides(found: Sequence[Section], ask: DocumentsAsk) -> Sequence[Section]:
    """Long sections that say all that is asked but the last, where a reference could make up for more."""
    if not ask.reference:
        return ()
    long = [section for section in found if section.words >= _GUIDE_WORDS and not _is_void(section, ask)]
    return [section for section in long if _said(section, ask).issuperset(ask.says[:-1])]


def _candidates(look: Look, ask: DocumentsAsk) -> Iterator[Section]:
    """The documents by their names, whole, then sections by their headings."""
    known = {path for path in documents(look.files) if not _OF_SOMETHING_ELSE.search(path)}
    heading = re.compile(ask.headings or r"(?!)", re.IGNORECASE)
    own = find_own_names(look.files, heading) if ask.headings else None
    named = look.files.select(*ask.files, roles=(Role.DOCS, Role.PRODUCT)) if ask.files else ()
    for path in named:
        if path not in known or (own and own.search(path) and not _matches(own.sub("own", path), ask.files)):
            continue
        if look.files.text(path):
            yield Section(path, 1, path.rpartition("/")[2], partial(look.files.lines, path), 1)
    for path in sorted(known, key=lambda path: (path.count("/"), path)) if ask.headings else ():
        for section in sections(look.files, path):
            if heading.search(own.sub("own", section.title) if own else section.title):
                yield section


def _matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a path is of one of the patterns, as `Files.select` has them."""
    globs = (Matcher(one.lower() if "/" in one else f"**/{one.lower()}") for one in patterns)
    return any(glob.matches(path.lower()) for glob in globs)


def _is_dense(section: Section, ask: DocumentsAsk) -> bool:
    """Whether few words say all that is asked, of what is told by commands above all."""
    return bool(ask.variables) and section.words >= _FEWEST_WORDS and len(_said(section, ask)) == len(ask.says)


def _find_good(found: Sequence[Section], ask: DocumentsAsk) -> Sequence[Section]:
    """The sections that say enough: each by itself, or where none does all of them together, the fullest first."""
    said = {section: _said(section, ask) for section in found if not _is_void(section, ask)}
    least = min(ask.least, len(ask.says))
    order = sorted(said, key=lambda section: (_FOR_OTHERS.search(section.path) is not None, -len(said[section])))
    alone = [section for section in said if len(said[section]) >= least]
    if alone or len(set().union(*said.values())) < least:
        return sorted(alone, key=lambda section: (_FOR_OTHERS.search(section.path) is not None, _is_title(section)))
    return order


def _is_title(section: Section) -> bool:
    """Whether it is what the product is called and is for, which may name where it runs."""
    return section.line <= _TITLE_LINES and section.path.rpartition("/")[2].lower().startswith("readme.")


def _is_void(section: Section, ask: DocumentsAsk) -> bool:
    whole = f"{section.title}\n{section.text}"
    return ask.voided_by is not None and re.search(ask.voided_by, whole, re.IGNORECASE) is not None


def _said(section: Section, ask: DocumentsAsk) -> frozenset[str]:
    """What of that which is to be said a section says."""
    text = section.text
    return frozenset(pattern for pattern in ask.says if re.search(pattern, text, re.IGNORECASE))


def _incomplete(section: Section, unnamed: str) -> Judged:
    missing = Finding(rule="unnamed-variables", message=unnamed, path=section.path, line=section.line)
    return Judged(state=State.FAIL, reason=f"{section.path}: {section.title}, but {unnamed}", missing=[missing])


def _pass(look: Look, good: Sequence[Section]) -> Judged:
    evidence = [
        Evidence(path=section.path, line=section.line, text=section.title, strength=Strength.WIRED)
        for section in good[:_MAX_EVIDENCE]
    ]
    # A section stands in another one, and in a document that counts by its name.
    paths = [one for section in good[:_MAX_EVIDENCE] for one in _broken_paths(look, section)]
    broken = list({(one.path, one.line, one.message): one for one in paths}.values())
    more = f" and {len(good) - 1} more" if len(good) > 1 else ""
    reason = f"{good[0].path}: {good[0].title}{more}"
    return Judged(state=State.PASS, reason=reason, evidence=evidence, missing=broken)


def _broken_paths(look: Look, section: Section) -> Iterator[Finding]:
    """Files that a section tells to run and that are not there: advice."""
    for number, line in enumerate(section.lines, start=section.first):
        for found in _COMMAND_PATH.finditer(line[:2000]):
            folder = section.path.rpartition("/")[0]
            beside = f"{folder}/{found[1]}" if folder else found[1]
            if found[1] not in look.files and beside not in look.files and not look.files.select(f"**/{found[1]}"):
                message = f"names {found[1]}, which is not there"
                yield Finding(rule="broken-path", message=message, path=section.path, line=number, fails=False)
