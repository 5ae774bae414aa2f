"""What the check says of small projects: one for each thing that was once wrong or is easy to get wrong."""

from __future__ import annotations

import pytest

from bot.model import Certainty, Finding, State
from tests.checks.migrations.django.cases import check

_HEAD = "from django.db import models\n\n\n"
_LONGER = "migrations.AlterField('order', 'note', models.CharField(max_length=20))"
_ID = "models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')"
_BASE = {
    "shop/__init__.py": "",
    "shop/models.py": f"{_HEAD}class Order(models.Model):\n    note = models.CharField(max_length=10)\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": (
        "from django.db import migrations, models\n\n\n"
        "class Migration(migrations.Migration):\n"
        "    operations = [\n"
        "        migrations.CreateModel(\n"
        "            name='Order',\n"
        "            fields=[\n"
        f"                ('id', {_ID}),\n"
        "                ('note', models.CharField(max_length=10)),\n"
        "            ],\n"
        "        ),\n"
        "    ]\n"
    ),
}


def _model(body: str, before: str = "") -> dict[str, str]:
    return {**_BASE, "shop/models.py": f"{_HEAD}{before}class Order(models.Model):\n{body}"}


def _migration(*operations: str, before: str = "") -> dict[str, str]:
    text = (
        f"from django.db import migrations, models\n{before}\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('shop', '0001_initial')]\n    operations = [{', '.join(operations)}]\n"
    )
    return {"shop/migrations/0002_more.py": text}


def test_a_new_field_without_a_migration_is_reported_with_all_that_is_needed_to_mend_it() -> None:
    outcome = check(
        _BASE, _model("    note = models.CharField(max_length=10)\n    paid = models.BooleanField(default=False)\n")
    )

    assert (outcome.state, outcome.reason) == (State.FAIL, "1 change of the schema has no migration")
    [found] = outcome.findings
    assert found == Finding(
        rule="django-field-without-migration",
        message="shop.Order.paid: the field is new: BooleanField(default=False); no migration says so",
        certainty=Certainty.CERTAIN,
        path="shop/models.py",
        line=6,
        fingerprint=found.fingerprint,
        fix=(
            "python manage.py makemigrations shop: the migration will contain "
            "AddField('order', 'paid', BooleanField(default=False))"
        ),
        help="https://docs.djangoproject.com/en/stable/topics/migrations/",
        details={"orm": "django", "app": "shop", "model": "Order", "field": "paid"},
    )


