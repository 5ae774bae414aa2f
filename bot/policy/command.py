"""`gonogo policy validate | show | schema`: the commands about policies, which need no repository."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from bot.errors import PolicyError, UsageError
from bot.model import ItemSource
from bot.policy.values import DEFAULT_POLICY, GATE_POLICY, POLICY_PATH

if TYPE_CHECKING:
    from bot.policy.values import Policy


_Parsers: TypeAlias = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def add_policy_parser(
    subparsers: _Parsers[argparse.ArgumentParser],
    checks: Sequence[ItemSource],
    gate: Callable[[], Sequence[ItemSource]] = tuple,
) -> None:
    """Add `policy` with its three commands to a command line.

    Args:
        subparsers: of the command line.
        checks: all that a policy of pull requests may name items of.
        gate: gives the same for a policy of the deploy gate.
    """
    parser = subparsers.add_parser("policy", help="look at policies: validate, show, schema")
    commands = parser.add_subparsers(dest="policy_command", metavar="COMMAND", required=True)
    validate = commands.add_parser("validate", help="say whether policy files are valid; 2 where one is not")
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE")
    show = commands.add_parser("show", help="print the policy that counts, with what it extends and all defaults")
    show.add_argument(
        "policy",
        nargs="?",
        metavar="NAME|FILE",
        help=f"a shipped policy or a file; {POLICY_PATH} where there is one, else {DEFAULT_POLICY}",
    )
    schema = commands.add_parser("schema", help="print the JSON Schema of policy files")
    for command in (validate, show, schema):
        command.add_argument("--gate", action="store_true", help="policies of the deploy gate")
    parser.set_defaults(run=lambda args: run_policy_command(gate() if args.gate else checks, args))


def run_policy_command(checks: Sequence[ItemSource], args: argparse.Namespace) -> int:
    """Do what was asked for; return the exit status. Results go to stdout, faults to stderr, one line each.

    Raises:
        PolicyError: the policy to show is not valid.
        UsageError: the policy to show is not there.
    """
    match args.policy_command:
        case "validate":
            return validate_files(args.files, checks, sys.stderr)
        case "show":
            from bot.policy.effective import render_policy

            sys.stdout.write(render_policy(load_policy(args.policy or (GATE_POLICY if args.gate else None), checks)))
        case _:
            from bot.policy.schema import render_schema

            sys.stdout.write(render_schema(checks))
    return 0


def validate_files(files: Sequence[Path], checks: Sequence[ItemSource], errors: TextIO) -> int:
    """Write a line for each file that is no valid policy; return 2 where there is one, else 0."""
    status = 0
    for path in files:
        try:
            _load_file(path, checks)
        except (PolicyError, UsageError) as error:
            errors.write(f"{error}\n")
            status = error.exit_status
    return status


def load_policy(named: str | None, checks: Sequence[ItemSource]) -> Policy:
    """The policy of a shipped name or a file; with none named, the folder's own or else the default.

    A shipped name comes before a file of that name: the folder may be a checkout of somebody else's change.

    Raises:
        PolicyError: it is not valid.
        UsageError: nothing of that name is there, or it cannot be read.
    """
    from bot.policy.faults import near
    from bot.policy.load import shipped_names, shipped_policy

    path = Path(named or POLICY_PATH)
    if named not in shipped_names() and path.exists():
        return _load_file(path, checks)
    name = named or DEFAULT_POLICY
    if name not in shipped_names():
        raise UsageError(f"{name}: neither a file nor a shipped policy{near(name, shipped_names())}")
    return shipped_policy(name, checks)


def _load_file(path: Path, checks: Sequence[ItemSource]) -> Policy:
    from bot.policy.load import parse_policy
    from bot.policy.yaml_values import MAX_BYTES

    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {(error.strerror or 'unknown').lower()}") from error
    return parse_policy(text, str(path), checks)
