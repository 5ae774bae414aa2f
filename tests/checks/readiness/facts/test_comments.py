from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.comments import without_comments


@pytest.mark.parametrize(
    ("path", "text", "kept"),
    [
        ("a.ts", "a() // b()\nurl = 'http://x' /* c\nd */ e", "a() \nurl = 'http://x' \n e"),
        ("a.py", 'a() # b()\n"""# kept"""', 'a() \n"""# kept"""'),
        ("a.yml", "a: b#c # d\n#e: f", "a: b#c \n"),
        ("Dockerfile", "FROM a\n# FROM b", "FROM a\n"),
        ("a.sql", "select 1 -- 2", "select 1 "),
        ("a.md", "a <!-- b\nc --> d # e", "a \n d # e"),
        ("a.tf", "a = 1 # b\nc = 2 // d", "a = 1 \nc = 2 "),
        ("a.php", "#[Test]\nfunction f() {} # b\n# c\n/** d */", "#[Test]\nfunction f() {} \n\n"),
        ("a.php", "/**\n * @test\n */\nfunction f() {} // b", "/**\n * @test\n */\nfunction f() {} "),
        ("a.bin", "# kept", "# kept"),
    ],
)
def test_comments_are_left_out_and_lines_stay(path: str, text: str, kept: str) -> None:
    shown = without_comments(path, text)

    assert [" ".join(line.split()) for line in shown.split("\n")] == [
        " ".join(line.split()) for line in kept.split("\n")
    ]


@pytest.mark.parametrize("text", ['"' * 200_000, "/*" * 200_000, "<!--" * 100_000, '"""' * 100_000, "\\" * 200_000])
@pytest.mark.parametrize("path", ["a.ts", "a.py", "a.md", "a.php", "a.sql"])
def test_no_text_takes_long(path: str, text: str) -> None:
    started = time.process_time()
    without_comments(path, text)

    assert time.process_time() - started < 1
