"""The command `gonogo`: arguments in, exit status out. What a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import __version__
from bot.errors import GonogoError
from bot.interrupts import Interrupted, errors_of_interruption, raise_on_signals
from bot.model import ItemSource
from bot.settings import Limits

_BUG = "this is a bug of gonogo; please report the lines above, with the command, where gonogo is developed"
_EXIT_BUG = 4

FORMATS = ("terminal", "markdown", "json", "sarif", "html")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 go, 1 no-go, 2 usage or policy error, 3 the change cannot be read, 4 gonogo failed, 130 and 143 interrupted.
    """
    raise_on_signals()
    # Of pydantic's plugins gonogo uses none, and looking for them reads every installed package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    try:
        parsed = _parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = parsed.run
        with errors_of_interruption():
            return run(parsed)
    except GonogoError as error:
        sys.stderr.write(f"gonogo: {_one_line(str(error))}\n")
        return error.exit_status
    except Interrupted as request:
        return request.tell()
    except BrokenPipeError:
        # The reader of our output went away, as `head` does: there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except Exception:  # noqa: BLE001 - the last line of defence, named in the contract
        _report_bug()
        return _EXIT_BUG


def _one_line(text: str) -> str:
    return " ".join(
        "".join(c if c.isprintable() else " " for c in text.encode("utf-8", "backslashreplace").decode()).split()
    )


