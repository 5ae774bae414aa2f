"""Models that are made or changed while modules are imported: seen, or said not to be, and never passed over."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.migrations.django.cases import check
from tests.checks.migrations.django.test_missing import _BASE, _migration, _model

_NOTE = "    note = models.CharField(max_length=10)\n"
_TOTAL = "    total = models.IntegerField(default=0)\n"
_HISTORY = "    history = HistoricalRecords()\n"
_IMPORT = "from simple_history.models import HistoricalRecords\n\n\n"
_ADD_TOTAL = "migrations.AddField('order', 'total', models.IntegerField(default=0))"
_ADD_TO_COPY = "migrations.AddField('{}', 'total', models.IntegerField(default=0))"
_COPY = (
    "migrations.CreateModel('{}', [('id', models.IntegerField(db_index=True)), "
    "('note', models.CharField(max_length=10)), ('history_id', models.AutoField(primary_key=True))])"
)


def _kept(copy: str, body: str, before: str) -> dict[str, str]:
    """The model with a copy of its table, which a migration has made."""
    made = _migration(_COPY.format(copy))["shop/migrations/0002_more.py"]
    return {**_model(body, before), "shop/migrations/0002_copy.py": made}


def _third(*operations: str) -> dict[str, str]:
    text = _migration(*operations)["shop/migrations/0002_more.py"].replace("0001_initial", "0002_copy")
    return {"shop/migrations/0003_more.py": text}


@pytest.mark.parametrize(
    ("copy", "before", "member"),
    [
        ("HistoricalOrder", _IMPORT, _HISTORY),
        ("OrderEvent", "import pghistory\n\n\n@pghistory.track()\n", ""),
    ],
)
@pytest.mark.parametrize(
    ("body", "operations", "missing"),
    [
        (_NOTE + _TOTAL, (_ADD_TOTAL, _ADD_TO_COPY), []),
        (_NOTE + _TOTAL, (_ADD_TOTAL,), ["{}.total: the field is new: IntegerField(default=0)"]),
        ("", ("migrations.RemoveField('order', 'note')",), ["{}.note: the field is gone from the model"]),
        ("", ("migrations.RemoveField('order', 'note')", "migrations.RemoveField('{}', 'note')"), []),
        (
            _NOTE.replace("10", "20"),
            ("migrations.AlterField('order', 'note', models.CharField(max_length=20))",),
            ["{}.note: the field differs in max_length=20 (migrations: 10)"],
        ),
        (
            _NOTE + "    tags = models.ManyToManyField('self')\n",
            ("migrations.AddField('order', 'tags', models.ManyToManyField('shop.order'))",),
            [],
        ),
    ],
)
def test_a_copy_of_a_table_must_follow_its_model(
    copy: str, before: str, member: str, body: str, operations: tuple[str, ...], missing: list[str]
) -> None:
    base = _kept(copy, _NOTE + member, before)
    head = {**_kept(copy, (body + member) or "    pass\n", before), **_third(*(one.format(copy) for one in operations))}

    outcome = check(base, head)

    assert [one.message.partition(";")[0] for one in outcome.findings] == [
        f"shop.{one.format(copy)}" for one in missing
    ]
    assert outcome.state is (State.FAIL if missing else State.PASS)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (_model(_NOTE + _HISTORY, _IMPORT), "shop.Order: it keeps its history in a table of its own"),
        (_model(_NOTE, "import pghistory\n\n\n@pghistory.track()\n"), "shop.Order: it has the decorator track"),
        (
            _model(_NOTE, "import pgtrigger\n\n\n@pgtrigger.register(pgtrigger.ReadOnly(name='fixed'))\n"),
            "shop.Order: it has a trigger of pgtrigger",
        ),
        (
            _model(f"{_NOTE}\n    class Meta:\n        triggers = [pgtrigger.ReadOnly()]\n", "import pgtrigger\n\n\n"),
            "shop.Order: it has triggers of pgtrigger",
        ),
        (
            _model(
                _NOTE, "def wide(cls):\n    cls.add_to_class('x', models.IntegerField())\n    return cls\n\n\n@wide\n"
            ),
            "shop.Order: it has the decorator wide",
        ),
        (
            _model(_NOTE + "    for name in ('a', 'b'):\n        locals()[name] = models.IntegerField()\n"),
            "shop.Order: it makes members in a loop",
        ),
        (_model(_NOTE + "    exec('x = models.IntegerField()')\n"), "shop.Order: it calls exec"),
        (
            _model(_NOTE + "\n\nMore = type('More', (models.Model,), {'x': models.IntegerField()})\n"),
            "shop: the module makes a class with type()",
        ),
        (
            _model(_NOTE + "\n\nfor name in ('a', 'b'):\n    Order.add_to_class(name, models.IntegerField())\n"),
            "shop.Order: it calls add_to_class",
        ),
        (
            _model(
                _NOTE + "    size = Size()\n",
                "try:\n    from sizes import Size\nexcept ImportError:\n    Size = models.TextField\n\n\n",
            ),
            "shop.Order.size: the change touches what cannot be read from the source",
        ),
    ],
)
def test_what_may_change_a_table_and_is_not_followed_is_named(head: dict[str, str], said: str) -> None:
    outcome = check(_BASE, head)

    assert (outcome.state, len(outcome.unknowns)) == (State.NOT_CHECKED, 1)
    assert outcome.unknowns[0].reason.startswith(said)


@pytest.mark.parametrize(
    "before",
    [
        "from functools import total_ordering\n\n\n@total_ordering\n",
        "def listed(cls):\n    LISTED.append(cls)\n    return cls\n\n\nLISTED = []\n\n\n@listed\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n\n    class Ghost(models.Model):\n        pass\n\n\n",
    ],
)
def test_what_leaves_tables_alone_passes(before: str) -> None:
    assert check(_BASE, _model(_NOTE, before)).state is State.PASS


def test_what_stood_there_before_the_change_is_not_asked_about() -> None:
    loop = "    for name in ('a', 'b'):\n        locals()[name] = models.IntegerField()\n"

    assert check(_model(_NOTE + loop), _model(_NOTE + loop + "\n    def shown(self):\n        return 1\n")).state is (
        State.PASS
    )


@pytest.mark.parametrize(("operations", "state"), [((), State.FAIL), ((_ADD_TOTAL,), State.PASS)])
def test_a_field_that_is_added_to_a_class_by_name_is_one_of_its_fields(
    operations: tuple[str, ...], state: State
) -> None:
    added = "\n\nOrder.add_to_class('total', models.IntegerField(default=0))\n"

    assert check(_BASE, {**_model(_NOTE + added), **_migration(*operations)}).state is state


@pytest.mark.parametrize("migrated", [True, False])
def test_a_composite_primary_key_is_a_field_and_replaces_the_automatic_one(migrated: bool) -> None:  # noqa: FBT001 - the case
    key = "models.CompositePrimaryKey('shop_id', 'number'{})"
    body = f"    pk = {key.format('')}\n    shop_id = models.IntegerField()\n    number = models.IntegerField()\n"
    fields = (
        f"('pk', {key.format(', blank=True, editable=False, primary_key=True, serialize=False')}), "
        "('shop_id', models.IntegerField()), ('number', models.IntegerField())"
    )
    made = _migration(f"migrations.CreateModel('Line', [{fields}])") if migrated else {}
    models = _BASE["shop/models.py"] + f"\n\nclass Line(models.Model):\n{body}"

    outcome = check(_BASE, {**_BASE, "shop/models.py": models, **made})

    assert outcome.state is (State.PASS if migrated else State.FAIL), outcome.findings
