"""Coverage reports inside GitHub Actions: the head's, the baseline, and what is still to come."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.action.world import NUMBER, POLICY, Done, World
from tests.checks.coverage.make import lcov, numbered

WORKFLOW = ".github/workflows/tests.yml"
ITEMS = """\
name: ours
sections: {coverage: Coverage}
items:
  coverage.total: {section: coverage, required: block}
  coverage.patch: {section: coverage, required: block}
  coverage.indirect: {section: coverage, required: block}
"""
FULL = dict.fromkeys(range(1, 41), 1)
BASE = {"shop.js": FULL}
HEAD = {"shop.js": dict.fromkeys(range(1, 11), 1) | {line + 10: 1 for line in FULL}}
LOST = {"shop.js": {**HEAD["shop.js"], **dict.fromkeys(range(30, 36), 0)}}


def archive(files: dict[str, str]) -> bytes:
    """A zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return content.getvalue()


@pytest.fixture
def shop(world: World) -> World:
    """A world whose base has `shop.js` and asks for coverage, with a pull request that adds ten lines."""
    world.base = world.repo.commit({"shop.js": numbered(40), POLICY: ITEMS}, "shop")
    world.open_pull({"shop.js": numbered(10, 100) + numbered(40), "shop.test.js": "require('./shop')\n"})
    world.check_out("topic")
    return world


def leave(world: World, report: Any, sha: str, *, artifact: str = "coverage", **run: Any) -> Any:  # noqa: ANN401 - JSON
    """A run that has left a report as an artifact."""
    members = {"head_branch": "main", "event": "push", "path": WORKFLOW, **run}
    made = world.github.add_run(sha, **members)
    world.github.add_artifact(artifact, archive({"lcov.info": lcov(report), "index.html": "<html>"}), made)
    return made


def judge(world: World, event: str = "pull_request_target", payload: object = None, **inputs: str) -> Done:
    """Run the action with reports in artifacts of another workflow."""
    given = {"coverage_artifact": "coverage*", "coverage_workflow": WORKFLOW, "token": token(world), **inputs}
    return world.run(event, payload, **given)


def token(world: World) -> str:
    """What the workflow grants, the artifacts too."""
    names = ("statuses", "checks", "pull-requests")
    return world.github.token({"contents": "read", "actions": "read", **dict.fromkeys(names, "write")})


def figures(done: Done, item: str = "coverage.total") -> dict[str, Any]:
    """An item of the JSON report."""
    report = json.loads(Path(done.outputs["report-json"]).read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one for one in report["items"] if one["id"] == item)
    return found


def test_artifacts_of_earlier_runs_show_the_change(shop: World) -> None:
    leave(shop, BASE, shop.base)
    leave(shop, LOST, shop.head, head_branch="topic", event="pull_request")

    done = judge(shop)

    total = figures(done)
    assert (done.status, total["state"], total["figures"]["status"]) == (1, "fail", "ok")
    assert total["figures"]["base"]["lines"] == [40, 40]
    assert total["figures"]["head"]["lines"] == [44, 50]
    assert figures(done, "coverage.indirect")["figures"]["lost"] == {"shop.js": [30, 31, 32, 33, 34, 35]}
    assert shop.states()[-1] == ("gonogo/verdict", "failure")


def test_without_a_run_it_is_pending_and_the_end_of_the_run_brings_the_verdict(shop: World) -> None:
    leave(shop, BASE, shop.base)

    first = judge(shop)
    assert (first.status, figures(first)["state"]) == (0, "pending")
    assert shop.states()[-1] == ("gonogo/verdict", "pending")

    run = shop.github.add_run(shop.head, "topic", path=WORKFLOW, status="in_progress", conclusion=None)
    second = judge(shop)
    assert (second.status, figures(second)["reason"]) == (0, f"{WORKFLOW} still runs")

    run |= {"status": "completed", "conclusion": "success"}
    shop.github.add_artifact("coverage", archive({"lcov.info": lcov(HEAD)}), run)
    third = judge(shop, "workflow_run", shop.events.workflow_run(run))
    assert (third.status, figures(third)["state"]) == (0, "pass")
    assert shop.states()[-1] == ("gonogo/verdict", "success")
    assert len(shop.bodies()) == 1


def test_pending_ends_1_where_no_status_can_be_written(shop: World) -> None:
    done = judge(shop, status="false")

    assert (done.status, done.outputs["verdict"]) == (1, "pending")


