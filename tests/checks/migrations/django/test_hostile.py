"""Whoever opens a pull request writes these files: none may crash the check, take long, or fill the memory."""

from __future__ import annotations

import time

import pytest

from bot.errors import GonogoError
from bot.model import State
from tests.checks.migrations.django.cases import check
from tests.checks.migrations.django.test_missing import _BASE, _HEAD

_MODEL = "class Order(models.Model):\n    note = models.CharField({})\n"
_DOUBLING = "a0 = (1, 2)\n" + "".join(f"a{n + 1} = (a{n}, a{n})\n" for n in range(60))


def _head(text: str) -> dict[str, str]:
    return {**_BASE, "shop/models.py": _HEAD + text}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_MODEL.format("default='a' * 10**9, max_length=10"), id="huge text"),
        pytest.param(_MODEL.format("default=10**10**10, max_length=10"), id="huge power"),
        pytest.param(_MODEL.format("default=1 << 10**9, max_length=10"), id="huge shift"),
        pytest.param(_MODEL.format("default='%0999999999d' % 1, max_length=10"), id="wide format"),
        pytest.param(_MODEL.format("default=f'{1:999999999}', max_length=10"), id="wide literal"),
        pytest.param(_MODEL.format("default='{:999999999}'.format(1), max_length=10"), id="wide method"),
        pytest.param(_MODEL.format("default=0x" + "f" * 50_000 + ", max_length=10"), id="huge number"),
        pytest.param(_MODEL.format(f"default={'(' * 90}1{')' * 90}, max_length=10"), id="nested"),
        pytest.param(_MODEL.format(f"default={'-' * 3000}1, max_length=10"), id="nested deep"),
        pytest.param(_MODEL.format(f"default={'+'.join(['1'] * 5000)}, max_length=10"), id="long sum"),
        pytest.param(_MODEL.format("choices=[(a, a) for a in range(10**9)], max_length=10"), id="long range"),
        pytest.param(_MODEL.format("choices=[(a, b) for a in range(9999) for b in range(9999)]"), id="product"),
        pytest.param(_DOUBLING + _MODEL.format("choices=a60, max_length=10"), id="doubling"),
        pytest.param(_DOUBLING + _MODEL.format("default={a60}, max_length=10"), id="doubling in a set"),
        pytest.param(_DOUBLING + _MODEL.format("default=a60 == a59, max_length=10"), id="doubling compared"),
        pytest.param("A = B\nB = A\n" + _MODEL.format("max_length=A"), id="ring of names"),
        pytest.param("def f(x):\n    return f(x)\n" + _MODEL.format("max_length=f(1)"), id="endless recursion"),
        pytest.param("class A(B): pass\nclass B(A): pass\n" + _MODEL.format("max_length=1"), id="ring of bases"),
        pytest.param("from shop.models import *\n" + _MODEL.format("max_length=LIMIT"), id="imports itself"),
        pytest.param(
            "L = []\nfor a in range(2000):\n    for b in range(2000):\n        L.append(a)\n"
            + _MODEL.format("max_length=len(L)"),
            id="loops",
        ),
        pytest.param("class Order(models.Model):\n" + "    x = models.TextField()\n" * 20_000, id="many lines"),
        pytest.param("\0" + _MODEL.format("max_length=1"), id="null byte"),
        pytest.param("# coding: latin-1\n" + _MODEL.format("max_length=1"), id="another coding"),
        pytest.param("# coding: nonsense\n" + _MODEL.format("max_length=1"), id="no such coding"),
        pytest.param(
            "".join(f"class A{n}(A{n - 1}): pass\n" for n in range(1, 1500)) + "class Order(A1499): pass\n",
            id="long line of bases",
        ),
    ],
)
def test_a_hostile_file_of_models_ends_soon_and_is_never_a_pass(text: str) -> None:
    started = time.process_time()
    try:
        state = check(_BASE, _head(text)).state
    except GonogoError:
        state = State.NOT_CHECKED

    assert time.process_time() - started < 20
    assert state in {State.FAIL, State.NOT_CHECKED}


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param("migrations.RunSQL('x'), " * 30_000, id="many operations"),
        pytest.param("migrations.RunSQL('x', state_operations=[" * 40 + "])" * 40, id="nested operations"),
        pytest.param("*[migrations.RunSQL('x') for a in range(9999) for b in range(9999)]", id="endless operations"),
    ],
)
def test_hostile_migrations_end_soon(operations: str) -> None:
    text = (
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [('shop', '0002_ring')]\n    operations = [{operations}]\n"
    )
    started = time.process_time()

    outcome = check(_BASE, {**_BASE, "shop/migrations/0002_ring.py": text})

    assert time.process_time() - started < 20
    assert outcome.state in {State.PASS, State.NOT_CHECKED, State.FAIL}
