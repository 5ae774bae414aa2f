"""Views of libraries that ask what the program depends on: routes of health name them, and no handler is seen."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_URLS = (
    "from django.urls import path\nfrom watchman import views as watchman_views\n\n"
    "urlpatterns = [\n    path('healthz/', watchman_views.ping),\n    path('readiness/', watchman_views.{view}),\n]\n"
)
_SETTINGS = (
    "ROOT_URLCONF = 'app.urls'\nINSTALLED_APPS = ['watchman', 'django.contrib.auth']\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
)


@pytest.mark.parametrize(
    ("view", "told", "state"),
    [
        ("status", "", State.PASS),
        ("bare_status", "WATCHMAN_CHECKS = ('watchman.checks.databases',)\n", State.PASS),
        # Only that the program answers; and checks of other things.
        ("ping", "", State.FAIL),
        ("status", "WATCHMAN_CHECKS = ('watchman.checks.caches',)\n", State.FAIL),
    ],
)
def test_views_of_watchman_ask_what_it_is_told_to(view: str, told: str, state: State) -> None:
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'app.settings')\n",
        "app/__init__.py": "",
        "app/urls.py": _URLS.format(view=view),
        "app/settings.py": _SETTINGS + told,
        "requirements.txt": "Django==4.2\ndjango-watchman==1.3\npsycopg2==2.9\n",
    }
    assert ask_item("database.health-check", files).state is state
