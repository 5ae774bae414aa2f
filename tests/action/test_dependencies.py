"""Vulnerable dependencies inside GitHub Actions, where a service is asked unless an input says no."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.action.world import POLICY, Done, World
from tests.checks.security.dependencies.test_part import lock
from tests.osv_server import OsvServer, record, serve_osv

ITEMS = """\
name: ours
sections: {security: Security}
items:
  security.dependencies: {section: security, required: block}
"""


@pytest.fixture
def server() -> Iterator[OsvServer]:
    with serve_osv() as server:
        server.add("GHSA-aaaa", ("npm", "lodash"), ["4.17.20"], fixed="4.17.21", summary="Pollution")
        yield server


@pytest.fixture
def shop(world: World) -> World:
    """A world whose base asks about dependencies, with a pull request that adds one without advisories."""
    world.base = world.repo.commit({POLICY: ITEMS}, "policy")
    world.open_pull({"package-lock.json": lock(ms="2.0.0")})
    world.check_out("topic")
    return world


def _state(done: Done) -> tuple[int, str]:
    [item] = json.loads(open_report(done))["items"]
    return done.status, item["state"]


def open_report(done: Done) -> str:
    """The JSON that a run left."""
    with open(done.outputs["report-json"], encoding="utf-8") as file:  # noqa: PTH123 - as any step would
        return file.read()


def test_a_vulnerable_version_is_in_the_comment_with_its_upgrade(shop: World, server: OsvServer) -> None:
    shop.push({"package-lock.json": lock(lodash="4.17.20")})

    done = shop.run(osv_url=server.url)

    assert _state(done) == (1, "fail")
    [body] = shop.bodies()
    assert [words for words in ("lodash 4.17.20", "GHSA-aaaa", "4.17.21") if words not in body] == []


def test_a_harmless_version_is_a_go(shop: World, server: OsvServer) -> None:
    assert _state(shop.run(osv_url=server.url)) == (0, "pass")


def test_a_service_that_is_down_is_a_no_go(shop: World, server: OsvServer) -> None:
    server.fault = "500"

    assert _state(shop.run(osv_url=server.url)) == (1, "not-checked")


def test_without_leave_to_ask_it_is_not_checked_and_no_go(shop: World, server: OsvServer) -> None:
    done = shop.run(osv="false", osv_url=server.url)

    assert _state(done) == (1, "not-checked")
    assert "the input `osv` is false" in open_report(done)
    assert server.asked == []


def test_a_folder_of_the_workspace_answers(shop: World) -> None:
    folder = shop.workspace / "advisories"
    folder.mkdir()
    (folder / "X-1.json").write_text(json.dumps(record("X-1", ("npm", "ms"), ["2.0.0"])))

    assert _state(shop.run(osv="false", advisories="advisories")) == (1, "fail")


@pytest.mark.parametrize("inputs", [{"osv_url": "osv.dev"}, {"advisories": "nowhere"}, {"advisories": "../x"}])
def test_an_input_that_stands_for_nothing_is_refused(shop: World, inputs: dict[str, str]) -> None:
    assert shop.run(**inputs).status == 2