def test_a_fingerprint_survives_moved_lines_and_renamed_files() -> None:
    body = "    note = models.CharField(max_length=11)\n"
    moved = {path: text for path, text in _model(f"\n\n{body}").items() if path != "shop/models.py"}
    moved["shop/models/__init__.py"] = "from .order import Order\n"
    moved["shop/models/order.py"] = _model(f"\n\n{body}")["shop/models.py"]

    prints = {check(_BASE, head).findings[0].fingerprint for head in (_model(body), moved)}

    assert len(prints) == 1


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(_model("    # why\n    note = models.CharField(max_length=10)  # ten\n"), id="comments"),
        pytest.param(_model("    note = models.CharField(max_length=5 + 5)\n"), id="arithmetic"),
        pytest.param(_model("    note = models.CharField(max_length=TEN)\n", "TEN = 10\n\n\n"), id="constant"),
        pytest.param(
            _model("    note = models.CharField(null=False, editable=True, max_length=10)\n"), id="spelled out"
        ),
        pytest.param(_model("    note: str = models.CharField(max_length=10)\n    X = 1\n"), id="annotation, constant"),
        pytest.param(
            _model("    note = models.CharField(max_length=10)\n\n    @property\n    def x(self):\n        return 1\n"),
            id="property",
        ),
        pytest.param(
            {**_model("    note = models.CharField(max_length=10)\n"), "shop/plain.py": "class P:\n    x = 1\n"},
            id="plain class",
        ),
        pytest.param(
            {**_BASE, "shop/tests/models.py": f"{_HEAD}class T(models.Model):\n    x = models.TextField()\n"},
            id="a model of the tests",
        ),
    ],
)
def test_what_makes_no_migration_is_quiet(head: dict[str, str]) -> None:
    assert check(_BASE, head).state is State.PASS


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param(("migrations.AlterField('order', 'note', models.CharField(max_length=20))",), id="plain"),
        pytest.param(
            (f"migrations.SeparateDatabaseAndState(state_operations=[{_LONGER}])",),
            id="state operations",
        ),
        pytest.param(
            (f"migrations.RunSQL('SELECT 1', state_operations=[{_LONGER}])",),
            id="state operations of SQL",
        ),
        pytest.param(("*make(20)",), id="made by a function"),
    ],
)
def test_an_operation_counts_wherever_it_stands(operations: tuple[str, ...]) -> None:
    before = "\n\ndef make(n):\n    return [migrations.AlterField('order', 'note', models.CharField(max_length=n))]\n"
    code = _model("    note = models.CharField(max_length=20)\n")

    assert check(_BASE, {**code, **_migration(*operations, before=before)}).state is State.PASS


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param((), id="empty"),
        pytest.param(("migrations.RunPython(migrations.RunPython.noop)",), id="data only"),
        pytest.param(("migrations.AlterField('order', 'note', models.CharField(max_length=21))",), id="another length"),
        pytest.param(("migrations.RunSQL('ALTER TABLE shop_order ...')",), id="SQL without state"),
        pytest.param(
            (f"migrations.SeparateDatabaseAndState(database_operations=[{_LONGER}])",),
            id="database operations",
        ),
    ],
)
def test_a_migration_that_does_not_fit_is_reported(operations: tuple[str, ...]) -> None:
    outcome = check(_BASE, {**_model("    note = models.CharField(max_length=20)\n"), **_migration(*operations)})

    assert [finding.message.split(": ")[0] for finding in outcome.findings] == ["shop.Order.note"]


def test_old_drift_is_not_reported() -> None:
    base = _model("    note = models.CharField(max_length=99)\n")

    head = {**base, "shop/models.py": base["shop/models.py"] + "    total = 1\n"}

    assert check(base, head).state is State.PASS


def test_a_migration_that_mends_old_drift_is_quiet() -> None:
    base = _model("    note = models.CharField(max_length=20)\n")

    head = {**base, **_migration("migrations.AlterField('order', 'note', models.CharField(max_length=20))")}

    assert check(base, head).state is State.PASS


def test_a_field_of_a_package_that_is_not_here_is_reported_as_likely_when_no_migration_touches_it() -> None:
    line = "    price = MoneyField(max_digits={}, default_currency='EUR')\n"
    base = _model(line.format(8), "from djmoney.models.fields import MoneyField\n\n\n")
    base["shop/migrations/0001_initial.py"] = (
        base["shop/migrations/0001_initial.py"]
        .replace(
            "('note', models.CharField(max_length=10))", "('price', djmoney.models.fields.MoneyField(max_digits=8))"
        )
        .replace("from django", "import djmoney.models.fields\nfrom django", 1)
    )
    head = {**base, "shop/models.py": base["shop/models.py"].replace("max_digits=8", "max_digits=9")}
    answered = {
        **head,
        **_migration(
            "migrations.AlterField('order', 'price', djmoney.models.fields.MoneyField(max_digits=9))",
            before="import djmoney.models.fields\n",
        ),
    }

    assert [finding.certainty for finding in check(base, head).findings] == [Certainty.LIKELY]
    assert check(base, answered).state is State.PASS


