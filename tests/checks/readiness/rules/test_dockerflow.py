"""What Mozilla's Dockerflow does for each request of Django, and how it writes logs."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_FILES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'app.settings')\n",
    "app/__init__.py": "",
    "app/urls.py": "from django.urls import path\n\nurlpatterns = [path('orders/', orders)]\n",
    "requirements.txt": "Django==5.2\ndockerflow==2024.4\n",
}
_SETTINGS = "ROOT_URLCONF = 'app.urls'\nINSTALLED_APPS = ['dockerflow.django', 'django.contrib.auth']\n"


@pytest.mark.parametrize("item", ["monitoring.request-logging", "api.request-id", "api.response-time"])
@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("MIDDLEWARE = ['dockerflow.django.middleware.DockerflowMiddleware']\n", State.PASS),
        ("MIDDLEWARE = []\nMIDDLEWARE += ['dockerflow.django.middleware.DockerflowMiddleware']\n", State.PASS),
        (
            "MIDDLEWARE = []\nif DEBUG:\n    MIDDLEWARE += ['dockerflow.django.middleware.DockerflowMiddleware']\n",
            State.FAIL,
        ),
        # The application alone, and the middleware where it is taken away.
        ("MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n", State.FAIL),
        ("REMOVED_MIDDLEWARE = ['dockerflow.django.middleware.DockerflowMiddleware']\n", State.FAIL),
    ],
)
def test_the_middleware_of_dockerflow_logs_each_request_with_its_id_and_time(
    item: str, told: str, state: State
) -> None:
    assert ask_item(item, {**_FILES, "app/settings.py": _SETTINGS + told}).state is state


@pytest.mark.parametrize(
    ("formatter", "state"),
    [
        ("dockerflow.logging.JsonLogFormatter", State.PASS),
        ("logging.Formatter", State.FAIL),
    ],
)
def test_a_formatter_of_log_lines_in_json_is_one(formatter: str, state: State) -> None:
    told = (
        f"LOGGING = {{\n 'formatters': {{'json': {{'()': '{formatter}'}}}},\n"
        " 'handlers': {'console': {'class': 'logging.StreamHandler', 'formatter': 'json'}},\n"
        " 'loggers': {'root': {'handlers': ['console']}},\n}\n"
    )
    assert ask_item("monitoring.structured-logging", {**_FILES, "app/settings.py": _SETTINGS + told}).state is state


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("MIDDLEWARE = ['dockerflow.django.middleware.DockerflowMiddleware']\n", State.PASS),
        # Checks that no endpoint reports.
        ("MIDDLEWARE = []\n", State.FAIL),
    ],
)
def test_the_heartbeat_of_dockerflow_asks_what_its_setting_names(told: str, state: State) -> None:
    database = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
    checks = "DOCKERFLOW_CHECKS = ['dockerflow.django.checks.check_database_connected']\n"
    files = {**_FILES, "requirements.txt": "Django==5.2\ndockerflow==2024.4\npsycopg2==2.9\n"}
    judged = ask_item("database.health-check", {**files, "app/settings.py": _SETTINGS + database + told + checks})
    assert judged.state is state
