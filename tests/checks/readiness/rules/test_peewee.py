"""Transactions of Peewee, which are a method of the database."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_MODELS = (
    "from peewee import CharField, Model, PostgresqlDatabase\n\ndb = PostgresqlDatabase('shop')\n\n\n"
    "class Order(Model):\n    name = CharField()\n"
)


@pytest.mark.parametrize(
    ("block", "state"),
    [("db.atomic()", State.PASS), ("models.database.atomic() as tx", State.PASS), ("files.atomic(path)", State.FAIL)],
)
def test_a_database_of_peewee_is_atomic(block: str, state: State) -> None:
    code = (
        "from fastapi import FastAPI\nfrom app import files, models\nfrom app.models import Order, db\n"
        f"app = FastAPI()\n\n@app.post('/orders')\ndef make(order: dict):\n    with {block}:\n"
        "        db.execute(FIRST)\n        db.execute(SECOND)\n"
    )
    files = {"main.py": code, "app/models.py": _MODELS, "app/__init__.py": "", "requirements.txt": "fastapi\npeewee\n"}
    assert ask_item("database.transactions", files).state is state
