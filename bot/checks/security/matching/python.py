"""Which files are Python: by the ending of their name, or by the interpreter that the first line of a script names.

Source: https://docs.python.org/3/tutorial/appendix.html#executable-python-scripts, https://docs.astral.sh/uv/guides/scripts/
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import Final

ENDINGS: Final = (".py", ".pyi", ".pyw")
NOTEBOOK: Final = ".ipynb"
_SHEBANG = re.compile(rb"#![^\n]*(\b(python|pypy)[\d.]*\b|\b(uv|pipx)\s+run\b)")
_MAX_FIRST_LINE = 500


def may_be_python(path: str) -> bool:
    """Whether the name leaves it open: one of Python's, or one without an ending."""
    return path.endswith((*ENDINGS, NOTEBOOK)) or not PurePosixPath(path).suffix


def is_python(path: str, content: bytes) -> bool:
    """Whether a file is Python, a notebook included."""
    return path.endswith((*ENDINGS, NOTEBOOK)) or (
        may_be_python(path) and _SHEBANG.match(content[:_MAX_FIRST_LINE]) is not None
    )


def read_cells(notebook: str) -> list[str]:
    """The texts of a notebook's cells; none where it is no notebook."""
    try:
        return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
