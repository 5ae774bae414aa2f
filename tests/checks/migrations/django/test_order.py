"""The order of migrations once merged, merged ones that are edited, and steps that need care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.checks.migrations import CHECK
from bot.model import Finding, ItemRequest, Outcome, Request, State
from tests.checks.migrations.django.memory import MemoryBlobs, MemoryTree, make_change
from tests.checks.migrations.django.test_missing import _BASE
from tests.checks.migrations.hidden_sql import KEEPS_LATER, TAKES_LATER

_DROP = "migrations.RemoveField('order', 'note')"
_INITIAL = "shop/migrations/0001_initial.py"


def _answer(
    item: str, base: Mapping[str, str], head: Mapping[str, str], tip: Mapping[str, str] | None = None
) -> Outcome:
    change = make_change(base, head)
    if tip is not None:
        trees = MemoryTree(base), MemoryTree(head), MemoryTree(tip)
        change = replace(change, base=trees[2], blobs=MemoryBlobs(*trees))
    spec = next(one for one in CHECK.items() if one.id == f"migrations.{item}")
    request = ItemRequest(id=spec.id, settings=spec.settings(), matches=lambda _: True)
    [outcome] = CHECK.run(Request(change=change, items=[request], tools=None, salt=b"", deadline_s=60)).outcomes  # type: ignore[arg-type]
    return outcome


def _migration(name: str, *operations: str, after: str = "0001_initial", app: str = "shop") -> dict[str, str]:
    text = (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('{app}', '{after}')]\n    operations = [{', '.join(operations)}]\n"
    )
    return {f"shop/migrations/{name}.py": text}


def _rules(findings: object) -> list[str]:
    return [one.rule for one in findings if isinstance(one, Finding)] if isinstance(findings, list | tuple) else []


def test_two_ends_are_a_conflict_although_each_side_has_one() -> None:
    outcome = _answer("conflicts", _BASE, {**_BASE, **_migration("0002_mine")}, {**_BASE, **_migration("0002_theirs")})

    assert outcome.state is State.FAIL
    assert outcome.findings[0].path == "shop/migrations/0002_mine.py"
    assert "0002_mine and 0002_theirs" in outcome.findings[0].message
    assert _rules(outcome.findings) == ["django-two-leaves", "django-migration-number"]


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        pytest.param(_migration("0002_more"), [], id="in order"),
        pytest.param({**_migration("0002_a"), **_migration("0003_b", after="0002_a")}, [], id="two in order"),
        pytest.param(
            _migration("0002_more", after="0001_gone"), ["django-two-leaves", "django-missing-parent"], id="gone"
        ),
        pytest.param(
            {**_migration("0002_a", after="0003_b"), **_migration("0003_b", after="0002_a")},
            ["django-circular-migrations"],
            id="ring",
        ),
        pytest.param(_migration("0001_again"), ["django-migration-number"], id="number taken"),
    ],
)
def test_what_is_wrong_with_the_order_is_named(files: dict[str, str], rules: list[str]) -> None:
    assert _rules(_answer("conflicts", _BASE, {**_BASE, **files}).findings) == rules


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        pytest.param(
            _BASE[_INITIAL].replace("max_length=10", "max_length=11"), ["django-merged-migration-edited"], id="edit"
        ),
        pytest.param(_BASE[_INITIAL] + "# a comment\n", [], id="comment"),
        pytest.param(None, ["django-merged-migration-deleted"], id="deleted"),
    ],
)
def test_a_merged_migration_stays_as_it_is(content: str | None, rules: list[str]) -> None:
    head = {path: text for path, text in {**_BASE, _INITIAL: content}.items() if text is not None}

    outcome = _answer("edited", _BASE, head)

    assert (_rules(outcome.findings), outcome.state) == (rules, State.FAIL if rules else State.PASS)


@pytest.mark.parametrize(
    ("operation", "rules"),
    [
        ("migrations.RemoveField('order', 'note')", ["django-drop-column"]),
        ("migrations.DeleteModel('Order')", ["django-drop-table"]),
        ("migrations.RenameField('order', 'note', 'text')", ["django-rename-column"]),
        ("migrations.RenameModel('Order', 'Deal')", ["django-rename-table"]),
        ("migrations.AddField('order', 'paid', models.BooleanField())", ["django-not-null-without-default"]),
        ("migrations.AddField('order', 'paid', models.BooleanField(null=True))", []),
        ("migrations.AlterField('order', 'note', models.TextField())", ["django-change-type"]),
        ("migrations.AlterField('order', 'note', models.CharField(max_length=20))", []),
        ("migrations.AddIndex('order', models.Index(fields=['note'], name='n'))", ["django-lock-index"]),
        ("migrations.RunPython(print)", ["django-irreversible"]),
        ("migrations.RunPython(print, migrations.RunPython.noop)", []),
        ("migrations.CreateModel('New', [('id', models.AutoField(primary_key=True))])", []),
        (
            f"{_DROP}, migrations.AddField('order', 'text', models.CharField(max_length=9, null=True))",
            ["django-drop-column", "django-drop-and-add"],
        ),
    ],
)
def test_a_risky_step_is_advice_with_the_safe_way(operation: str, rules: list[str]) -> None:
    outcome = _answer("risky", _BASE, {**_BASE, **_migration("0002_more", operation)})

    assert (outcome.state, _rules(outcome.findings)) == (State.PASS, rules)
    assert all(finding.fix and finding.help for finding in outcome.findings)


_SQUASHED = "shop/migrations/0001_squashed_0002_more.py"


_AFTER = _migration("0003_last", after="0002_more")
_AFTER_SQUASH = _migration("0003_last", after="0001_squashed_0002_more")


def _squash(*, replaces: bool = True) -> str:
    first = _BASE["shop/migrations/0001_initial.py"]
    names = "    replaces = [('shop', '0001_initial'), ('shop', '0002_more')]\n"
    return first.replace("    operations = [", f"{names if replaces else ''}    operations = [")


@pytest.mark.parametrize(
    ("base", "head", "edited"),
    [
        ({}, {_SQUASHED: _squash()}, []),
        (
            {_SQUASHED: _squash()},
            {_SQUASHED: _squash(), "shop/migrations/0001_initial.py": None, "shop/migrations/0002_more.py": None},
            [],
        ),
        ({_SQUASHED: _squash()}, {_SQUASHED: _squash(replaces=False)}, []),
        ({_SQUASHED: _squash()}, {_SQUASHED: _squash().replace("0002_more", "0003_other")}, [_SQUASHED]),
        ({}, {"shop/migrations/0002_more.py": None}, ["shop/migrations/0002_more.py"]),
        (
            {},
            {_SQUASHED: _squash(), "shop/migrations/0001_initial.py": None, "shop/migrations/0002_more.py": None},
            ["shop/migrations/0001_initial.py", "shop/migrations/0002_more.py"],
        ),
        (
            {_SQUASHED: _squash(), **_AFTER},
            {_SQUASHED: _squash(), _INITIAL: None, "shop/migrations/0002_more.py": None, **_AFTER_SQUASH},
            [],
        ),
        (
            {_SQUASHED: _squash(), **_AFTER},
            {
                _SQUASHED: _squash(),
                _INITIAL: None,
                "shop/migrations/0002_more.py": None,
                **_migration("0003_last", after="0001_initial", app="stock"),
            },
            ["shop/migrations/0003_last.py"],
        ),
    ],
)
def test_the_second_half_of_a_squash_edits_no_history(
    base: dict[str, str], head: dict[str, str | None], edited: list[str]
) -> None:
    before = {**_BASE, **_migration("0002_more", "migrations.RunPython(migrations.RunPython.noop)"), **base}
    after = {path: text for path, text in {**before, **head}.items() if text is not None}

    assert [one.path for one in _answer("edited", before, after).findings] == edited


@pytest.mark.parametrize(
    ("operation", "rules"),
    [
        ("migrations.RunSQL('DROP TABLE shop_order', 'SELECT 1')", ["django-drop-table"]),
        ("migrations.RunSQL(['alter table shop_order drop column note'], '')", ["django-drop-column"]),
        ("migrations.RunSQL([('DELETE FROM shop_order', None)], '')", ["django-delete-rows"]),
        ("migrations.RunSQL('CREATE INDEX CONCURRENTLY i ON shop_order (note)', '')", []),
        ("migrations.RunSQL('no SQL (((', '')", ["django-unread-sql"]),
        ("migrations.RunSQL('DO $$ BEGIN DROP TABLE shop_order; END $$', '')", ["django-unread-sql"]),
        ("migrations.RunSQL('SELECT 1;' * 300, '')", ["django-unread-sql"]),
        ('migrations.RunSQL("COMMENT ON TABLE shop_order IS \'x\'", "")', []),
        ("migrations.RunSQL(open('a.sql').read(), '')", ["django-unread-sql"]),
        ("migrations.RunSQL(migrations.RunSQL.noop, migrations.RunSQL.noop)", []),
        ("migrations.AlterField('order', 'note', models.CharField(max_length=10, unique=True))", ["django-lock-index"]),
        ("migrations.AlterField('order', 'note', models.CharField(max_length=10, help_text='x'))", []),
    ],
)
def test_what_a_step_does_to_a_running_system_is_told_of_sql_too(operation: str, rules: list[str]) -> None:
    outcome = _answer("risky", _BASE, {**_BASE, **_migration("0002_more", operation)})

    assert [one.rule for one in outcome.findings] == rules


@pytest.mark.parametrize(("made", "rules"), [(TAKES_LATER, ["django-unread-sql"]), (KEEPS_LATER, [])])
@pytest.mark.parametrize("new", [True, False])
def test_a_function_of_another_migration_that_is_called_may_change_tables(
    made: str, rules: list[str], *, new: bool
) -> None:
    first = _migration("0002_more", f"migrations.RunSQL({made % 'shop_order'!r}, '')")
    second = _migration("0003_last", "migrations.RunSQL('SELECT take()', '')", after="0002_more")
    base = _BASE if new else {**_BASE, **first}

    assert [one.rule for one in _answer("risky", base, {**_BASE, **first, **second}).findings] == rules
