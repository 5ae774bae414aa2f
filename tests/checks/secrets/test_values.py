from __future__ import annotations

import time

import pytest

from bot.checks.secrets.detector import find_in_context
from bot.checks.secrets.joined import join_literals
from bot.checks.secrets.names import Kind, classify
from bot.checks.secrets.text import decode
from bot.checks.secrets.values import Strength, judge
from tests.checks.secrets.make import Maker


@pytest.mark.parametrize(
    "value",
    [
        "changeme",
        "changeme123",
        "P@ssw0rd123",
        "your-api-key-here",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "${DB_PASSWORD}",
        "{{ .Values.password }}",
        "vault:secret/data/app",
        "settings.SECRET_KEY_2",
        "get_token()",
        "$2b$12$abcdefghijklmnopqrstuv",
        "ssh-rsa",
        "0123456789abcdef",
        "AAAAAAAAAAAAAAAAAAAA",
        "/run/secrets/db_password_1",
        "https://auth.example.com/token2",
        "2024-01-01T00:00:00Z",
        "AsyncOAuth2Client",
        "LicenseRef-scancode-3com-microcode",
        "two words 1A",
        "npm:^7.0.4",
        "workspace:^1.2.3-rc4",
        "^10.4.0-Beta1",
    ],
)
def test_what_only_looks_like_a_secret_is_none(value: str) -> None:
    assert judge(value) is Strength.NONE


@pytest.mark.parametrize("seed", range(20))
def test_what_a_machine_or_a_careful_person_mixes_is_strong(seed: int) -> None:
    maker = Maker(seed)

    assert [judge(value) for value in (maker.mixed(20), maker.hex(32), maker.base64(30))] == [Strength.STRONG] * 3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("DB_PASSWORD", Kind.PASSWORD),
        ("dbPass", Kind.PASSWORD),
        ("requirepass", Kind.PASSWORD),
        ("spring.datasource.password", Kind.PASSWORD),
        ("clientSecret", Kind.PASSWORD),
        ("X-Api-Key", Kind.TOKEN),
        ("AWS_SESSION_TOKEN", Kind.TOKEN),
        ("RAILS_MASTER_KEY", Kind.TOKEN),
        ("password_hash", None),
        ("token_url", None),
        ("secretName", None),
        ("PUBLIC_KEY", None),
        ("primary_key", None),
        ("compass", None),
        ("minipass", None),
        ("fs-minipass", None),
        ("tokenizer", None),
        ("author", None),
    ],
)
def test_a_name_says_what_its_value_is(name: str, kind: Kind | None) -> None:
    assert classify(name) is kind


def test_joined_literals_keep_their_line_numbers() -> None:
    text = 'a = 1\nb = "one" + \\\n    "two"\nc = "x" "y"\nd = f("x", "y")\n'

    assert join_literals(text) == '\nb = "onetwo"\n\nc = "xy"\n\n'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_is_text_in_any_encoding(encoding: str) -> None:
    assert decode("key = value\r\nnext = 1\r\n".encode(encoding)).lines == ["key = value", "next = 1", ""]


@pytest.mark.parametrize(
    "piece",
    [
        "key",
        "key=",
        "password = ",
        'secret"',
        "a://b:",
        "curl -u a:",
        "jwt.sign(",
        'a"+"',
        'a"' + " " * 190,
        "a'" + "\n   " * 60,
        "a`" + " + \n" * 50,
        "password" + " " * 190 + "=",
        "curl" + " " * 190 + "-u",
        "login ",
        "kind: Secret\n a: bb\n",
    ],
)
def test_hostile_texts_take_time_in_proportion_to_their_length(piece: str) -> None:
    def measure(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        find_in_context(text, "a.env")
        join_literals(text)
        return time.process_time() - start

    short, long = min(measure(50_000) for _ in range(3)), min(measure(200_000) for _ in range(2))

    assert long < 12 * max(short, 0.005)
