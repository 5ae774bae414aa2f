from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.rules.prose import sections
from bot.model import State
from tests.checks.readiness.look import MemoryTree, ask, ask_item, places

_STEPS = "\n".join(f"{number}. run step {number} and look at what it says" for number in range(10))
_SERVICE = {"Dockerfile": "FROM python\nCMD app\n"}
_LIBRARY = {"pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\n'}
_RUNBOOKS = {"files": ["*runbook*"], "headings": r"\brun ?books?\b", "needs": ["service"]}


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"docs/runbook.md": f"# How to deploy\n{_STEPS}\n"}, "docs/runbook.md:1"),
        ({"README.md": f"# Shop\n\n## Runbook\n\n### Deploy\n{_STEPS}\n"}, "README.md:3"),
        ({"docs/ops.rst": f"Runbooks\n========\n\n{_STEPS}\n"}, "docs/ops.rst:1"),
    ],
)
def test_a_document_counts_by_its_name_or_by_a_heading(files: dict[str, str], place: str) -> None:
    judged = ask("documents", _SERVICE | files, **_RUNBOOKS)

    assert (judged.state, places(judged)) == (State.PASS, [place])


@pytest.mark.parametrize(
    "files",
    [
        {"docs/runbook.md": "# Runbook\n\nTBD\n"},
        {"README.md": "# Shop\n\n## Runbook\n\nTo be written.\n\n## License\n" + _STEPS},
        {"README.md": "# Shop\n<!--\n## Runbook\n" + _STEPS + "\n-->\n"},
        {"README.md": "# Shop\n```\n# Runbook\n" + _STEPS + "\n```\n"},
        {"CHANGELOG.md": f"## Runbooks\n{_STEPS}\n"},
        {"tests/fixtures/runbook.md": f"# Runbook\n{_STEPS}\n"},
        {"src/runbook.py": "# Runbook\n" * 50},
        {"handbook/on-call-log.md": f"# Runbook\n{_STEPS}\n"},
        {"docs/runbook-2026-01-02.md": f"# What happened\n{_STEPS}\n"},
    ],
)
def test_what_is_empty_or_no_document_of_the_project_does_not_count(files: dict[str, str]) -> None:
    assert ask("documents", _SERVICE | files, **_RUNBOOKS).state is State.FAIL


def test_documents_for_those_who_run_it_are_shown_before_those_for_its_users_and_developers() -> None:
    paths = ["docs/contribute/runbook.md", "docs/guides/runbook.md", "ops/runbook.md"]
    judged = ask("documents", _SERVICE | dict.fromkeys(paths, f"# Runbook\n{_STEPS}\n"), **_RUNBOOKS)

    assert places(judged)[0] == "ops/runbook.md:1"
    assert len(set(places(judged))) > len(paths) - 1


@pytest.mark.parametrize(
    ("item", "path", "text"),
    [
        ("docs.deployment-runbooks", "handbook/oncall/kill-queries.mdx", f"# Kill queries\n{_STEPS}\n"),
        (
            "docs.incident-response",
            "handbook/oncall.md",
            f"# When to escalate\n{_STEPS}\nFor major incidents always escalate by phone.\n",
        ),
        (
            "docs.deployment",
            "docs/setup.md",
            f"# Installation\n{_STEPS}\n$ docker compose up\nConfigure it, update it, or restore a backup.\n",
        ),
    ],
)
def test_shipped_items_know_such_a_document(item: str, path: str, text: str) -> None:
    judged = ask_item(item, _SERVICE | {path: text})

    assert (judged.state, places(judged)[0].partition(":")[0]) == (State.PASS, path)


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("Playbook", State.PASS),
        ("Operator runbook", State.PASS),
        ("Operations guide", State.PASS),
        ("3. Rollback playbook", State.PASS),
        # How a page is used, and how something is developed.
        ("Task Operation Guide", State.NEEDS_SIGN_OFF),
        ("7. Shipping a custom directive (practical playbook)", State.NEEDS_SIGN_OFF),
    ],
)
def test_a_runbook_is_for_those_who_operate_it(title: str, state: State) -> None:
    files = _SERVICE | {"docs/a.md": f"## {title}\n{_STEPS}\n"}

    assert ask_item("docs.deployment-runbooks", files).state is state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("restore the backup", State.PASS),
        ("restore the connection", State.FAIL),
        ("restore from a dump", State.PASS),
        ("upgrade with docker compose pull", State.PASS),
        ("update the settings", State.FAIL),
    ],
)
def test_a_guide_says_what_comes_after_the_first_day(said: str, state: State) -> None:
    text = f"# Deployment\n{_STEPS}\n$ docker compose up\nSet the settings, {said}.\n"

    assert ask_item("docs.deployment", _SERVICE | {"docs/deployment.md": text}).state is state


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("README.md", State.PASS),
        ("docs/local-development.md", State.FAIL),
        ("desktop/README.md", State.FAIL),
        ("docs/decision_records/cli.md", State.FAIL),
    ],
)
def test_how_to_develop_it_and_how_to_install_its_client_is_no_deployment(path: str, state: State) -> None:
    text = f"# Shop\n\n## Running with Docker\n{_STEPS}\n$ docker compose up\nSettings; upgrade it.\n"

    assert ask_item("docs.deployment", _SERVICE | {path: text}).state is state


