"""What GitHub makes of Markdown: its own C library, then what of the result could act."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped] # it ships no types
from cmarkgfm.cmark import Options  # type: ignore[import-untyped] # the same

# What GitHub's filters look for in the text of the rendered page, out of code.
ACTIVE = re.compile(
    r"@[\w/-]|#\d|\bgh-\d|\b[0-9a-f]{7,64}\b|://|www\.|:[\w+-]+:|\bghsa-|\bcve-|\$|[\w.]@|\[\^|\[[ x]\]|mailto:",
    re.IGNORECASE,
)
_VOID = frozenset({"br", "hr", "img", "input"})


@dataclass
class Rendered(HTMLParser):
    """Tags in order, links, comments, the text out of code, and the text of headings."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)
    text: str = ""
    code: str = ""
    headings: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in _VOID:
            self.within.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if "code" in self.within:
            self.code += data
            return
        # Elements end the words that GitHub looks at.
        self.text += f"{data}\x00"
        if self.headings and re.fullmatch(r"h\d", self.within[-1] if self.within else ""):
            self.headings[-1] += data


def render(markdown: str) -> Rendered:
    """The Markdown of a comment as GitHub's library renders it, before its filters."""
    html = github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_HARDBREAKS)
    found = Rendered()
    found.feed(html)
    found.close()
    assert found.within == []
    return found
