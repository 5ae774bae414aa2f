"""Bad input of every format: never an exception, never a lost minute, never silence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.model import NotRead
from tests.checks.security.dependencies.locks.make import read_all, read_one
from tests.checks.security.dependencies.locks.test_samples import SAMPLES, real_name

MANIFESTS = (
    *("package.json", "pyproject.toml", "Pipfile", "setup.cfg", "setup.py", "requirements.in", "Cargo.toml"),
    *("Gemfile", "composer.json", "build.gradle"),
)
NAMES = sorted({real_name(sample) for sample in SAMPLES} | {*MANIFESTS})
MARKED = [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]

NO_TEXT = {
    "a NUL": b"\0",
    "a NUL within": b"name==1.0\n\0\n",
    "no UTF-8": b"name==1.0\n\xff\n",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "half a UTF-16": b"\xff\xfe\x41",
}
LONG = {
    "brackets": "[" * 100_000,
    "braces": '{"a":' * 200_000,
    "tables": "[[a]]\n" * 20_000,
    "quotes": '"' + '\\"' * 200_000,
    "triple quotes": 'a = """' + '\\"""' * 200_000,
    "dots": "a." * 100_000 + "a = 1\n",
    "lines": "\n" * 200_000,
    "blanks": " " * 200_000,
    "backslashes": "\\\n" * 200_000,
    "elements": "<a>" * 100_000,
    "dashes": "- " * 100_000,
    "commas": "," * 100_000,
    "digits": '{"lockfileVersion": ' + "1" * 100_000 + "}",
    "at signs": "@" * 200_000,
    "one word": "a" * 200_000,
    "blanks within": f"[options]\na{' ' * 100_000}b\n",
    "blanks within a requirement": f"a{' ' * 10_000}!\n",
    "blanks before a comment": f"a{' ' * 100_000}b#\n",
    "blanks before an option": f"a{' ' * 100_000}b -\n",
    "blanks within a list": f'[project]\ndependencies = ["a{" " * 10_000}!"]\n',
    "blanks within a call": f'setup(install_requires=["a{" " * 10_000}!"])\n',
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content", NO_TEXT.values(), ids=NO_TEXT.keys())
def test_what_is_no_text_is_not_read(name: str, content: bytes) -> None:
    file = read_one(name, content)

    assert file.unknowns
    assert not file.packages


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_text_takes_long_or_breaks_the_reader(name: str, text: str) -> None:
    started = time.process_time()

    file = read_one(name, text)

    assert time.process_time() - started < 8
    assert len(file.unknowns) <= 52


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_lock_that_is_cut_off_or_damaged_never_breaks_the_reader(sample: Path) -> None:
    content = sample.read_bytes()

    for cut in range(0, len(content), max(1, len(content) // 60)):
        read_one(real_name(sample), content[:cut])
        read_one(real_name(sample), content[:cut] + content[cut + 7 :])
        read_one(real_name(sample), content[:cut] + b'"' + content[cut:])
        read_one(real_name(sample), content[:cut] + b"{" + content[cut:])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize(("mark", "encoding"), MARKED, ids=["UTF-8", "UTF-16-LE", "UTF-16-BE"])
def test_a_byte_order_mark_changes_nothing(sample: Path, mark: bytes, encoding: str) -> None:
    text = sample.read_text("utf-8")

    assert read_one(real_name(sample), mark + text.encode(encoding)) == read_one(real_name(sample), text)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_line_ends_of_windows_change_nothing(sample: Path) -> None:
    content = sample.read_bytes()

    assert read_one(real_name(sample), content.replace(b"\n", b"\r\n")) == read_one(real_name(sample), content)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_the_tree_does_not_give_is_named(name: str) -> None:
    [file] = read_all({name: NotRead(reason="larger than 5 MiB", settle="make it smaller")})

    assert [(one.path, one.reason) for one in file.unknowns] == [(name, "larger than 5 MiB")]