def test_a_setting_that_cannot_be_told_is_not_a_pass() -> None:
    head = _model("    note = models.CharField(max_length=settings.LENGTH)\n", "from django.conf import settings\n\n\n")
    answered = {**head, **_migration("migrations.AlterField('order', 'note', models.CharField(max_length=20))")}

    outcome = check(_BASE, answered)

    assert outcome.state is State.NOT_CHECKED
    assert [unknown.path for unknown in outcome.unknowns] == ["shop/models.py"]


def test_a_file_of_models_that_cannot_be_read_is_not_a_pass() -> None:
    outcome = check(_BASE, {**_BASE, "shop/models.py": _HEAD + "class Order(models.Model):\n    note = = 1\n"})

    assert outcome.state is not State.PASS
    assert [(unknown.path, unknown.line) for unknown in outcome.unknowns] == [("shop/models.py", 5)]


def test_an_app_without_migrations_is_left_alone() -> None:
    head = {
        **_BASE,
        "news/__init__.py": "",
        "news/apps.py": "",
        "news/models.py": f"{_HEAD}class Post(models.Model):\n    pass\n",
    }

    assert check(_BASE, head).state is State.PASS


def test_a_repository_without_django_is_not_applicable() -> None:
    outcome = check({"app.py": "x = 1\n"}, {"app.py": "x = 2\n"})

    assert outcome.state is State.NOT_APPLICABLE
    assert "among 1 files" in outcome.reason


@pytest.mark.parametrize(
    ("files", "state"),
    [
        pytest.param({}, State.FAIL, id="nowhere"),
        pytest.param(
            {"shop/extra.py": "class Gift(get_model('shop', 'Order')):\n    pass\n"}, State.NOT_CHECKED, id="unread"
        ),
    ],
)
def test_a_model_that_only_a_migration_makes_is_no_pass(files: dict[str, str], state: State) -> None:
    made = _migration(f"migrations.CreateModel(name='Gift', fields=[('id', {_ID})])")

    assert check(_BASE, {**_BASE, **made, **files}).state is state


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        pytest.param("*unknown()", State.NOT_CHECKED, id="a list that cannot be followed"),
        pytest.param("migrations.AddField('order', unknown(), models.TextField())", State.NOT_CHECKED, id="a name"),
        pytest.param("unknown.SetUp()", State.FAIL, id="an operation of another package"),
    ],
)
def test_a_migration_that_cannot_be_followed_leaves_doubt(operation: str, state: State) -> None:
    brought = _migration(operation, before="import unknown\n")

    outcome = check(_BASE, {**_model("    note = models.CharField(max_length=20)\n"), **brought})

    assert outcome.state is state
    assert Certainty.CERTAIN not in {finding.certainty for finding in outcome.findings}


@pytest.mark.parametrize(
    "text", ["class (:\n", "x = (" + "(" * 300 + ")\n", "if a:\n    pass\n" + "elif a:\n    pass\n" * 2000]
)
def test_models_in_a_file_that_cannot_be_read_are_not_said_to_be_gone(text: str) -> None:
    outcome = check(_BASE, {**_BASE, "shop/models.py": _BASE["shop/models.py"] + text})

    assert (outcome.state, outcome.findings, len(outcome.unknowns)) == (State.NOT_CHECKED, [], 1)


def test_a_model_under_a_question_that_is_answered_as_it_runs_is_read() -> None:
    asked = {
        "shop/loading.py": (
            "from django.apps import apps\n\n\ndef is_there(name):\n"
            "    try:\n        apps.get_registered_model('shop', name)\n    except LookupError:\n"
            "        return False\n    else:\n        return True\n"
        )
    }
    model = (
        "if not is_there('Order'):\n\n    class Order(models.Model):\n        note = models.CharField(max_length={})\n"
    )
    base, head = (
        {**_BASE, **asked, "shop/models.py": f"{_HEAD}from shop.loading import is_there\n\n{model.format(length)}"}
        for length in (10, 20)
    )

    assert (check(base, head).state, check(base, base).state) == (State.FAIL, State.PASS)