_FLY = "```\nfly launch\n%sfly deploy\n```\n%s\n"
_SECRETS, _MINUTES = (
    "fly secrets set DATABASE_URL=a PORT=1\n",
    "It takes some minutes until all machines answer, everywhere.",
)
_BACK = "Migrations run with it; to roll back, deploy the image of the release before."


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (_FLY % (_SECRETS, _BACK), State.PASS),
        (_FLY % ("", _BACK), State.FAIL),
        (_FLY % (_SECRETS, _MINUTES), State.FAIL),
        ("`docker run` with its settings; upgrade it.", State.FAIL),
    ],
)
def test_few_words_are_a_guide_where_they_say_all_that_is_asked(text: str, state: State) -> None:
    assert ask_item("docs.deployment", _SERVICE | {"README.md": f"# Shop\n\n## Deploy\n\n{text}\n"}).state is state


@pytest.mark.parametrize(("table", "state"), [("`DB_URL` `SMTP_HOST` `SMTP_PORT`", "pass"), ("`DB_URL`", "fail")])
def test_a_table_of_the_variables_beside_the_commands_is_a_guide(table: str, state: str) -> None:
    reads = {"more.py": "import os\nos.environ['DB_URL']\nos.getenv('SMTP_HOST')\nos.getenv('SMTP_PORT')\n"}
    text = f"# Shop\n\n## Docker\n{_STEPS}\n{_STEPS}\n$ docker compose up\n\n## Variables\n\n{table}\n"

    assert ask_item("docs.deployment", {**_SERVICE, **reads, "README.md": text}).state == state


@pytest.mark.parametrize(("times", "state"), [(10, "fail"), (700, "pass")])
def test_a_whole_guide_need_not_name_each_variable(times: int, state: str) -> None:
    reads = {"more.py": "import os\n" + "".join(f"os.getenv('OWN_{one}')\n" for one in "ABCDEF")}
    text = "# Deployment\n\n$ docker compose up\n\n" + "Set the settings and upgrade.\n" * times

    assert ask_item("docs.deployment", {**_SERVICE, **reads, "docs/deployment.md": text}).state == state


@pytest.mark.parametrize("path", ["docs/release_notes/v1.1.0.md", "docs/README.md", ".github/SECURITY.md"])
def test_what_was_released_how_the_site_is_built_and_how_to_report_are_no_guide(path: str) -> None:
    files = _SERVICE | {"docs/docs.json": "{}", path: f"# Known issues\n{_STEPS}\n"}

    assert ask_item("docs.troubleshooting", files).state is State.FAIL
    assert ask_item("docs.troubleshooting", files | {"docs/a.md": f"# Known issues\n{_STEPS}\n"}).state is State.PASS
    # Where there is no site, a README is a document as any other.
    assert ask_item("docs.troubleshooting", _SERVICE | {"docs/README.md": files[path]}).state is State.PASS


def test_what_says_that_it_cannot_be_done_does_not_count() -> None:
    files = _SERVICE | {"README.md": f"## Rollback\nThis cannot be rolled back.\n{_STEPS}\n"}

    assert ask("documents", files, headings="rollback", voided_by=r"cannot be rolled back").state is State.FAIL


