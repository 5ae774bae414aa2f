"""Whoever opens the pull request is an attacker: nothing leaks, and no text of theirs does anything."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import yaml

from tests.action.world import BROKEN, POLICY, World
from tests.publish.test_log import obeyed

_ACTION = Path(__file__).parents[2] / "action.yml"
_DEFAULT = "extends: pull-request\n"
# A name of the change for each place where it is printed.
_NAMES = (
    "a\n::set-output name=verdict::go\nb.env",
    "##[set-output name=verdict;]go.env",
    "::add-mask::e.env",
    "<!-- gonogo:1 --> @octocat fixes #1.env",
    "\udcff%0A::error::.env",
    "-->`|[x](https://evil.example)<img src=x>.env",
)


def _secret() -> str:
    """A value in the shape of a GitHub token, made up here and now."""
    return "ghp_" + secrets.token_hex(18)


def _open_hostile(world: World) -> str:
    """Open a pull request with a secret under each of the names, and return the secret."""
    world.base = world.repo.commit({POLICY: _DEFAULT})
    value = _secret()
    world.open_pull(dict.fromkeys(_NAMES, f"key = {value}\n"))
    world.check_out("topic")
    return value


def test_a_secret_and_the_token_are_in_nothing_that_leaves(world: World) -> None:
    value = _open_hostile(world)
    token = world.github.token()

    done = world.run(token=token)

    assert (done.status, done.outputs["verdict"], len(world.bodies())) == (1, "no-go", 1)
    files = {
        path: path.read_text(encoding="utf-8") for path in world.folder.rglob("*") if path.parent.parent.name == "temp"
    }
    sent = [
        json.dumps(request.body) + request.path + json.dumps(dict(request.query)) for request in world.github.requests
    ]
    for text in (done.log, done.summary, *done.outputs.values(), *world.bodies(), *files.values(), *sent):
        assert value not in text
        assert token not in text
    assert len(files) == 3


def test_names_of_files_command_nobody_and_ping_nobody(world: World) -> None:
    _open_hostile(world)

    done = world.run(check_run="false")

    commands = list(obeyed(done.log))
    assert {command.partition("::")[2].partition(" ")[0].partition("::")[0] for command in commands} == {"error"}
    assert done.outputs["verdict"] == "no-go"
    [body] = world.bodies()
    assert body.count("<!--") == 1
    assert body.startswith("<!-- gonogo:1 head=")


def test_every_output_that_is_set_is_one_of_the_action(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")

    done = world.run()

    assert sorted(done.outputs) == sorted(yaml.safe_load(_ACTION.read_text())["outputs"])


def test_a_checkout_that_is_a_trap_is_read_as_data(world: World) -> None:
    world.open_pull({POLICY: BROKEN})
    world.check_out("topic")
    trap = world.folder / "trapped"
    hook = f"#!/bin/sh\ntouch {trap}\n"
    git = world.workspace / ".git"
    for name in ("post-checkout", "reference-transaction", "fsmonitor"):
        path = git / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(hook)
        path.chmod(0o755)
    settings = (
        f"[core]\n\tfsmonitor = {git}/hooks/fsmonitor\n\tpager = touch {trap}\n[alias]\n\tfetch = !touch {trap}\n"
    )
    (git / "config").write_text((git / "config").read_text() + settings)

    done = world.run()

    assert (done.status, trap.exists()) == (1, False)