def test_a_run_that_ended_without_the_report_is_not_checked_and_says_what_to_add(shop: World) -> None:
    run = shop.github.add_run(shop.head, "topic", path=WORKFLOW)

    done = judge(shop, "workflow_run", shop.events.workflow_run(run))

    total = figures(done)
    assert (done.status, total["state"]) == (1, "not-checked")
    assert "has left no artifact named coverage*" in total["reason"]
    assert "actions/upload-artifact" in total["unknowns"][0]["settle"]


def test_the_first_run_judges_the_patch(shop: World) -> None:
    leave(shop, HEAD, shop.head, head_branch="topic", event="pull_request")

    done = judge(shop)

    assert (done.status, figures(done)["state"]) == (0, "not-applicable")
    assert figures(done, "coverage.patch")["state"] == "pass"


@pytest.mark.parametrize(
    "run",
    [
        {"event": "pull_request"},
        {"event": "pull_request_target"},
        {"event": "workflow_dispatch"},
        {"head_branch": "topic"},
        {"path": ".github/workflows/other.yml"},
        {"conclusion": "failure"},
    ],
    ids=str,
)
def test_no_other_run_makes_a_baseline(shop: World, run: dict[str, Any]) -> None:
    leave(shop, BASE, shop.base, **run)
    leave(shop, LOST, shop.head, head_branch="topic", event="pull_request")

    assert figures(judge(shop))["figures"]["status"] == "first-run"


def test_a_merged_attacker_s_head_is_no_baseline(shop: World) -> None:
    """Its commit is an ancestor of the base now, and its run was on a branch of the base's name in a fork."""
    fork = {"id": 9, "full_name": "mallory/shop"}
    leave(shop, BASE, shop.base, head_repository={**shop.github.state.repository, **fork})
    leave(shop, LOST, shop.head, head_branch="topic", event="pull_request")

    assert figures(judge(shop))["figures"]["status"] == "first-run"


def test_an_older_commit_s_report_is_carried_and_its_age_is_said(shop: World) -> None:
    leave(shop, {"shop.js": FULL}, shop.base)
    shop.repo.switch("topic")
    shop.repo.git("reset", "-q", "--hard", "main")
    shop.repo.switch("main")
    later = shop.repo.commit({"tools.md": "tools\n"}, "later")
    shop.repo.switch("topic")
    shop.repo.git("reset", "-q", "--hard", "main")
    shop.repo.switch("main")
    head = shop.push({"shop.js": numbered(10, 100) + numbered(40)})
    leave(shop, HEAD, head, head_branch="topic", event="pull_request")

    total = figures(judge(shop))

    assert later != shop.base
    assert (total["state"], total["figures"]["base_commit"], total["figures"]["base_distance"]) == (
        "pass",
        shop.base,
        1,
    )
    assert "1 commit before the merge base" in total["reason"]


def test_an_expired_artifact_is_passed_over(shop: World) -> None:
    run = leave(shop, HEAD, shop.head, head_branch="topic", event="pull_request")
    base = shop.github.add_run(shop.base, "main", "push", path=WORKFLOW)
    shop.github.add_artifact("coverage", archive({"lcov.info": lcov(BASE)}), base, expired=True)

    assert run["id"] < base["id"]
    assert figures(judge(shop))["figures"]["status"] == "first-run"


def test_without_the_permission_it_is_not_checked_and_named(shop: World) -> None:
    shop.github.state.repository["private"] = True

    done = judge(
        shop,
        token=shop.github.token({"contents": "read", "statuses": "write", "checks": "write", "pull-requests": "write"}),
    )

    assert (done.status, figures(done)["state"]) == (1, "not-checked")
    assert "`actions: read`" in figures(done)["reason"]


def test_a_hostile_artifact_is_named_and_nothing_else_happens(shop: World) -> None:
    leave(shop, BASE, shop.base)
    run = shop.github.add_run(shop.head, "topic", path=WORKFLOW)
    shop.github.add_artifact("coverage", archive({"../../../etc/lcov.info": "SF:x\nDA:1,"}), run)

    done = judge(shop)

    assert (done.status, figures(done)["state"]) == (1, "not-checked")
    assert "cannot be used" in figures(done)["reason"]
    assert figures(done)["figures"]["head"] is None


def test_an_artifact_that_is_not_what_github_announced_is_refused(shop: World) -> None:
    leave(shop, HEAD, shop.head, head_branch="topic", event="pull_request")
    [artifact] = shop.github.state.artifacts.values()
    artifact["digest"] = f"sha256:{'0' * 64}"

    done = judge(shop)

    assert (done.status, figures(done)["state"]) == (1, "not-checked")


