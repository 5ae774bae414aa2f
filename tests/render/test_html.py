"""The HTML page needs nothing from outside and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

import pytest

from bot.model import Report
from bot.render.as_html import render_html
from tests.render.gfm import Rendered
from tests.render.reports import ALL, NASTY, NO_GO, SHALLOW, hostile, many


def templates() -> dict[str, str]:
    """The sources of all templates."""
    folder = files("bot.render").joinpath("templates")
    return {entry.name: entry.read_text() for entry in folder.iterdir() if entry.name.endswith(".j2")}


class Page(Rendered):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag in {"meta", "link"}:
            self.within.pop()


def parse(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page.within == []
    return page


@pytest.mark.parametrize("judged", ALL.values(), ids=ALL)
def test_a_page_is_whole_and_needs_nothing(judged: Report) -> None:
    html = render_html(judged)
    page = parse(html)
    style = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    [policy] = re.findall('http-equiv="Content-Security-Policy" content="(.*?)"', html)

    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style[0]
    assert "@import" not in style[0]


def test_a_page_says_what_the_comment_says() -> None:
    html = render_html(NO_GO)

    assert "<h1><b>No go</b> 1 of 3 required items fails, with 1 warning</h1>" in html
    assert "GitHub personal access token <code>ghp_…</code> (40 characters)" in html
    assert "no longer in the files, but still in the history" in html
    assert '<a href="https://github.com/octo/shop/blob/' in html
    assert "<b>To settle it:</b>" in render_html(SHALLOW)


def test_a_page_with_very_many_findings_says_how_many_are_left_out() -> None:
    html = render_html(many(5_000))

    assert html.count("How to fix") == 2_000 + 3
    assert "3,000 more are not shown on this page" in html


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_adds_no_element_and_no_attribute(text: str) -> None:
    html = render_html(hostile(text))
    page, plain = parse(html), parse(render_html(hostile("word")))

    assert set(page.tags) <= set(plain.tags) | {"a", "br"}
    assert page.attributes <= plain.attributes | {"href", "rel"}
    assert all(
        link.startswith(("#item-", "https://github.com/octo/shop/", "https://evil.example/")) for link in page.links
    )
    assert html.replace("\n", "").isprintable()
    html.encode()
