"""Of the log's lines only ours are commands, whatever the others say."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest

from bot.publish.log import Log


def obeyed(log: str) -> Iterator[str]:
    """The commands that a runner obeys in a log, in order."""
    word = None
    for line in log.splitlines():
        command = re.match(r"\s*::(?P<name>[^ :]+)(?P<rest>.*?)::(?P<data>.*)", line) or re.search(
            r"##\[(?P<name>[^ \]]+)(?P<rest>.*?)\](?P<data>.*)", line
        )
        if command is None:
            continue
        if word is not None:
            word = None if command["name"] == word else word
        elif command["name"] == "stop-commands":
            word = command["data"]
        else:
            yield line


@pytest.mark.parametrize(
    "text",
    [
        "::set-output name=verdict::go",
        "  ::add-mask::e",
        "x ##[set-output name=verdict;]go",
        "a\n::error::b",
        "a\r::error::b",
        "::stop-commands::x",
        "\udcff::error::b",
    ],
)
def test_no_text_is_a_command(text: str) -> None:
    stream = io.BytesIO()
    log = Log(stream)

    with log.guarded():
        log.line(text)
        log.block(text)
        log.command("error", f"first\n{text}", path=text, line=3)
        log.line(text)

    [command] = obeyed(stream.getvalue().decode())
    assert re.fullmatch(r"::error file=[^:\n]*,line=3::first%0A[^\n]*", command)


def test_past_ten_a_message_is_a_line() -> None:
    stream = io.BytesIO()
    log = Log(stream)

    with log.guarded():
        for number in range(12):
            log.command("warning", f"number {number}")

    text = stream.getvalue().decode()
    assert list(obeyed(text)) == [f"::warning::number {number}" for number in range(10)]
    assert "\nwarning: number 11\n" in text


def test_the_word_that_ends_the_silence_is_another_each_time() -> None:
    words = set()
    for _ in range(2):
        stream = io.BytesIO()
        with Log(stream).guarded():
            pass
        words.add(stream.getvalue())

    assert len(words) == 2
