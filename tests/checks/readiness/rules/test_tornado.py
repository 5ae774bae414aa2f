"""What programs of Tornado show of several items, and what stands beside it."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, places

_APP = """\
import tornado.web
from handlers import Hello
app = tornado.web.Application([(r"/hello", Hello)]%s)
app.listen(80)
"""
_HANDLER = """\
import tornado.web
class Hello(tornado.web.RequestHandler):
    def get(self):
        self.write("hello")
    def %s(self, *args, **kwargs):
        %s
"""


def _says(item: str, name: str = "head", body: str = "pass", settings: str = "") -> tuple[State, list[str]]:
    files = {
        "requirements.txt": "tornado\nsqlalchemy\npsycopg\nalembic\n",
        "main.py": _APP % settings,
        "handlers.py": _HANDLER % (name, body),
    }
    judged = ask_item(item, files)
    return judged.state, places(judged)


@pytest.mark.parametrize(
    ("name", "state"), [("set_default_headers", State.PASS), ("post", State.FAIL)], ids=["each answer", "one route"]
)
def test_headers_that_a_handler_gives_each_answer_are_set(name: str, state: State) -> None:
    said = _says("security.security-headers", name, 'self.set_header("Content-Security-Policy", self.policy)')

    assert said[0] is state
    assert said[1] == (["handlers.py:6"] if state is State.PASS else [])


@pytest.mark.parametrize(
    ("settings", "state"),
    [(", log_function=log_request", State.PASS), (", log_function=None", State.FAIL), ("", State.FAIL)],
)
def test_requests_are_logged_by_the_function_that_is_given(settings: str, state: State) -> None:
    assert _says("monitoring.request-logging", settings=settings)[0] is state


@pytest.mark.parametrize(("name", "state"), [("write_error", State.PASS), ("write_result", State.FAIL)])
def test_a_handler_may_answer_exceptions_itself(name: str, state: State) -> None:
    assert _says("api.error-handling", name, 'self.finish({"error": 1})')[0] is state


_LIST = """\
import tornado.web
from models import User
class Users(tornado.web.RequestHandler):
    def get(self):
        sort = self.get_argument("sort", "id")
        users = session.query(User).limit(min(limit, 50))
        if sort not in {%s}:
            raise tornado.web.HTTPError(400)
        users.order_by(getattr(User, sort))
"""


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ('"id", "name"', State.PASS),
        ('"asc", "desc"', State.FAIL),
        ('"id"', State.FAIL),
    ],
)
def test_an_order_may_be_held_against_names_that_are_written_out(names: str, state: State) -> None:
    files = {
        "requirements.txt": "tornado\nsqlalchemy\n",
        "main.py": "import tornado.web\nfrom users import Users\n"
        'app = tornado.web.Application([(r"/users", Users)])\napp.listen(80)\n',
        "users.py": _LIST % names,
    }

    judged = ask_item("api.filtering-sorting", files)

    assert judged.state is state
    assert places(judged) == (["users.py:7"] if state is State.PASS else [])


@pytest.mark.parametrize(
    ("called", "state"),
    [
        ("check_call(['alembic', '-c', ini, 'upgrade', 'head'])", State.PASS),
        ("subprocess.run('alembic -c a.ini upgrade head', shell=True)", State.PASS),
        ("check_call(['alembic', '-c', ini, 'downgrade', 'base'])", State.FAIL),
        ("check_call(['pip', 'install', '--upgrade', 'alembic'])", State.FAIL),
    ],
)
def test_a_program_may_start_alembic_itself(called: str, state: State) -> None:
    files = {
        "requirements.txt": "tornado\nsqlalchemy\npsycopg\nalembic\n",
        "main.py": f"import database\nimport sqlalchemy\ndatabase.prepare()\n{_APP % ''}",
        "handlers.py": _HANDLER % ("head", "pass"),
        "database.py": f"import subprocess, sqlalchemy\ndef prepare():\n    {called}\n",
        "alembic/versions/a.py": "revision = 'a'\ndef upgrade():\n    op.create_table('a')\n",
    }

    assert ask_item("database.migrations", files).state is state
