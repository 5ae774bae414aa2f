"""Text from a pull request is harmless wherever it goes."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.render.escape import (
    clip,
    code_span,
    decodable,
    escape_html_text,
    escape_log_data,
    escape_log_property,
    escape_markdown_text,
    escape_url_path,
    printable,
    safe_url,
)
from tests.render.gfm import ACTIVE, render
from tests.render.reports import NASTY

MARKS = "`@#<>&[]()!*_~|\\$:/.-+= \n\t1aAbx\u202e\u200b\udcff"
nasty_text = st.one_of(
    st.text(st.characters()),
    st.text(st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Zs", "Lo"])),
    st.text(MARKS),
    st.lists(st.sampled_from(NASTY), max_size=4).map("".join),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, Zoë and 日本語", "plain, Zoë and 日本語"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("\x1b[31m\x07", "\\x1b[31m\\x07"),
        ("\u202egnp\u200b\ufeff", "\\u202egnp\\u200b\\ufeff"),
        ("\x85\u2028\u00a0", "\\u0085\\u2028\\u00a0"),
        ("\U000e0041\ufe0f\u3164", "\\U000e0041\\ufe0f\\u3164"),
        ("\ud800", "\\ud800"),
        ("Tiếng Việt e\u0302\u0301", "Tiếng Việt e\u0302\u0301"),
        ("e\u0301\u0302\u0303", "e\u0301\u0302\\u0303"),
    ],
)
def test_what_would_not_show_stands_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(nasty_text)
def test_printable_text_is_printable_and_stays_so(text: str) -> None:
    shown = printable(text)

    assert shown.isprintable()
    assert printable(shown) == shown


@given(nasty_text)
def test_decodable_text_can_be_encoded_and_else_is_the_same(text: str) -> None:
    decodable(text).encode()
    assert decodable(text) == text or any("\ud800" <= char <= "\udfff" for char in text)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("2 secrets, 1 of them only in the history", "2 secrets, 1 of them only in the history"),
        ('the "first" (and/or last) don\'t', 'the "first" (and/or last) don\'t'),
        ("79.2% of 1,200 lines in 3 s, e.g. UTF-8", "79.2% of 1,200 lines in 3 s, e.g. UTF-8"),
        ("86.27 % covered, \u221213.72 points", "86.27 % covered, \u221213.72 points"),
        ("set `DEBUG` to false", "set `DEBUG` to false"),
        ("cc @octocat, please", "cc `@octocat`, please"),
        ("fixes #1 and GH-2", "fixes `#1` and `GH-2`"),
        ("see https://example.org.", "see `https://example.org`."),
        ("src/app.py:3 <b>", "`src/app.py:3` `<b>`"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("- one", "\\- one"),
        ("1. one", "1\\. one"),
        ("deadbeef faced", "`deadbeef` faced"),
        ("under_score *bold*", "`under_score` `*bold*`"),
        ("a\n\n# b", "a `#` b"),
        ("`a``b`", "`a` `b`"),
        ("", ""),
    ],
)
def test_plain_words_stay_and_others_become_code(text: str, markdown: str) -> None:
    assert escape_markdown_text(text) == markdown


@given(nasty_text)
@example("`a`` @octocat `` `b` @octocat")
@example("``` @octocat ` #1 `` #1")
def test_markdown_text_is_one_paragraph_in_which_nothing_acts(text: str) -> None:
    rendered = render(f"start {escape_markdown_text(text)} end")

    assert set(rendered.tags) <= {"p", "code"}
    assert rendered.tags.count("p") == 1
    assert not ACTIVE.search(rendered.text)
    assert rendered.text.startswith("start ")
    assert rendered.text.rstrip("\x00\n").endswith(" end")


@given(nasty_text)
def test_text_in_the_html_of_a_comment_does_not_act_either(text: str) -> None:
    rendered = render(f"<details><summary>start {escape_html_text(text)} end</summary>\n\nbody\n\n</details>")

    assert [tag for tag in rendered.tags if tag != "code"] == ["details", "summary", "p"]
    assert not ACTIVE.search(rendered.text)


@given(nasty_text)
@example("".join("`" * number + " " for number in range(1, 90)))
@example("`" * 100)
def test_a_code_span_holds_its_text_and_nothing_else(text: str) -> None:
    rendered = render(f"start {code_span(text)} end")

    assert rendered.tags == ["p", "code"]
    assert rendered.text == "start \x00 end\x00\n\x00"
    assert "<!--" not in rendered.code
    assert rendered.code.replace("\\x60", "`").replace("\\x3c!--", "<!--").strip(" ") == (
        printable(text) or '""'
    ).strip(" ")


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("src/app.py", "src/app.py"),
        ("a b/#?%.py", "a%20b/%23%3F%25.py"),
        (os.fsdecode(b"caf\xe9"), "caf%E9"),
        ("caf\u00e9", "caf%C3%A9"),
        ("a:b\n", "a%3Ab%0A"),
        ("\ud800", "%ED%A0%80"),
    ],
)
def test_a_path_in_an_address_is_encoded_from_its_bytes(path: str, encoded: str) -> None:
    assert escape_url_path(path) == encoded


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
        ("http://example.org/(a)[b]%20", "http://example.org/%28a%29[b]%20"),
        ('https://example.org/"><b>', "https://example.org/%22%3E%3Cb%3E"),
        ("https://example.org/a`b\n", "https://example.org/a%60b%0A"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://github.com@evil.example/", None),
        ("https://ex\u0430mple.org/", None),
        ("https:///path", None),
        ("//example.org", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_only_web_addresses_become_links(url: str, safe: str | None) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        ("plain", "plain", "plain"),
        ("a%b\r\nc", "a%25b%0D%0Ac", "a%25b%0D%0Ac"),
        ("::set-output name=x::y", "::set-output name=x::y", "%3A%3Aset-output name=x%3A%3Ay"),
        ("a,b:c", "a,b:c", "a%2Cb%3Ac"),
        ("\x1b\u202e\udcff", "\\x1b\\u202e\\xff", "\\x1b\\u202e\\xff"),
    ],
)
def test_log_commands_hold_one_line(text: str, data: str, value: str) -> None:
    assert escape_log_data(text) == data
    assert escape_log_property(text) == value


@given(nasty_text)
def test_a_log_command_cannot_end_early(text: str) -> None:
    assert escape_log_data(text).isprintable()
    assert not {":", ","} & set(escape_log_property(text))


def test_what_is_cut_shows() -> None:
    assert clip("abcdef", 4) == "abc\u2026"
    assert clip("abcd", 4) == "abcd"
