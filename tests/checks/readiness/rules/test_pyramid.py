"""Programs of Pyramid: modules are included and scanned by their names, and views ask and answer by decorators."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_CONFIG = """from pyramid.config import Configurator

def configure():
    config = Configurator()
    config.include('.csp')
    config.include('shop.logs')
    config.scan()
    return config
"""
_APP = {
    "requirements.txt": "pyramid\nstructlog\n",
    "Dockerfile": "FROM python:3.12\nCMD gunicorn shop.wsgi:application\n",
    "shop/__init__.py": "",
    "shop/wsgi.py": "from shop.config import configure\napplication = configure().make_wsgi_app()\n",
    "shop/config.py": _CONFIG,
    "shop/csp.py": """def csp_factory(handler, registry):
    def tween(request):
        response = handler(request)
        response.headers['Content-Security-Policy'] = "default-src 'self'"
        response.headers['X-Content-Type-Options'] = 'nosniff'
        response.headers['X-Frame-Options'] = 'deny'
        return response

    return tween


def includeme(config):
    config.add_tween('shop.csp.csp_factory')
""",
    "shop/logs.py": """import structlog

def includeme(config):
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
""",
    "shop/pages.py": """from pyramid.view import exception_view_config, view_config

@exception_view_config(Exception, renderer='json')
def failed(error, request):
    request.response.status = 500
    return {'error': 'internal'}

@view_config(route_name='orders', renderer='json', permission='read')
def orders(request):
    return []
""",
}
_LOGS, _HEADERS = "monitoring.structured-logging", "security.security-headers"
_ERRORS, _GUARD = "api.error-handling", "security.auth-middleware"


@pytest.mark.parametrize("item", [_LOGS, _HEADERS, _ERRORS, _GUARD])
def test_what_is_included_and_scanned_counts(item: str) -> None:
    assert ask_item(item, _APP).state is State.PASS


@pytest.mark.parametrize(
    ("item", "gone"), [(_LOGS, "config.include('shop.logs')"), (_HEADERS, "config.include('.csp')")]
)
@pytest.mark.parametrize("instead", ["pass", "# {}"])
def test_what_is_scanned_and_not_included_is_not_set_up(item: str, gone: str, instead: str) -> None:
    config = _CONFIG.replace(gone, instead.format(gone))

    assert ask_item(item, {**_APP, "shop/config.py": config}).state is State.FAIL


@pytest.mark.parametrize("item", [_ERRORS, _GUARD])
def test_what_nothing_scans_is_not_loaded(item: str) -> None:
    config = _CONFIG.replace("config.scan()", "# config.scan()")

    assert ask_item(item, {**_APP, "shop/config.py": config}).state is State.FAIL


@pytest.mark.parametrize(
    ("item", "was", "written"),
    [
        (_ERRORS, "exception_view_config(Exception", "exception_view_config(HTTPNotFound"),
        (_GUARD, "permission='read'", "permission=NO_PERMISSION_REQUIRED"),
    ],
)
def test_look_alikes(item: str, was: str, written: str) -> None:
    pages = _APP["shop/pages.py"].replace(was, written)

    assert ask_item(item, {**_APP, "shop/pages.py": pages}).state is State.FAIL


@pytest.mark.parametrize(
    "config",
    [
        "def configure():\n    config = Configurator()\n    if settings.debug:\n        config.include('.csp')\n",
        "def configure():\n    return Configurator()\n\ndef unused(config):\n    config.include('.csp')\n",
    ],
    ids=["in development alone", "by nobody"],
)
def test_what_is_included_under_a_condition_is_no_more_than_that(config: str) -> None:
    files = {**_APP, "shop/config.py": f"from pyramid.config import Configurator\n\n{config}"}

    assert ask_item(_HEADERS, files).state is State.FAIL
