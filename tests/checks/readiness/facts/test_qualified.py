"""A function of a common name is used where its module is named with it."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_TRACKER = "import sentry_sdk\n\n\ndef init():\n    sentry_sdk.init(dsn=settings.SENTRY_DSN)\n"
_APP = """\
from flask import Flask
%s

app = Flask(__name__)
%s


@app.route("/items")
def items():
    return []
"""


def _python(imported: str, called: str) -> dict[str, str]:
    return {
        "requirements.txt": "flask\nsentry-sdk\n",
        "shop/app.py": _APP % (imported, called),
        "shop/utils/__init__.py": "",
        "shop/utils/sentry.py": _TRACKER,
        "shop/colors.py": "def init():\n    pass\n",
    }


@pytest.mark.parametrize(
    ("imported", "called"),
    [
        ("from shop.utils import sentry", "sentry.init()"),
        ("from shop.utils import sentry as tracker", "tracker.init()"),
        ("from shop.utils.sentry import init", "init()"),
        ("from shop.utils.sentry import init as start", "start()\nregister(init)"),
        ("import shop.utils.sentry", "shop.utils.sentry.init()"),
    ],
)
def test_a_tracker_whose_module_starts_it_is_started(imported: str, called: str) -> None:
    assert ask_item("monitoring.error-tracking", _python(imported, called)).state is State.PASS


@pytest.mark.parametrize(
    ("imported", "called"),
    [
        ("from shop.utils import sentry", "# sentry.init()"),
        ("from shop import colors\nfrom shop.utils import sentry", "colors.init()"),
        ("from shop.utils import sentry", "db.init()"),
    ],
)
def test_a_tracker_is_not_started_by_what_has_its_name_elsewhere(imported: str, called: str) -> None:
    assert ask_item("monitoring.error-tracking", _python(imported, called)).state is State.FAIL


@pytest.mark.parametrize("handed_on", ["from .sentry import init", "from .sentry import *", "from .more import init"])
@pytest.mark.parametrize(
    ("imported", "called"),
    [("from shop.utils import init", "init()"), ("from shop import utils", "utils.init()")],
)
def test_a_tracker_is_started_by_way_of_the_package_that_hands_it_on(
    handed_on: str, imported: str, called: str
) -> None:
    files = {
        **_python(imported, called),
        "shop/utils/__init__.py": f"{handed_on}\n",
        "shop/utils/more.py": "from .sentry import init\n",
    }

    assert ask_item("monitoring.error-tracking", files).state is State.PASS


def test_a_package_that_hands_on_something_else_starts_no_tracker() -> None:
    files = {**_python("from shop import utils", "utils.init()"), "shop/utils/__init__.py": "from .db import init\n"}

    assert ask_item("monitoring.error-tracking", files).state is State.FAIL


@pytest.mark.parametrize(("called", "expected"), [("tracker.Setup()", State.PASS), ("other.Setup()", State.FAIL)])
def test_a_function_of_go_is_called_through_its_package(called: str, expected: State) -> None:
    files = {
        "go.mod": "module shop\n\nrequire github.com/getsentry/sentry-go v0.1.0\n",
        "main.go": 'package main\n\nimport (\n\t"shop/tracker"\n\t"shop/other"\n)\n\nfunc main() {\n'
        f'\t{called}\n\thttp.HandleFunc("/items", list)\n\thttp.ListenAndServe(":80", nil)\n}}\n',
        "tracker/tracker.go": 'package tracker\n\nimport "github.com/getsentry/sentry-go"\n\nfunc Setup() {\n'
        "\tsentry.Init(sentry.ClientOptions{Dsn: dsn})\n}\n",
        "other/other.go": "package other\n\nfunc Setup() {\n}\n",
    }

    assert ask_item("monitoring.error-tracking", files).state is expected
