"""Compares what JPA's entities ask for with what the migrations add up to, at head and at the merge base.

What the database lacks at head and did not lack at the base is missing. Only tables are looked at that the change
touches: in what an entity asks for, or in a migration that names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.migrations.changelog.files import SUFFIXES, Changelog, as_utf_8, may_be_changelog
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.jpa.config import Config, is_setting, read_config
from bot.checks.migrations.jpa.drift import Drift, Revision
from bot.checks.migrations.jpa.endings import find_odd_endings
from bot.checks.migrations.jpa.mapping import Mapping
from bot.checks.migrations.jpa.migrations import find_sets
from bot.checks.migrations.jpa.programs import Program, find_programs, find_unread
from bot.checks.migrations.jpa.sets import MigrationSet
from bot.checks.migrations.jpa.sources import Sources, is_java
from bot.checks.migrations.jpa.tell import SETTLE
from bot.checks.migrations.sql.flyway import is_callback, parse_flyway
from bot.model import Change, ChangedFile, Evidence, ItemRequest, NotRead, Unknown

_MAPPED_ELSEWHERE = re.compile(
    rb"@(?:\w+:)?(?:Entity|MappedSuperclass|Embeddable)\b|<hibernate-mapping|<entity-mappings"
)
_LANGUAGES = {".kt": "Kotlin", ".groovy": "Groovy", ".hbm.xml": "a mapping in XML", "orm.xml": "a mapping in XML"}


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the change's entities ask for and its migrations do not give."""
    if not any(_matters(file) for file in change.files):
        return Answer(present=None)
    changelogs: dict[tuple[str, str], Changelog] = {}
    sources = Sources(change.head)
    config = read_config(change.head, custom_naming=sources.custom_naming)
    touched = [file.path for file in change.files]
    added = [path for path in touched if change.merge_base.entry(path) is None]
    sets, unread = find_sets(change.head, config.dbms, changelogs, touched, added)
    found = list(find_programs(change))
    programs = [one for one in found if isinstance(one, Program)]
    if not sets:
        old_sets, _ = find_sets(change.merge_base, config.dbms, changelogs)
        lost = [one for one in unread if one.path in touched or _is_flyway(one.path or "")]
        lost += [*(_find_gone(change, old_sets) if not lost else ()), *find_unread(programs)]
        reason = None if lost else _why_absent(config)
        return Answer(present=None, absent_reason=reason, unknowns={Question.MISSING: lost})
    unknowns = [*_unread_languages(change), *_unread_files(change, sources, unread)]
    unknowns += [one for one in found if isinstance(one, Unknown)]
    unknowns += [*config.unread, *_find_other_names(change, config, sources), *find_odd_endings(change)]
    before = Sources(change.merge_base, sources.known)
    same = not _entities_change(change, sources, before)
    if same and not programs and not any(_is_migration_file(file) for file in change.files):
        return Answer(present=None, unknowns={Question.MISSING: unknowns})
    head = Revision(wanted=Mapping(sources, config.naming).build(), sets=sets)
    old_sets, _ = find_sets(change.merge_base, config.dbms, changelogs)
    # Names are made at both as the head makes them: a change of the strategy alone would move every table.
    old = head.wanted if same else Mapping(before, config.naming).build()
    base = Revision(wanted=old, sets=old_sets)
    if not (head.wanted.entities or base.wanted.entities):
        reason = None if unknowns else "no class of the repository is a JPA entity"
        return Answer(present=None, undeclared=reason, unknowns={Question.MISSING: unknowns})
    drift = Drift(change, base, head, programs)
    drift.find()
    first = next(iter(sets[0].texts), None)
    return Answer(
        present=Evidence(text=f"JPA with {sets[0].title}", path=first),
        findings={Question.MISSING: drift.findings},
        unknowns={Question.MISSING: [*unknowns, *drift.unknowns]},
    )


