"""Order, edits and risks of Laravel's migrations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.laravel import risks
from bot.checks.migrations.laravel.files import Migration, Read, parse_path, read, root_of
from bot.checks.migrations.moved import find_moved
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.syntax.leaves import digest
from bot.model import Certainty, Change, Evidence, Finding, ItemRequest, NotRead, Severity, Status, Tree, Unknown

_HELP = "https://laravel.com/docs/migrations#generating-migrations"
_MOST_TOLD = 20
_NO_MODELS = "models of Laravel hold no columns: there is nothing that its migrations could be compared with"


def judge_change(change: Change, _items: Sequence[ItemRequest]) -> Answer:
    """What the migrations at head say against those at the merge base and the tip of the base."""
    head, old, tip = (_migrations(tree) for tree in (change.head, change.merge_base, change.base))
    gone = {path: one.words for path, one in old.items() if path not in head}
    moved = find_moved(change, gone, {path: one.words for path, one in head.items() if path not in old}, _code)
    new = sorted((one for path, one in head.items() if path not in old and path not in moved), key=lambda one: one.name)
    unknowns: list[Unknown] = []
    written = list(_read(change.head, new, unknowns))
    edited = list(_edited(change, old))
    first = next(iter(head), next(iter(old), None))
    return Answer(
        present=Evidence(text="Laravel", path=first) if first is not None else None,
        findings={
            Question.CONFLICTS: tuple(_conflicts(change, new, written, {**tip, **head}, tip)),
            Question.EDITED: tuple(one for one in edited if isinstance(one, Finding)),
            Question.RISKY: tuple(_risks(change, written, old)),
        },
        unknowns={
            Question.CONFLICTS: tuple(unknowns),
            Question.RISKY: (*unknowns, *_hidden(written)),
            Question.EDITED: tuple(one for one in edited if isinstance(one, Unknown)),
        },
        undeclared=_NO_MODELS,
    )


def _migrations(tree: Tree) -> dict[str, Migration]:
    found = (parse_path(entry.path) for entry in tree.entries() if entry.path.endswith(".php"))
    return {one.path: one for one in found if one is not None}


def _read(tree: Tree, migrations: Sequence[Migration], unknowns: list[Unknown]) -> Iterator[Read]:
    contents = dict(tree.read_many([one.path for one in migrations]))
    for one in migrations:
        content = contents.get(one.path)
        if isinstance(content, NotRead):
            unknowns.append(Unknown(path=one.path, reason=content.reason, settle=content.settle))
        elif content is not None:
            found = read(one.path, content)
            reason, line = _fault(found)
            if reason:
                settle = "run `php artisan migrate --pretend` and look at what it would do"
                unknowns.append(Unknown(path=one.path, line=line, reason=reason, settle=settle))
            if found is not None:
                yield found


def _hidden(written: Sequence[Read]) -> Iterator[Unknown]:
    """Yield what of new migrations may change tables and is not followed."""
    for one in written:
        for reason, line in one.hidden[:_MOST_TOLD]:
            settle = "run `php artisan migrate --pretend` and look at what it would do"
            yield Unknown(path=one.path, line=line, reason=reason, settle=settle)


def _fault(found: Read | None) -> tuple[str, int]:
    """Why a migration cannot be told, and where; an empty reason where it can."""
    if found is None:
        return "no class of a migration can be read", 1
    if found.broken is not None:
        return "a syntax that cannot be read", found.broken
    return ("", 0) if found.has_up else ("its class has no `up`: what it does stands elsewhere", found.line)


def _conflicts(
    change: Change,
    new: Sequence[Migration],
    written: Sequence[Read],
    all_: Mapping[str, Migration],
    tip: Mapping[str, Migration],
) -> Iterator[Finding]:
    names = {one.path: one for one in new}
    classes = {one.path: one.class_name for one in written}
    for one in new:
        yield from _twins(change, one, classes.get(one.path), all_.values(), classes)
        folder = [other for other in tip.values() if other.folder == one.folder and other.path not in names]
        last = max(folder, key=lambda other: other.name, default=None)
        if last is not None and one.name < last.name:
            message = f"it sorts before {last.path}, which was merged: new databases run it earlier than old ones"
            yield _finding("late", one.path, message, "give it a time after the newest", Certainty.NOTE)
    for each in written:
        wanted = names[each.path].words.replace("_", "").lower()
        if each.class_name is not None and each.class_name.lower() != wanted:
            message = f"its class is {each.class_name}, and the file's name asks for another: Laravel does not find it"
            yield _finding(
                "class-name", each.path, message, "name the class after the file, or give it no name", line=each.line
            )
    yield from _made_twice(written)


def _twins(
    change: Change,
    one: Migration,
    class_name: str | None,
    others: Iterable[Migration],
    classes: Mapping[str, str | None],
) -> Iterator[Finding]:
    """A class that is there already ends the run; a name that is there already is taken to have been run."""
    for other in others:
        if other.path == one.path or (other.path in classes and other.path > one.path):
            continue
        if other.name == one.name:
            message = f"its name is that of {other.path}: only one of them is run"
            yield _finding("same-name", one.path, message, "give it a time of its own")
            return
        if other.folder == one.folder and other.words == one.words and class_name is not None:
            content = change.head.read(other.path) if change.head.entry(other.path) is not None else b""
            there = read(other.path, content) if isinstance(content, bytes) else None
            if there is not None and there.class_name == class_name:
                message = f"its class {class_name} is that of {other.path}: PHP refuses to declare it again"
                yield _finding("same-class", one.path, message, "give the class and the file a name of their own")
                return


def _made_twice(written: Sequence[Read]) -> Iterator[Finding]:
    """Two new migrations that make one table: the second fails."""
    made: dict[str, str] = {}
    for one in written:
        for table in one.tables:
            if table.verb != "create" or table.name is None:
                continue
            if table.name in made and made[table.name] != one.path:
                message = f"table {table.name} is made by {made[table.name]} already: it fails"
                yield _finding(
                    "table-twice", one.path, message, "take one of the two away", Certainty.LIKELY, table.line
                )
            made.setdefault(table.name, one.path)


def _risks(change: Change, written: Sequence[Read], old: Mapping[str, Migration]) -> Iterator[Finding]:
    yield from risks.find_risks_of(written)
    without = [one for one in written if not one.has_down]
    if without:
        newest = sorted(old.values(), key=lambda one: one.name)[-5:]
        contents = change.merge_base.read_many([one.path for one in newest])
        read_ = [read(path, content) for path, content in contents if isinstance(content, bytes)]
        # Teams that never roll back write no `down` at all.
        if not read_ or any(one is not None and one.has_down for one in read_):
            yield from (risks.no_down(one) for one in without)


def _edited(change: Change, old: Mapping[str, Migration]) -> Iterator[Finding | Unknown]:
    pruned = _pruned(change, old)
    for one in find_edited(change, "laravel", lambda path: path in old or parse_path(path) is not None, _same):
        if isinstance(one, Unknown) or one.path not in pruned:
            yield one


def _pruned(change: Change, old: Mapping[str, Migration]) -> set[str]:
    """Deleted migrations that a dump of the schema names, as `schema:dump --prune` writes it."""
    deleted = {file.path for file in change.files if file.status is Status.DELETED and file.path in old}
    dumps = [entry.path for entry in change.head.entries() if "database/schema/" in entry.path] if deleted else []
    texts = [content for _, content in change.head.read_many(dumps) if isinstance(content, bytes)]
    return {path for path in deleted if any(old[path].name.encode() in text for text in texts)}


def _same(old: bytes, new: bytes) -> bool:
    return _code(old) == _code(new)


def _code(content: bytes) -> str | bytes:
    """What is the same for two files of the same code; comments and layout count for nothing."""
    root = root_of(content)
    return digest(root) if root is not None else content


def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
    kind: str, path: str, message: str, fix: str, certainty: Certainty = Certainty.CERTAIN, line: int = 1
) -> Finding:
    return Finding(
        rule=f"laravel-{kind}",
        message=message,
        severity=Severity.MEDIUM if certainty is Certainty.NOTE else Severity.HIGH,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("laravel", kind, path),
        fix=fix,
        help=_HELP,
    )