def test_the_last_job_of_the_same_workflow_takes_its_own_run_s_artifact(shop: World) -> None:
    leave(shop, BASE, shop.base)
    environment = shop.environment(
        "pull_request", shop.events.pull_request(NUMBER), token(shop), coverage_artifact="coverage*"
    )
    run = shop.github.add_run(shop.head, "topic", path=WORKFLOW, status="in_progress", conclusion=None)
    shop.github.add_artifact("coverage", archive({"lcov.info": lcov(HEAD)}), run)
    environment |= {
        "GITHUB_RUN_ID": str(run["id"]),
        "GITHUB_WORKFLOW_REF": f"acme/shop/{WORKFLOW}@refs/pull/{NUMBER}/merge",
    }

    with shop.start(environment) as process:
        log, _ = process.communicate(timeout=60)
    done = shop.done(environment, process.returncode, log)

    assert (done.status, figures(done)["state"], figures(done)["figures"]["status"]) == (0, "pass", "ok")


def test_files_in_the_workspace_are_taken_as_they_are(shop: World) -> None:
    (shop.workspace / "out").mkdir()
    (shop.workspace / "out" / "lcov.info").write_text(lcov(LOST))
    (shop.workspace / "base.info").write_text(lcov(BASE))

    done = shop.run(coverage="out/*.info\n", base_coverage="base.info")

    total = figures(done)
    assert (done.status, total["state"], total["figures"]["reports"]) == (1, "fail", ["out/lcov.info"])


def test_a_baseline_that_is_kept_in_notes_is_fetched(shop: World) -> None:
    allowed = ITEMS.replace("total: {", "total: {settings: {store: notes}, ")
    shop.repo.commit({POLICY: allowed}, "keep baselines")
    (shop.folder / "base.info").write_text(lcov(BASE))
    kept = main(["coverage", "record", "--repo", str(shop.repo.folder), "--coverage", str(shop.folder / "base.info")])
    shop.repo.git("switch", "-q", "topic")
    shop.repo.git("rebase", "-q", "main")
    shop.head = shop.repo.git("rev-parse", "topic")
    shop.repo.switch("main")
    shop.github.push(NUMBER, shop.head)
    shop.serve()
    shop.repo.git("push", "-q", str(shop.folder / "served.git"), "refs/notes/*:refs/notes/*")
    (shop.workspace / "lcov.info").write_text(lcov(LOST))

    total = figures(shop.run(coverage="lcov.info"))

    assert (kept, total["state"], total["figures"]["status"], len(total["figures"]["trend"])) == (0, "fail", "ok", 2)


def test_a_file_that_is_not_there_is_not_checked(shop: World) -> None:
    done = shop.run(coverage="out/lcov.info")

    assert (done.status, figures(done)["state"]) == (1, "not-checked")
    assert figures(done)["reason"] == "no coverage report at out/lcov.info"


def test_no_report_asked_for_is_not_applicable(shop: World) -> None:
    done = shop.run()

    assert (done.status, figures(done)["state"]) == (0, "not-applicable")


def test_a_merge_of_head_and_base_is_what_pull_requests_are_tested_as(shop: World) -> None:
    shop.repo.commit({"other.js": numbered(5)}, "base moves on")
    shop.repo.branch("merge", "main")
    shop.repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    merge = shop.repo.git("rev-parse", "HEAD")
    shop.repo.switch("main")
    shop.github.add_commit(merge, branch="merge")
    shop.serve()
    (shop.workspace / "lcov.info").write_text(lcov({**HEAD, "other.js": dict.fromkeys(range(1, 6), 1)}))
    environment = shop.environment("pull_request", shop.events.pull_request(NUMBER), coverage="lcov.info")
    environment["GITHUB_SHA"] = merge

    with shop.start(environment) as process:
        log, _ = process.communicate(timeout=60)
    done = shop.done(environment, process.returncode, log)

    assert (done.status, figures(done, "coverage.patch")["figures"]["hit"]) == (0, 10)


def test_late_coverage_of_a_merge_group_brings_the_verdict_on_the_group(shop: World) -> None:
    group = shop.queue(shop.base)
    first = judge(shop, "merge_group", shop.events.merge_group(NUMBER, group))
    branch = f"gh-readonly-queue/main/pr-{NUMBER}-{shop.base}"
    run = leave(shop, HEAD, group, head_branch=branch, event="merge_group")

    second = judge(shop, "workflow_run", shop.events.workflow_run(run))

    assert (first.status, second.status) == (0, 0)
    assert [state for _, state in shop.states(group)] == ["pending", "pending", "pending", "success"]
    assert shop.bodies() == []
