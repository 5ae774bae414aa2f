"""What each rule weighs, and what to do about it. Source: https://docs.astral.sh/ruff/rules/#flake8-bandit-s."""

from __future__ import annotations

HIGH = frozenset(
    [
        *("S102", "S202", "S301", "S306", "S307", "S324", "S602", "S605", "S608", "S701", "B614"),
        *(f"S50{digit}" for digit in range(1, 10)),
    ]
)
# Right too seldom to stop a change.
NOTES = frozenset({"S101", "S110", "S112", "S311", "S603", "S607"})
# What tests do by their nature.
QUIET_IN_TESTS = frozenset({"S101", "S105", "S106", "S107", "S108"})
# Bandit's tests that ruff answers as well, or that are notes alone. Spelled out: bandit takes no range.
SKIPPED_BY_BANDIT = (
    *("B101", "B110", "B112", "B308", "B603", "B607"),
    *(f"B{number}" for number in range(401, 416) if number != 414),  # noqa: PLR2004 - there is no B414
)
# Text that is marked as safe: bandit's B703 looks where it comes from.
MARK_SAFE = "S308"
_ONLY_BANDIT = frozenset({"B613", "B614", "B615"})
_FIXES = {
    "S102": "call the code that is meant, in place of `exec`",
    "S202": "give `extractall` the argument `filter='data'`",
    "S301": "read data as JSON; pickle runs what it reads",
    "S306": "use `tempfile.mkstemp` or `NamedTemporaryFile`",
    "S307": "use `ast.literal_eval`, or a table of what is allowed",
    "S324": "use SHA-256 or better; for no security, say `usedforsecurity=False`",
    "S501": "leave the verification of certificates on",
    "S506": "use `yaml.safe_load`",
    "S602": "give a list of arguments and leave `shell=True` out",
    "S605": "use `subprocess.run` with a list of arguments",
    "S608": "give values as parameters of the query, never within its text",
    "S701": "make the environment with `autoescape=True` or `select_autoescape()`",
    "B614": "load with `weights_only=True`, or safetensors",
    "B615": "name the revision by its commit",
}


def from_bandit(number: str) -> str:
    """The one name of a rule that both engines have: ruff's."""
    if number in _ONLY_BANDIT:
        return number
    return MARK_SAFE if number == "B703" else f"S{number[1:]}"


def severity(rule: str) -> str:
    """How bad it is."""
    if rule in HIGH:
        return "high"
    return "low" if rule in NOTES or rule.startswith("S4") else "medium"


def fix(rule: str) -> str:
    """What to do next, in one line."""
    return _FIXES.get(rule, "see what the rule says under its link, and use the safe way that it names")