def test_a_document_has_to_say_what_is_asked() -> None:
    files = _SERVICE | {"INCIDENTS.md": f"# Incidents\n{_STEPS}\nSeverity 1 pages whoever is on-call.\n"}
    says = [r"\bseverity\b", r"\bon-call\b", r"\bpostmortem\b"]

    assert ask("documents", files, files=["incidents*"], says=says, least=2).state is State.PASS
    assert ask("documents", files, files=["incidents*"], says=says, least=3).state is State.FAIL


def test_documents_of_one_subject_may_say_it_together() -> None:
    files = _SERVICE | {
        "docs/incident-page.md": f"# Who\n{_STEPS}\nSeverity 1.\n",
        "docs/incident-after.md": f"# After\n{_STEPS}\nSeverity 1. Write a postmortem.\n",
    }
    says = [r"\bseverity\b", r"\bon-call\b", r"\bpostmortem\b"]
    judged = ask("documents", files, files=["incident*"], says=says, least=2)

    assert (judged.state, places(judged)[0]) == (State.PASS, "docs/incident-after.md:1")
    files["docs/incident-page.md"] += "The on-call is told.\n"
    assert len(places(ask("documents", files, files=["incident*"], says=says, least=3))) == 2


def test_a_path_that_is_not_there_is_advice() -> None:
    files = _SERVICE | {
        "docs/runbook.md": f"# Runbook\n{_STEPS}\nRun scripts/deploy.sh, then scripts/gone.sh\n",
        "scripts/deploy.sh": "true\n",
    }

    judged = ask("documents", files, **_RUNBOOKS)

    assert [(found.path, found.line, found.fails) for found in judged.missing] == [("docs/runbook.md", 12, False)]


def test_a_library_needs_none_and_what_may_be_elsewhere_needs_a_sign_off() -> None:
    assert ask("documents", _LIBRARY, **_RUNBOOKS).state is State.NOT_APPLICABLE
    assert ask("documents", _SERVICE, otherwise="needs-sign-off", **_RUNBOOKS).state is State.NEEDS_SIGN_OFF


_HOST = "https://cloud.example.com/assets"