def _report_bug() -> None:
    """Print where it happened, never the values: a message may hold text of the change."""
    import traceback

    kind, _, trace = sys.exc_info()
    for frame in traceback.extract_tb(trace):
        sys.stderr.write(f"  {frame.filename}:{frame.lineno} in {frame.name}\n")
    sys.stderr.write(f"gonogo {__version__}: {kind.__name__ if kind else 'error'}: {_BUG}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gonogo",
        description="May this pull request be merged and run in production? One answer, with evidence.",
        epilog="Exit status: 0 go, 1 no-go, 2 usage or policy error, 3 the change cannot be read, 4 gonogo failed.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gonogo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_gate(commands)
    _add_setup(commands)
    _add_explain(commands)
    _add_demo(commands)
    _add_policy(commands)
    _add_record(commands)
    _add_warm(commands)
    _add_action(commands)
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _add_check(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "check",
        help="judge a range of commits of a local repository",
        description="Judge what HEAD adds to the base branch. Writes nothing but its output, and opens no connection "
        "unless one is asked for.",
        allow_abbrev=False,
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="a folder inside it; the current one")
    parser.add_argument(
        "--base",
        metavar="REV",
        help="what to merge into; the tip of the default branch, none where the policy audits",
    )
    parser.add_argument("--head", default="HEAD", metavar="REV", help="what is to be merged; HEAD")
    parser.add_argument(
        "--policy", metavar="FILE|NAME", help="a policy file or a shipped policy; .github/gonogo.yml at the base"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="PREFIX", help="only items whose id begins so; may be repeated"
    )
    _add_coverage(parser)
    _add_sarif(parser)
    _add_gate_report(parser)
    _add_advisories(parser)
    _add_limits(parser)
    add_output(parser)
    parser.set_defaults(run=_check)


def _add_coverage(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("coverage", "Reports of any known format, folders or archives that hold them.")
    for side, words in (("", "what is to be merged"), ("base-", "the merge base, or of a commit before it")):
        group.add_argument(
            f"--{side}coverage",
            action="append",
            default=[],
            metavar="PATH",
            help=f"a report of {words}; may be repeated",
        )
        group.add_argument(f"--{side}coverage-sha", default="", metavar="SHA", help="the commit that was measured")


def _add_sarif(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("other tools", "SARIF 2.1.0 files, folders or archives that hold them.")
    for name, words in (("sarif", "what is to be merged"), ("base-sarif", "the merge base, by the same tools")):
        group.add_argument(
            f"--{name}", action="append", default=[], metavar="PATH", help=f"a SARIF file of {words}; may be repeated"
        )


def _add_gate(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "gate",
        help="judge a deployment by asking the running service",
        description="Ask a running service whether it is healthy, safe and fast enough to stay. Only the hosts that "
        "the policy or the options name are asked; docs/deploy-gate.md shows it in a workflow.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--policy", metavar="FILE|NAME", help="a policy of the gate; .github/gonogo-gate.yml, else deploy-gate"
    )
    parser.add_argument(
        "--url", action="append", default=[], metavar="URL", help="the service, as users reach it; may be repeated"
    )
    parser.add_argument("--prometheus", metavar="URL", help="the Prometheus that scrapes it")
    parser.add_argument("--sha", metavar="SHA", help="the commit that was deployed")
    parser.add_argument(
        "--environment", metavar="NAME", help="tell GitHub how the commit's deployment to this environment fares"
    )
    parser.add_argument(
        "--wait", type=_count, default=0, metavar="SECONDS", help="how long it may take until all is well; no wait"
    )
    add_output(parser)
    parser.set_defaults(run=_gate)


def _add_advisories(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("advisories", "Who knows of vulnerable packages. Without one nobody is asked.")
    group.add_argument("--online", action="store_true", help="ask osv.dev about the packages that the change adds")
    group.add_argument("--osv-url", default="", metavar="URL", help="ask this service, which speaks OSV's API, instead")
    group.add_argument("--advisories", type=Path, metavar="DIR", help="a folder of OSV's JSON files and zip archives")


def _add_gate_report(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what runs")
    group.add_argument(
        "--gate-report",
        type=Path,
        metavar="FILE",
        help="the JSON report of `gonogo gate` for the head: it answers what no file can show",
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("limits", "What is past one is named as not checked.")
    for name, words in (
        ("max-file-bytes", "a larger file is not read"),
        ("max-total-bytes", "all files read together"),
        ("max-diff-bytes", "the text of the whole difference"),
        ("max-files", "changed files"),
        ("max-commits", "commits of the range"),
    ):
        default = getattr(Limits, name.replace("-", "_"))
        group.add_argument(f"--{name}", type=_count, default=default, metavar="N", help=f"{words} ({default:,})")
    group.add_argument(
        "--time-budget", type=_count, default=int(Limits.budget_s), metavar="SECONDS", help="all checks together (120)"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what to print, and where."""
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=FORMATS, default="terminal", help="what to print; terminal")
    group.add_argument("--output", type=Path, metavar="FILE", help="write it to a file instead of stdout")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _add_explain(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "explain",
        help="say what a readiness item asks, and what a repository has of it",
        description="Say what an item of the production-readiness list asks, why, what counts and how to fix it; with "
        "--repo, what was looked at there and why it decided so.",
        allow_abbrev=False,
    )
    parser.add_argument("item", metavar="ITEM", help="its id, with or without `readiness.`")
    parser.add_argument("--repo", type=Path, metavar="DIR", help="a folder inside a repository")
    parser.add_argument("--head", default="HEAD", metavar="REV", help="what to look at there; HEAD")
    parser.add_argument("--policy", metavar="FILE|NAME", help="the policy that has the item; production-readiness")
    parser.set_defaults(run=_explain)


def _add_demo(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "demo",
        help="make a small repository with a bad pull request and judge it",
        description="Make a small repository with a bad pull request in a temporary folder, judge it and show the "
        "result. Needs no network.",
        allow_abbrev=False,
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the repository in this new folder and keep it")
    add_output(parser)
    parser.set_defaults(run=_demo)


def _add_setup(commands: _Commands[argparse.ArgumentParser]) -> None:
    from bot.setup.command import add_setup_parsers

    add_setup_parsers(commands)


def _add_policy(commands: _Commands[argparse.ArgumentParser]) -> None:
    from bot.checks import CHECKS
    from bot.policy.command import add_policy_parser

    add_policy_parser(commands, CHECKS, _gate_items)


def _gate_items() -> Sequence[ItemSource]:
    from bot.gate.registry import GATE

    return GATE


def _add_record(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "coverage",
        help="keep coverage of the default branch, for pull requests to be compared with",
        description="Keep baselines of coverage in the repository, as git notes.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    record = actions.add_parser(
        "record",
        help="keep the reports of a commit",
        description="Keep the coverage of a commit of the default branch as a git note, where the policy says "
        "`store: notes`. It is written to the checkout alone; push refs/notes/gonogo-coverage.",
        allow_abbrev=False,
    )
    record.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="a folder inside it; the current one")
    record.add_argument("--coverage", action="append", required=True, metavar="PATH", help="a report; may be repeated")
    record.add_argument("--coverage-sha", default="HEAD", metavar="SHA", help="the commit that was measured; HEAD")
    record.set_defaults(run=_record)


def _add_warm(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "warm",
        help="compile the engines' rules once, so that each check starts at once",
        description="Compile the engines' rules into the cache folder. Takes some ten seconds, once for each version.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=_warm)


def _add_action(commands: _Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "action",
        help="judge a pull request inside GitHub Actions",
        description="Read the event and the inputs that GitHub Actions gives, judge, and publish comment and status.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=_action)


def _check(arguments: argparse.Namespace) -> int:
    from bot.check_command import check

    return check(arguments)


def _gate(arguments: argparse.Namespace) -> int:
    from bot.gate_command import gate

    return gate(arguments)


def _explain(arguments: argparse.Namespace) -> int:
    from bot.explain_command import explain

    return explain(arguments)


def _demo(arguments: argparse.Namespace) -> int:
    from bot.demo import demo

    return demo(arguments)


def _record(arguments: argparse.Namespace) -> int:
    from bot.coverage_command import record

    return record(arguments)


def _warm(_: argparse.Namespace) -> int:
    from bot.warm_command import warm

    return warm()


def _action(_: argparse.Namespace) -> int:
    from bot.action import run_action

    return run_action(os.environ)


if __name__ == "__main__":
    sys.exit(main())
