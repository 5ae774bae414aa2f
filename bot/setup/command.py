"""The command lines of `gonogo init` and `gonogo doctor`. What they need is imported when they run."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_setup_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `init` and `doctor` to a command line."""
    _add_init(commands)
    _add_doctor(commands)


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "init",
        help="write the workflow and a starter policy into a checkout",
        description="Write the workflow that no pull request can change, and a starter policy, and show the step that "
        "leaves coverage reports. Asks before it replaces a file; without a terminal it replaces none but with --yes.",
        allow_abbrev=False,
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="a folder inside it; the current one")
    parser.add_argument(
        "--action", required=True, metavar="OWNER/NAME@COMMIT", help="where gonogo is taken from; a tag needs --online"
    )
    parser.add_argument("--online", action="store_true", help="ask GitHub for the commit that the tag stands for")
    parser.add_argument("--tests", default="", metavar="FILE", help="the workflow that runs the tests; the only one")
    parser.add_argument("--yes", action="store_true", help="replace files without asking")
    parser.set_defaults(run=_init)


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "doctor",
        help="say what of the set-up is missing, weak or not known",
        description="Look over the policy and the workflows of a checkout and, with a token in GH_TOKEN or "
        "GITHUB_TOKEN, the rules of the default branch. Ends with 1 where something is to be mended.",
        allow_abbrev=False,
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="a folder inside it; the current one")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="the repository on GitHub; the remote's")
    parser.set_defaults(run=_doctor)


def _init(arguments: argparse.Namespace) -> int:
    from bot.setup.init import init

    return init(arguments, os.environ)


def _doctor(arguments: argparse.Namespace) -> int:
    from bot.setup.doctor import doctor

    return doctor(arguments, os.environ)