@pytest.mark.parametrize(
    ("files", "strength", "state"),
    [
        ({"README.md": "# Shop\n```mermaid\ngraph TD\n web --> db\n```\n"}, "wired", State.PASS),
        ({"docs/a.rst": "Shop\n====\n\n.. mermaid::\n   graph TD\n   web --> database\n"}, "wired", State.PASS),
        ({"README.md": "![how](docs/architecture.png)\n", "docs/architecture.png": b"\x89PNG"}, "wired", State.PASS),
        ({"docs/architecture.png": b"\x89PNG"}, "wired", State.FAIL),
        ({"docs/architecture.png": b"\x89PNG"}, "configured", State.PASS),
        ({"README.md": "![how](docs/architecture.png)\n"}, "configured", State.FAIL),
        ({"README.md": "![logo](logo.png)\n", "logo.png": b"\x89PNG"}, "configured", State.FAIL),
        ({"README.md": "We like mermaid.\n"}, "configured", State.FAIL),
        ({"docs/architecture.md": "```mermaid\ngraph TD\n A --> B\n```\n"}, "wired", State.PASS),
        ({"docs/faq.md": "# Which plan?\n```mermaid\ngraph TD\n cheap --> dear\n```\n"}, "wired", State.FAIL),
        # A product that draws diagrams shows its own.
        (
            {"README.md": "# Examples\n![Event flow diagram](doc/diagram.png)\n", "doc/diagram.png": b"a"},
            "wired",
            State.FAIL,
        ),
        (
            {"README.md": "# Screenshots\n![infrastructure](a-infrastructure.png)\n", "a-infrastructure.png": b"a"},
            "wired",
            State.FAIL,
        ),
        ({"README.md": f"# A\n![System architecture]({_HOST}/a.png)\n"}, "wired", State.PASS),
        ({"README.md": f"# A\n![How]({_HOST}/shop-architecture.png?raw=true)\n"}, "wired", State.PASS),
        ({"README.md": f"# A\n![Build Status]({_HOST}/shop-architecture?branch=main)\n"}, "wired", State.FAIL),
        ({"README.md": f"# A\n![Shop]({_HOST}/clean-architecture-shop.png)\n"}, "wired", State.FAIL),
        ({"README.md": f"# Clean Architecture\n![React Demo]({_HOST}/a.png)\n"}, "wired", State.FAIL),
        (
            {"README.md": f'# A\n<img width="9" alt="Infrastructure services" src="{_HOST}/a.png">\n'},
            "wired",
            State.PASS,
        ),
        (
            {"README.md": f"# Infrastructure\n![Acme, our sponsor]({_HOST}/infrastructure-logo.png)\n"},
            "wired",
            State.FAIL,
        ),
        ({"README.md": f"# Screenshots\n![infrastructure]({_HOST}/a.png)\n"}, "wired", State.FAIL),
        ({"README.md": f"# Infrastructure\n![]({_HOST}/a.png)\n"}, "wired", State.FAIL),
        ({"README.md": "# Examples\n![architecture](diagram.png)\n", "diagram.png": b"a"}, "wired", State.PASS),
        (
            {"docs/a.rst": "How it works\n============\n\n.. image:: diagram.png\n", "docs/diagram.png": b"a"},
            "wired",
            State.PASS,
        ),
        (
            {"docs/a.md": "# Rows\n![](diagram.png)\n# System\n![](diagram.png)\n", "docs/diagram.png": b"a"},
            "wired",
            State.PASS,
        ),
        # The picture of a book about architectures shows none.
        (
            {"README.md": "# Read\n![](architecture-book-cover.png)\n", "architecture-book-cover.png": b"a"},
            "configured",
            State.FAIL,
        ),
        # What a picture is of stands in its words, or is its document's subject.
        ({"docs/a/x.md": "![the_architecture](b.svg)\n", "docs/a/b.svg": "<svg/>"}, "wired", State.PASS),
        ({"docs/architecture.md": "![](../img/b.svg)\n", "img/b.svg": "<svg/>"}, "wired", State.PASS),
        ({"docs/architecture.md": "![](../img/b.svg)\n"}, "configured", State.FAIL),
        ({"docs/architecture.md": "![logo](b.svg)\n", "docs/b.svg": "<svg/>"}, "configured", State.FAIL),
        ({"docs/usage.md": "![the list](b.svg)\n", "docs/b.svg": "<svg/>"}, "configured", State.FAIL),
        ({".github/workflows/a.md": "```mermaid\nweb --> db\n```\n"}, "configured", State.FAIL),
    ],
)
def test_a_diagram_is_drawn_in_a_document_or_shown_by_one(
    files: dict[str, str | bytes], strength: str, state: State
) -> None:
    assert ask("diagrams", files, strength=strength).state is state


def test_no_document_takes_long() -> None:
    text = "# a\n" * 100_000 + "###### b\n" * 100_000 + "```\n" * 100_000
    started = time.process_time()
    sections(Files(MemoryTree({"a.md": text})), "a.md")

    assert time.process_time() - started < 12


def test_what_a_library_documents_for_its_users_is_not_about_a_service_of_its_own() -> None:
    files = _LIBRARY | {"docs/runbook.md": f"# How to deploy\n{_STEPS}\n"}

    assert ask("documents", files, **_RUNBOOKS).state is State.NOT_APPLICABLE


_PAGE = {"docs/deployment.md": "# Deployment\n\n" + "set it up with care " * 10 + "\n\nSet `DATABASE_URL`.\n"}
_READS = {"app.py": "import os\nos.environ['DATABASE_URL']\nos.getenv('SMTP_HOST')\nos.getenv('SMTP_PORT')\n"}


def test_a_page_that_names_too_few_of_the_variables_that_the_code_reads_is_incomplete() -> None:
    judged = ask("documents", {**_PAGE, **_READS}, files=["*deploy*.md"], variables=0.5)

    assert (judged.state, [(one.path, one.line) for one in judged.missing]) == ("fail", [("docs/deployment.md", 1)])
    assert "1 of 3" in judged.reason


@pytest.mark.parametrize("more", [{"docs/settings.md": "# Settings\n\n- `SMTP_HOST`\n"}, {"app.py": "x = 1\n"}])
def test_a_page_with_the_variables_beside_it_is_complete(more: dict[str, str]) -> None:
    assert ask("documents", {**_PAGE, **_READS, **more}, files=["*deploy*.md"], variables=0.5).state == "pass"


