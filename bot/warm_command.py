"""`gonogo warm`: compile the engines' rules once, so that each check starts at once."""

from __future__ import annotations

import os
import sys

from bot.checks.secrets.engine import build_rule_cache
from bot.collect.folders import cache_folder, scratch_folder
from bot.collect.tools import EngineTools
from bot.progress import Progress


def warm() -> int:
    """Fill the cache folder.

    Raises:
        ToolError: the engine is not installed, or failed.
    """
    folder = cache_folder(os.environ)
    progress = Progress()
    with scratch_folder() as scratch:
        progress.step("compiling the rules of the secrets engine (some ten seconds, once)")
        try:
            build_rule_cache(EngineTools(scratch, folder))
        finally:
            progress.clear()
    sys.stderr.write(f"the engines' rules are compiled in {folder}\n")
    return 0
