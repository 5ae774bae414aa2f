"""What a command has another machine, a pod or an app's own console run: the words that it is given for that.

Source: https://man.openbsd.org/ssh, https://kubernetes.io/docs/reference/kubectl/generated/kubectl_exec/,
https://devcenter.heroku.com/articles/one-off-dynos and https://fly.io/docs/flyctl/ssh-console/ (read 2026-11-30).
Out of sight: what a shell at the other end reads from its input, and files that are only there.
"""

from __future__ import annotations

from collections.abc import Sequence

# Options of ssh whose value is a word of its own.
_VALUES = frozenset(f"-{one}" for one in "bBcDEeFIiJLlmOopQRSWw")
_ASKED = frozenset({"-C", "--command"})
_OF_HEROKU = frozenset({"-a", "--app", "-r", "--remote", "-s", "--size", "-e", "--env", "--type"})
REMOTE = frozenset({"ssh", "kubectl", "oc", "heroku", "fly", "flyctl"})


def find_remote(words: Sequence[str]) -> str:
    """The text that runs elsewhere; empty where there is none."""
    head, rest = words[0].rpartition("/")[2], list(words[1:])
    match head:
        case "ssh":
            return " ".join(_after_options(rest, _VALUES)[1:])
        case "kubectl" | "oc":
            return " ".join(rest[rest.index("--") + 1 :]) if "exec" in rest and "--" in rest else ""
        case "heroku":
            return " ".join(_after_options(rest[1:], _OF_HEROKU)) if rest[:1] == ["run"] else ""
        case _:
            asked = next((at for at, one in enumerate(rest) if one in _ASKED), None)
            return " ".join(rest[asked + 1 : asked + 2]) if asked is not None and "console" in rest else ""


def _after_options(words: list[str], valued: frozenset[str]) -> list[str]:
    rest = words
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if rest[0] in valued else rest[1:]
    return rest