def test_what_a_platform_gives_by_itself_needs_no_naming() -> None:
    reads = {"app.ts": "use(process.env.DATABASE_URL, process.env.NODE_ENV, process.env.VERCEL_URL, process.env.CI)\n"}

    assert ask("documents", {**_PAGE, **reads}, files=["*deploy*.md"], variables=0.5).state == "pass"


def test_what_a_build_script_of_cargo_reads_is_for_nobody_who_deploys() -> None:
    reads = {"src/main.rs": 'fn main() { std::env::var("DATABASE_URL").unwrap(); }\n', **_PAGE}
    script = {"build.rs": 'fn main() { std::env::var("OUT_DIR"); std::env::var("PROFILE"); env::var("ZIP_PATH"); }\n'}
    asked = {"src/more.rs": 'fn f() { std::env::var("A_KEY"); std::env::var("B_KEY"); std::env::var("C_KEY"); }\n'}

    assert ask("documents", {**reads, **script}, files=["*deploy*.md"], variables=0.5).state == "pass"
    assert ask("documents", {**reads, **asked}, files=["*deploy*.md"], variables=0.5).state == "fail"


def test_an_element_of_a_list_is_no_heading_of_markdown() -> None:
    text = "# Links\n\n* [Canary deployments](https://x)\n" + "words " * 40 + "\n"

    assert ask("documents", {"README.md": text}, headings="deployments").state == "fail"
    assert ask("documents", {"README.org": text.replace("#", "*")}, headings="deployments").state == "pass"


@pytest.mark.parametrize(
    "path", ["src/content/guides/runbook.md", "web/blog/runbook.md", "docs/proposals/runbook.md", ".agents/runbook.md"]
)
def test_what_a_site_a_proposal_or_an_assistant_says_is_no_document_of_the_project(path: str) -> None:
    assert ask("documents", _SERVICE | {path: f"# Runbook\n{_STEPS}\n"}, **_RUNBOOKS).state is State.FAIL


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("docs/operations.md", State.PASS),
        ("docs/operations-guide.md", State.PASS),
        ("docs/partner-operations-in-their-own-program.md", State.NEEDS_SIGN_OFF),
        ("docs/adr/runbook.md", State.NEEDS_SIGN_OFF),
        ("docs/architecture/decisions/0005-runbooks.md", State.NEEDS_SIGN_OFF),
    ],
)
def test_what_was_decided_and_what_only_has_the_word_in_its_name_is_no_runbook(path: str, state: State) -> None:
    assert ask_item("docs.deployment-runbooks", {**_SERVICE, path: f"# Operations\n{_STEPS}\n"}).state is state


_ON_CALL = {f"docs/topic{number}.md": f"# Topic {number} of OnCall\n{_STEPS}\n" for number in range(6)}
_NAMED = {"helm/oncall/Chart.yaml": "apiVersion: v2\nname: oncall\n"}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"helm/oncall/README.md": f"# Chart\n{_STEPS}\n"}, None),
        ({"docs/use.md": f"# On-call schedules\n{_STEPS}\n"}, None),
        ({"docs/oncall/runbook.md": f"# Steps\n{_STEPS}\n"}, "docs/oncall/runbook.md:1"),
        ({"docs/ops.md": f"# Runbook of OnCall\n{_STEPS}\n"}, "docs/ops.md:1"),
    ],
)
def test_the_name_of_the_product_is_no_word_for_a_runbook(more: dict[str, str], place: str | None) -> None:
    judged = ask_item("docs.deployment-runbooks", _SERVICE | _ON_CALL | _NAMED | more)

    assert places(judged)[:1] == ([place] if place else [])
    assert judged.state is (State.PASS if place else State.NEEDS_SIGN_OFF)


@pytest.mark.parametrize("files", [_ON_CALL, _NAMED | {"docs/on-call.md": f"# Whom to call\n{_STEPS}\n"}])
def test_a_word_that_is_not_the_name_of_the_product_or_is_in_few_documents_counts(files: dict[str, str]) -> None:
    assert ask_item("docs.deployment-runbooks", _SERVICE | files).state is State.PASS


