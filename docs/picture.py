# ruff: noqa: INP001 - docs/ is no package
"""Draws docs/comment.png and docs/comment-phone.png: a comment as GitHub shows it, on a desktop and on a phone.

    python -m docs.picture              # the comment of `gonogo demo`
    python -m docs.picture comment.md   # any comment's Markdown

Needs cmarkgfm (GitHub's own Markdown library) and, on the machine, Chromium, npm for `github-markdown-css` (kept in
.cache/), and the fonts that GitHub's style asks for on Linux: Noto Sans, Liberation Mono, Noto Color Emoji
(Debian: fonts-noto-core, fonts-liberation2, fonts-noto-color-emoji).
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped] # it ships no types
from cmarkgfm.cmark import Options  # type: ignore[import-untyped] # the same

from bot.check_command import Range, assess_range
from bot.collect.folders import scratch_folder
from bot.collect.sample import make_repository
from bot.demo import make_commits
from bot.render.markdown import render_comment
from bot.settings import Limits

_DOCS = Path(__file__).resolve().parent
_CACHE = _DOCS.parent / ".cache"
_STYLE = "github-markdown-css@5.9.0"
_CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>{style}
body {{ margin: 0; padding: {margin}px; box-sizing: border-box; width: {width}px; background: #fff; }}
.comment {{ border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden; }}
.by {{ font: 14px "Noto Sans", sans-serif; padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0;
       color: #59636e; }}
.by b {{ color: #1f2328; }}
.by i {{ font-style: normal; font-size: 12px; border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 6px; }}
.markdown-body {{ font-size: 14px; padding: 16px; font-family: "Noto Sans", sans-serif; }}
.markdown-body code {{ font-family: "Liberation Mono", monospace; }}
</style>
<div class="comment"><div class="by"><b>github-actions</b> <i>bot</i> commented now</div>
<div class="markdown-body">{body}</div></div>
<script>document.title = "height:" + Math.ceil(document.documentElement.getBoundingClientRect().height)</script>
"""


@dataclass(frozen=True)
class Screen:
    """A picture's name; its width and the space around the comment, in CSS pixels; pixels of the picture for each."""

    name: str
    width: int
    margin: int
    scale: int


DESKTOP = Screen(name="comment.png", width=860, margin=12, scale=1)
PHONE = Screen(name="comment-phone.png", width=390, margin=8, scale=2)


def render_page(markdown: str, screen: Screen) -> str:
    """The Markdown of a comment as a page in GitHub's look; line breaks count, as they do in comments."""
    body = github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_HARDBREAKS)
    return _PAGE.format(style=_style(), width=screen.width, margin=screen.margin, body=body)


def take_picture(page: str, screen: Screen, picture: Path) -> None:
    """Write the page as a PNG, as high as it is."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page, encoding="utf-8")
        dumped = _chromium(folder, f"--window-size={screen.width},200", "--dump-dom", source.as_uri())
        found = re.search(r"<title>height:(\d+)", dumped)
        height = int(found[1]) if found else screen.width
        _chromium(
            folder,
            f"--window-size={screen.width},{height}",
            f"--force-device-scale-factor={screen.scale}",
            f"--screenshot={picture.resolve()}",
            source.as_uri(),
        )


def _chromium(folder: str, *args: str) -> str:
    program = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    command = [program, *_CHROMIUM, f"--user-data-dir={folder}/profile", *args]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603 - ours


def _style() -> str:
    style = _CACHE / "github-markdown-light.css"
    if not style.exists():
        _CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            command = ["npm", "pack", "--silent", "--pack-destination", folder, _STYLE]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ours
            [archive] = Path(folder).glob("*.tgz")
            shutil.unpack_archive(archive, folder, filter="data")
            shutil.copy(Path(folder, "package", style.name), style)
    return style.read_text(encoding="utf-8")


def render_demo() -> str:
    """The comment on the pull request of `gonogo demo`, judged for real, as if it stood at GitHub."""
    with scratch_folder() as scratch:
        make_repository(scratch / "shop.git", make_commits())
        report = assess_range(Range(folder=scratch / "shop.git", base="main", head="add-payments"), Limits())
    shown = replace(report, repository="octo/shop", url="https://github.com/octo/shop", pull_request=17, notes=())
    return render_comment(shown, mark="<!-- gonogo -->", full_report=None)


def main() -> None:
    """Draw both pictures."""
    parser = argparse.ArgumentParser(prog="python -m docs.picture", description="draw a comment as GitHub shows it")
    parser.add_argument("markdown", type=Path, nargs="?", help="a comment's Markdown; left out, that of the demo")
    parser.add_argument("--folder", type=Path, default=_DOCS, help="where the pictures go")
    args = parser.parse_args()
    text = args.markdown.read_text(encoding="utf-8") if args.markdown else render_demo()
    for screen in (DESKTOP, PHONE):
        take_picture(render_page(text, screen), screen, args.folder / screen.name)


if __name__ == "__main__":
    main()