def _find_gone(change: Change, sets: Sequence[MigrationSet]) -> Iterator[Unknown]:
    """Yield the migrations that the change takes away, where none is left."""
    if sets:
        path = next((file.path for file in change.files if file.old_path in sets[0].texts), None)
        reason = "the change takes all migrations away: what the entities ask for cannot be compared with any"
        settle = "keep them, or say how the schema is made from now on"
        yield Unknown(path=path, reason=reason, settle=settle)


def _find_other_names(change: Change, config: Config, sources: Sources) -> Iterator[Unknown]:
    """Yield the file that makes names of tables and columns other ones than before."""
    settings = [file for file in change.files if is_setting(file.path) or is_setting(file.old_path or "")]
    if settings and read_config(change.merge_base, custom_naming=sources.custom_naming).naming != config.naming:
        reason = "the names of tables and columns are made in another way than before: each may be another one"
        yield Unknown(path=settings[0].path, line=1, reason=reason, settle=SETTLE)


def _entities_change(change: Change, head: Sources, base: Sources) -> bool:
    """Whether a changed file of Java can matter to what entities ask for."""
    for file in change.files:
        for path, oid in ((file.path, file.new_oid), (file.old_path, file.old_oid)):
            if path is not None and is_java(path) and (head.matters(path, oid) or base.matters(path, oid)):
                return True
    return False


def _is_migration_file(file: ChangedFile) -> bool:
    return any(path.lower().endswith(SUFFIXES) for path in (file.path, file.old_path) if path is not None)


def _why_absent(config: Config) -> str:
    if config.generated is not None:
        return f"{config.generated.path}: {config.generated.text}, and there are no migrations of Flyway or Liquibase"
    return "there are no migrations of Flyway or Liquibase"


def concerns(path: str) -> bool:
    """Whether a changed path can matter."""
    return is_java(path) or path.endswith(tuple(_LANGUAGES)) or is_migration(path) or is_setting(path)


def _matters(file: ChangedFile) -> bool:
    return any(concerns(path) for path in (file.path, file.old_path) if path is not None)


def is_migration(path: str) -> bool:
    """Whether a path is one of Flyway's or Liquibase's, by its name."""
    return _is_flyway(path) or is_callback(path.rpartition("/")[2]) or may_be_changelog(path)


def _is_flyway(path: str) -> bool:
    return parse_flyway(path.rpartition("/")[2]) is not None


def _unread_files(change: Change, sources: Sources, unread: Sequence[Unknown]) -> Iterator[Unknown]:
    """Yield what of the change cannot be read."""
    touched = [file.path for file in change.files if file.new_oid is not None]
    for path, line in sources.broken(touched):
        reason = "a syntax that cannot be read, in a file that declares entities"
        yield Unknown(path=path, line=line, reason=reason, settle="see whether the file compiles")
    yield from (one for one in unread if one.path in set(touched))


def _is_mapped(content: bytes) -> bool:
    """Whether a file that is no Java maps tables; other libraries than JPA's have an `@Entity` too."""
    return (b"persistence" in content or b"-mapping" in content) and _MAPPED_ELSEWHERE.search(content) is not None


def _unread_languages(change: Change) -> Iterator[Unknown]:
    """Yield mappings that the change touches and that are written in what is not read."""
    for file in change.files:
        language = next((name for suffix, name in _LANGUAGES.items() if file.path.endswith(suffix)), None)
        # What a mapping that goes asked for is mapped elsewhere now, or by nothing.
        if language is None or file.new_oid is None:
            continue
        contents = dict(change.blobs.read([oid for oid in (file.old_oid, file.new_oid) if oid is not None]))
        mapped = [one for one in contents.values() if isinstance(one, NotRead) or _is_mapped(as_utf_8(file.path, one))]
        if mapped:
            reason = f"{language} maps tables here, and is not read"
            settle = "compare the mapping with the migrations by hand"
            yield Unknown(path=file.path, line=1, reason=reason, settle=settle)