def test_a_reference_of_an_api_is_no_procedure() -> None:
    text = f"# Create an escalation policy\n\nOne of notify_on_call; severity, escalate, timeline\n{_STEPS}\n"
    states = [
        ask_item("docs.incident-response", _SERVICE | {path: text}).state
        for path in ("docs/shop-api-reference/policies.md", "docs/policies.md")
    ]

    assert states == [State.NEEDS_SIGN_OFF, State.PASS]


def test_what_says_the_most_of_it_is_what_to_write_the_rest_in() -> None:
    files = {"docs/a.md": f"# Runbook\n{_STEPS}\n", "docs/b.md": f"# Runbook of the shop\nkubectl\n{_STEPS}\n"}
    judged = ask("documents", _SERVICE | files, says=["kubectl", "helm"], least=2, **_RUNBOOKS)

    assert [one.path for one in judged.missing] == ["docs/b.md"]


@pytest.mark.parametrize(
    ("path", "state"), [("docs/troubleshooting/index.mdx", "pass"), ("docs/more/index.mdx", "fail")]
)
def test_pages_of_a_folder_about_faults_are_a_guide_to_them(path: str, state: str) -> None:
    text = "# Workers\n\n## No workers are seen\n\n" + "look at the token and at the network " * 10 + "\n"

    assert ask_item("docs.troubleshooting", {**_SERVICE, path: text}).state == state


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("docs/a.md", f"# Remote Troubleshooting (about:support) API\n{_STEPS}\n", State.FAIL),
        ("docs/a.md", f"# Troubleshooting\n{_STEPS}\n", State.PASS),
        ("internal/acceptance/suites/mcp/README.md", f"# Troubleshooting\n{_STEPS}\n", State.FAIL),
        ("docs/renovate-agent-setup.md", f"# Troubleshooting\n{_STEPS}\n", State.FAIL),
        ("docs/a.md", f"# Known Issues (Fixed)\n{_STEPS}\n", State.FAIL),
        ("lib/tools/SKILL.md", f"# Troubleshooting\n{_STEPS}\n", State.FAIL),
        ("docs/a.md", "# Known issues\n" + "The sign in does not work on Mondays. " * 10, State.FAIL),
        ("docs/a.md", "# Known issues\n" + "Does not work on Mondays; workaround: wait. " * 10, State.PASS),
    ],
)
def test_what_goes_wrong_is_told_of_the_service_and_with_what_to_do(path: str, text: str, state: State) -> None:
    assert ask_item("docs.troubleshooting", {**_SERVICE, path: text}).state is state


def test_the_stars_of_a_project_are_no_diagram() -> None:
    text = "# Clean Architecture\n\n[![Sparkline](https://stars.example/o/{}.svg)](https://stars.example/o/x)\n"
    files = {**_SERVICE, "README.md": text.format("clean-architecture")}

    assert ask_item("docs.architecture-diagrams", files).state is State.FAIL
    shown = "# Shop\n\n![Architecture](https://pictures.example/o/a.svg)\n"
    assert ask_item("docs.architecture-diagrams", {**_SERVICE, "README.md": shown}).state is State.PASS


@pytest.mark.parametrize(
    ("title", "times", "state"),
    [
        ("Hosting", 130, State.PASS),
        ("Hosting", 30, State.FAIL),
        ("Continuous documentation deployment", 130, State.FAIL),
        ("Microservices with Spring Boot, Spring Cloud, Docker & Kubernetes", 130, State.FAIL),
    ],
)
def test_a_long_guide_with_commands_and_settings_is_one(title: str, times: int, state: State) -> None:
    text = f"# {title}\n\n$ docker run shop\n\n" + "Set the settings so.\nThen go on with it.\n" * times

    assert ask_item("docs.deployment", {**_SERVICE, "docs/a.md": text}).state is state


@pytest.mark.parametrize(
    ("path", "state"),
    [("scripts/one-off/tags/README.md", State.NEEDS_SIGN_OFF), ("scripts/deploy/README.md", State.PASS)],
)
def test_what_is_run_once_is_no_runbook(path: str, state: State) -> None:
    files = {**_SERVICE, path: f"# Tags Runbook\n{_STEPS}\n{_STEPS}\n"}

    assert ask_item("docs.deployment-runbooks", files).state is state
