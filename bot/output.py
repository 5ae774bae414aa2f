"""Writes a report in the format asked for, to stdout or into a file."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from bot.errors import UsageError
from bot.model import Report


def write_report(report: Report, form: str, output: Path | None) -> None:
    """Write a report, always as UTF-8 with a line break at its end.

    Raises:
        UsageError: the file cannot be written.
    """
    text = _render(report, form, to_terminal=output is None)
    content = text.encode("utf-8") + (b"" if text.endswith("\n") else b"\n")
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        _replace(output, content)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; what is no regular file (`/dev/stderr`, a pipe) is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _render(report: Report, form: str, *, to_terminal: bool) -> str:
    match form:
        case "json":
            from bot.render.as_json import render_json

            return render_json(report)
        case "sarif":
            from bot.render.sarif import render_sarif

            return render_sarif(report)
        case "markdown":
            from bot.render.markdown import render_summary

            return render_summary(report)
        case "html":
            from bot.render.as_html import render_html

            return render_html(report)
        case _:
            from bot.render.terminal import render_terminal

            color = to_terminal and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            return render_terminal(report, color=color, width=shutil.get_terminal_size().columns)
