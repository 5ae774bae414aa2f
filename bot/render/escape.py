r"""Makes text harmless for the place where it goes. Nothing else in gonogo escapes.

Titles, paths, messages and reasons may hold what the author of a pull request chose. Three layers:

- `printable`: no character is invisible, reorders the line or controls a terminal; each such one stands as a
  visible escape (`\n`, `\xff` for a byte that is not UTF-8, `\u202e`).
- `escape_markdown_text`, `escape_html_text`, `code_span`: for GitHub's comments. Out of code, GitHub turns names,
  numbers, hashes, addresses and `:words:` of the *rendered* text into mentions and links, so a backslash or a
  character reference does not stop it; inside `<code>` it does not look. Words that are not plain become code.
- `escape_log_data`, `escape_log_property`: for the log commands of GitHub Actions.

Sources (read 2026-11-25): https://github.github.com/gfm/ (code spans, autolinks),
https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls,
https://github.com/gjtorikian/html-pipeline (no mention within pre, code, a, tt, style, script),
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts (log commands).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape as _escape_html
from urllib.parse import quote, urlsplit

# Unicode's Default_Ignorable_Code_Point and other blanks that `str.isprintable` lets through.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_MAX_MARKS = 2  # combining marks on one letter: Vietnamese needs two, a pile of them covers the lines around
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_OPENING = "(\"'\u201c\u2018\u00ab"
_CLOSING = ")\"'\u201d\u2019\u00bb.,;:!?\u2026"
_WORD = re.compile(
    rf"(?P<before>[{re.escape(_OPENING)}]*)(?P<core>.*?)(?P<after>[{re.escape(_CLOSING)}]*)",
    re.DOTALL,
)
_LETTERS = r"[^\W\d_]+"
_PLAIN = re.compile(
    rf"{_LETTERS}(?:['\u2019/\u2013-]{_LETTERS})*|{_LETTERS}\d{{1,4}}|\d{{1,4}}{_LETTERS}|\u2212?\d{{1,6}}(?:[.,:]\d{{1,6}})*%?"
    r"|(?:SHA|UTF)-\d{1,3}|e\.g|i\.e|"
)
_HEX = re.compile(r"[0-9a-fA-F]{7,}")
_SIGNS = frozenset("<>&%-+=/\u00b7\u00d7\u2013\u2014\u2192\u2264\u2265")
_MARKERS = frozenset("-+=")
_CODE = re.compile(r"(`[^`]+`)")
_FENCE_LIMIT = 8


def printable(text: str) -> str:
    r"""Text whose every character shows: others stand as escapes. Surrogate escapes are bytes, as `\xNN`."""
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) or unicodedata.category(char) == "Me" else 0
        hidden = not char.isprintable() or _BLANK.match(char) or marks > _MAX_MARKS
        out.append(_visible(char) if hidden else char)
    return "".join(out)


def _visible(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - what `os.fsdecode` makes of a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:  # noqa: PLR2004 - ASCII
        return _NAMED.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the two escapes' ranges


def decodable(text: str) -> str:
    r"""Text that every encoding of Unicode can carry: surrogate escapes stand as `\xNN`; the rest stays as it is."""
    return text if text.isascii() else re.sub("[\ud800-\udfff]", lambda found: _visible(found[0]), text)


def clip(text: str, limit: int) -> str:
    """Text of at most `limit` characters; what is cut shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"


def one_line(text: str) -> str:
    """Text with every run of white space, line breaks too, as one space, and the rest printable."""
    return printable(" ".join(text.split()))


def code_span(text: str) -> str:
    """Text as a Markdown code span that cannot be left, on one line; empty text shows as two quotes."""
    shown = printable(text).replace("<!--", "\\x3c!--") or '""'
    runs = {len(run) for run in re.findall("`+", shown)}
    length = next((n for n in range(1, _FENCE_LIMIT) if n not in runs), 0)
    if not length:
        # cmark reads no fence longer than 80 backticks.
        shown, length = shown.replace("`", "\\x60"), 1
    fence = "`" * length
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def escape_markdown_text(text: str) -> str:
    """Text as one line of GitHub's Markdown: plain words stay, `code` and every word that could act become code."""
    out = ""
    for shown, is_code in _words(text):
        escaped = code_span(shown) if is_code else _escape_plain(shown)
        # Two spans that touch would be read as one, with another end.
        out += " " + escaped if out.endswith("`") and escaped.startswith("`") else escaped
    return out


def escape_html_text(text: str) -> str:
    """The same for the HTML of a GitHub comment, where Markdown is not read but names and numbers still act."""
    return "".join(
        f"<code>{_escape_html(printable(shown))}</code>" if is_code else _escape_html(shown, quote=False)
        for shown, is_code in _words(text)
    )


def escape_page_text(text: str) -> str:
    """Text as HTML of a page of our own, on one line; what stands between backticks is code."""
    return "".join(
        f"<code>{_escape_html(part[1:-1])}</code>" if _CODE.fullmatch(part) else _escape_html(part)
        for part in _CODE.split(one_line(text))
    )


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text, its white space made single spaces, into pieces that are plain and pieces that must be code."""
    for part in _CODE.split(" ".join(text.split())):
        if _CODE.fullmatch(part):
            yield part[1:-1], True
            continue
        for piece in re.findall(r" +|[^ ]+", part):
            found = _WORD.fullmatch(piece)
            if found is None or piece in _SIGNS or not piece.strip() or _is_plain(found["core"]):
                yield piece, False
                continue
            yield found["before"], False
            yield found["core"], True
            yield found["after"], False


def _is_plain(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word)) and word == printable(word) and not _HEX.search(word)


def _escape_plain(text: str) -> str:
    # A sign, `1.` and `1)` could begin a list.
    text = _escape_html(text, quote=False)
    return f"\\{text}" if text in _MARKERS else re.sub(r"^(\d+)([.)])$", r"\1\\\2", text)


def escape_url_path(path: str) -> str:
    """A path in a URL, percent-encoded from its bytes; `/` stays."""
    return quote(path.encode("utf-8", "surrogateescape" if _only_escapes(path) else "surrogatepass"))


def _only_escapes(text: str) -> bool:
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", text)


def safe_url(url: str) -> str | None:
    """A web address that can stand in a Markdown link, an attribute or a terminal; None for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or not url.isascii():
        return None
    return quote(url, safe=":/?#[]@!$&*+,;=%~-._")


def escape_log_data(text: str) -> str:
    """Text as the message of a log command (`::error::...`)."""
    return _clean_log(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_log_property(text: str) -> str:
    """Text as the value of a log command's property (`::error file=...::`)."""
    return escape_log_data(text).replace(":", "%3A").replace(",", "%2C")


def _clean_log(text: str) -> str:
    return "".join(char if char in "\r\n" else printable(char) for char in text)
