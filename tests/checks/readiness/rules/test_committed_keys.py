"""Keys that sign sessions, hooks, and passwords of settings that are committed; each beside its look-alike."""

from __future__ import annotations

import random
import string

import pytest

from bot.model import State
from tests.checks.readiness.look import Content, ask_item

_CHANCE = random.Random(11)  # noqa: S311 - nothing is guarded by these values
_CLEAN: dict[str, Content] = {".gitignore": ".env\n", "requirements.txt": "django\nflask\n"}


def _word(length: int) -> str:
    """Letters and digits in no order, at least two of each kind."""
    return "aB1cD2" + "".join(_CHANCE.choices(string.ascii_letters + string.digits, k=length - 6))


_KEY = f"{_word(20)}!@#%^&*{_word(20)}"


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("shop/settings.py", f"SECRET_KEY = '{_KEY}'\n", State.FAIL),
        ("shop/settings.py", f"SECRET_KEY = 'django-insecure-{_KEY}'\n", State.FAIL),
        ("app.py", f"app.config['SECRET_KEY'] = '{_KEY}'\n", State.FAIL),
        ("shop/settings/dev.py", f"SECRET_KEY = '{_KEY}'\n", State.PASS),
        ("tests/settings.py", f"SECRET_KEY = '{_KEY}'\n", State.PASS),
        ("shop/settings.py", "SECRET_KEY = os.environ['SECRET_KEY']\n", State.PASS),
        ("shop/settings.py", "SECRET_KEY = 'change-me-1234-before-you-deploy'\n", State.PASS),
        ("shop/settings.py", f"# SECRET_KEY = '{_KEY}'\n", State.PASS),
        ("shop/settings.py", f"PUBLIC_KEY = '{_KEY}'\n", State.PASS),
    ],
)
def test_a_key_that_signs_is_none_of_settings(path: str, text: str, state: State) -> None:
    assert ask_item("env.no-secrets", {**_CLEAN, path: text}).state is state


def test_a_key_that_production_has_from_elsewhere_is_a_developer_s() -> None:
    files = {"shop/base.py": f"SECRET_KEY = '{_KEY}'\n", "shop/prod.py": "SECRET_KEY = env('SECRET_KEY')\n"}

    assert ask_item("env.no-secrets", {**_CLEAN, **files}).state is State.PASS


_SLACK = f"https://hooks.{'slack'}.com/services/T0AB3CD4E/B0FG5HI6J/{_word(24)}"
_OPENAI = f"sk-{_word(20)}T3Blbk{'FJ'}{_word(20)}"
_AZURE = f"AccountName=a;Account{'Key'}={_word(86)}=="


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("main.js", f"post('{_SLACK}')\n", State.FAIL),
        (
            "main.js",
            "post('https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX')\n",
            State.PASS,
        ),
        ("main.js", f"const a = '{_OPENAI}'\n", State.FAIL),
        ("main.js", f"const a = '{_AZURE}'\n", State.FAIL),
        ("main.js", "const a = 'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2'\n", State.PASS),
        # What Azure's emulators take from everybody.
        ("main.js", f"const a = 'Account{'Key'}=Eby8vdM02x{_word(76)}==;'\n", State.PASS),
        ("main.js", f"const a = 'Account{'Key'}=C2y6yDjf5/R{_word(75)}==;'\n", State.PASS),
        ("src/main/resources/application.yml", f"spring:\n  datasource:\n    password: {_word(14)}\n", State.FAIL),
        ("src/main/resources/application.yml", "spring:\n  datasource:\n    password: ${DB_PASSWORD}\n", State.PASS),
        ("src/main/resources/application.yml", "spring:\n  datasource:\n    password: postgres\n", State.PASS),
        ("src/main/resources/application-dev.yml", f"db:\n  password: {_word(14)}\n", State.PASS),
        ("src/main/resources/application.properties", f"spring.datasource.password={_word(14)}\n", State.FAIL),
        ("main.tf", f'resource "aws_db_instance" "a" {{\n  password = "{_word(14)}"\n}}\n', State.FAIL),
        ("main.tf", 'resource "aws_db_instance" "a" {\n  password = var.db_password\n}\n', State.PASS),
        (
            "main.tf",
            'resource "aws_db_instance" "a" {\n  password = data.aws_ssm_parameter.RdsPg14.value\n}\n',
            State.PASS,
        ),
    ],
)
def test_hooks_keys_and_passwords_that_a_machine_made_are_secrets(path: str, text: str, state: State) -> None:
    assert ask_item("env.no-secrets", {**_CLEAN, path: text}).state is state
