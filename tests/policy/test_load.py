from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checks import CHECKS as REAL_CHECKS
from bot.errors import PolicyError
from bot.model import Finding, Level
from bot.policy import load
from bot.policy.load import parse_policy, shipped_names, shipped_policy
from bot.policy.values import PathFilter, Policy, PolicyItem, Waiver
from tests.policy.registry import CHECKS, Inner, LintSettings, NoSettings

GENERAL = """\
name: general
branches: [main]
salt: pepper
sections:
  code: Code
  tests: Tests
items:
  test.passed: {section: tests, required: block}
  lint.added:
    section: code
    title: No lint
    required: block
    paths: {include: ["src/**"], exclude: ["src/old/**"]}
    settings: {limit: 7, names: [a, b], inner: {deep: true}}
waivers:
  - {item: lint.added, path: "src/new/*", owner: "@ada", reason: is old, expires: 2027-01-31}
"""


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "general.yml").write_text(GENERAL)
    (folder / "narrow.yml").write_text("name: narrow\nextends: general\nitems: {lint.added: {required: warn}}\n")
    monkeypatch.setattr(load, "_shipped_folder", lambda: folder)


def parse(text: str) -> Policy:
    return parse_policy(text.encode(), "gonogo.yml", CHECKS)


def error_of(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        parse(text)
    assert str(caught.value).isprintable(), "an error is one line"
    return str(caught.value).removeprefix("gonogo.yml:")


def test_a_policy_is_resolved_whole_in_the_order_of_its_sections() -> None:
    policy = parse(GENERAL)

    assert policy == Policy(
        name="general",
        source="gonogo.yml",
        digest=policy.digest,
        extends=None,
        salt=b"pepper",
        branches=("main",),
        sections={"code": "Code", "tests": "Tests"},
        items=(
            PolicyItem(
                id="lint.added",
                section="code",
                title="No lint",
                check="lint",
                level=Level.BLOCK,
                settings=LintSettings(limit=7, names=("a", "b"), inner=Inner(deep=True)),
                paths=PathFilter(("src/**",), ("src/old/**",)),
            ),
            PolicyItem(
                id="test.passed",
                section="tests",
                title="Tests passed",
                check="test",
                level=Level.BLOCK,
                settings=NoSettings(),
                paths=PathFilter(("**",), ()),
            ),
        ),
        waivers=(
            Waiver(
                item="lint.added",
                fingerprint=None,
                path="src/new/*",
                owner="@ada",
                reason="is old",
                expires=date(2027, 1, 31),
            ),
        ),
    )
    assert [item.line for item in policy.items] == [9, 8]
    assert [waiver.line for waiver in policy.waivers] == [16]


def test_an_empty_extension_says_what_is_extended_but_for_its_branches() -> None:
    policy = parse("extends: general\n")

    assert (policy.name, policy.extends, policy.salt, policy.branches) == ("general", "general", b"pepper", ())
    assert policy.items == parse(GENERAL).items
    assert policy.waivers == parse(GENERAL).waivers
    assert [item.line for item in policy.items] == [None, None]


@pytest.mark.parametrize("off", ["off", "'off'", '"off"', "!!str off"])
def test_off_is_a_level_and_no_boolean(off: str) -> None:
    text = f"extends: general\nitems:\n  lint.added: {{required: {off}}}\n"
    if "!" in off:
        assert error_of(text).startswith("3: tags")
    else:
        assert parse(text).items[0].level is Level.OFF


def item(text: str) -> PolicyItem:
    """The item `lint.added` of an extension that gives these keys of it."""
    return parse(f"extends: general\nitems: {{lint.added: {text}}}\n").items[0]


def test_an_extension_overrides_an_item_key_by_key() -> None:
    general = parse(GENERAL).items[0]

    assert item("{}") == general
    assert item("{required: warn}").level is Level.WARN
    assert item("{title: Other}").title == "Other"
    assert item("{section: tests}").section == "tests"
    assert item("{paths: {exclude: []}}").paths == PathFilter(("src/**",), ())
    assert item("{paths: {include: [lib/**]}}").paths == PathFilter(("lib/**",), ("src/old/**",))
    assert item("{settings: {limit: 9}}").settings == LintSettings(limit=9, names=("a", "b"), inner=Inner(deep=True))
    assert item("{settings: {names: [c], inner: {}}}").settings == LintSettings(limit=7, names=("c",))


def test_an_extension_adds_items_sections_and_waivers_and_renames_sections() -> None:
    policy = parse(
        "name: ours\nextends: narrow\nsalt: salt\nbranches: ['release/*']\nsections: {more: More, code: Our code}\n"
        "items: {lint.known: {section: more, required: warn}}\n"
        "waivers: [{item: lint.known, fingerprint: 0123abcd, owner: '@bo', reason: known, expires: 2027-02-01}]\n"
    )

    assert (policy.name, policy.extends, policy.salt) == ("ours", "narrow", b"salt")
    assert policy.sections == {"code": "Our code", "tests": "Tests", "more": "More"}
    assert [(item.id, item.level) for item in policy.items] == [
        ("lint.added", Level.WARN),
        ("test.passed", Level.BLOCK),
        ("lint.known", Level.WARN),
    ]
    assert [(waiver.item, waiver.owner) for waiver in policy.waivers] == [("lint.added", "@ada"), ("lint.known", "@bo")]
    assert policy.names_branch("release/1")
    assert not policy.names_branch("release/1/2")
    assert not policy.names_branch("main")


ITEM = "name: x\nsections: {s: S}\nitems:\n  lint.added:\n    section: s\n    required: block\n"
WAIVER = "extends: general\nwaivers:\n  - item: lint.added\n    path: '**'\n    owner: '@ada'\n    reason: r\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("items: {}\n", '1: the key "name" is missing; a policy without `extends` has one'),
        ("name: x\nitem: {}\n", '2: unknown key "item"; did you mean "items"?'),
        (
            "name: x\nzzz: 1\n",
            (
                '2: unknown key "zzz"; '
                "known are branches, extends, items, name, readiness, salt, sections, signoffs, waivers"
            ),
        ),
        (
            "name: x\n" + "é" * 50 + ": 1\n",
            (
                f'2: unknown key "{"?" * 40}..."; '
                "known are branches, extends, items, name, readiness, salt, sections, signoffs, waivers"
            ),
        ),
        ("name: 1\n", '1: "name" must be text; put it in quotes if it looks like a number'),
        ("name: null\n", '1: "name" has no value; give one, or delete the key'),
        ("name:\n", '1: "name" has no value; give one, or delete the key'),
        (
            "name: A b\n",
            '1: "name" has a character that may not stand there; it must match ^[a-z0-9][a-z0-9._-]*$',
        ),
        ("extends: ./general.yml\n", '1: no policy "./general.yml" is shipped with gonogo; did you mean "general"?'),
        (
            "\nextends: ../../etc/passwd\n",
            '2: no policy "../../etc/passwd" is shipped with gonogo; known are general, narrow',
        ),
        ("extends: [general]\n", '1: "extends" must be text; put it in quotes if it looks like a number'),
        ("name: x\nbranches: main\n", '2: "branches" must be a list'),
        ("name: x\nsections: [a]\n", '2: "sections" must be a mapping of `key: value` lines'),
        (
            "name: x\nsections: {A: b}\n",
            '2: "A" has a character that may not stand there; it must match ^[a-z0-9][a-z0-9._-]*$',
        ),
        ("name: x\nsections:\n  a: 'b\n\n    c'\n", '3: "a" must be one line'),
        ("name: x\nitems: []\n", '2: "items" must be a mapping of `key: value` lines'),
        ("name: x\nitems:\n  lint.added: block\n", '3: "lint.added" must be a mapping of `key: value` lines'),
        (
            "name: x\nitems:\n  lint.addd: {}\n",
            '3: no check answers the item "lint.addd"; did you mean "lint.added"?',
        ),
        (
            "name: x\nitems:\n  zzz: {}\n",
            '3: no check answers the item "zzz"; known are lint.added, lint.known, test.passed',
        ),
        (
            "name: x\nitems:\n  lint.added: {required: block}\n",
            '3: the key "section" is missing; an item that is not inherited has one',
        ),
        (
            "name: x\nsections: {s: S}\nitems:\n  lint.added: {section: s}\n",
            '4: the key "required" is missing; an item that is not inherited has one',
        ),
        (
            "name: x\nsections: {code: S}\nitems:\n  lint.added:\n    section: cod\n    required: warn\n",
            '5: the section "cod" is not in `sections`; did you mean "code"?',
        ),
        (
            "name: x\nitems:\n  lint.added:\n    required: maybe\n",
            "4: \"required\" must be one of 'block', 'warn' or 'off'",
        ),
        (
            "name: x\nitems:\n  lint.added:\n    required: true\n",
            "4: \"required\" must be one of 'block', 'warn' or 'off'",
        ),
        (ITEM + "    requird: block\n", '7: unknown key "requird"; did you mean "required"?'),
        (ITEM + "    paths: ['**']\n", '7: "paths" must be a mapping of `key: value` lines'),
        (ITEM + "    paths:\n      exlude: ['**']\n", '8: unknown key "exlude"; did you mean "exclude"?'),
        (ITEM + "    paths: {include: []}\n", '7: "include" must have at least 1 entries'),
        (
            ITEM + "    paths:\n      exclude:\n        - ok\n        - /x\n",
            '10: entry 2 of "exclude" is a path from the repository\'s root, without a leading `/`, `.` or `..`',
        ),
        (
            ITEM + "    paths: {include: [a/../b]}\n",
            '7: entry 1 of "include" is a path from the repository\'s root, without a leading `/`, `.` or `..`',
        ),
        (
            ITEM + "    paths: {include: [vendor/]}\n",
            '7: entry 1 of "include" may not end with `/`; write `folder/**` for all below a folder',
        ),
        (
            ITEM + "    paths: {include: ['!x']}\n",
            '7: entry 1 of "include" may not start with `!`; list it under `exclude` instead',
        ),
        (
            ITEM + "    paths: {include: ['**.py']}\n",
            '7: entry 1 of "include" has `**` beside other text; it stands alone between two `/`',
        ),
        (ITEM + "    settings: {limt: 1}\n", '7: unknown key "limt"; did you mean "limit"?'),
        (ITEM + "    settings:\n      limit: '1'\n", '8: "limit" must be a whole number'),
        (ITEM + "    settings:\n      limit: 1.5\n", '8: "limit" must be a whole number'),
        (ITEM + "    settings:\n      limit: -1\n", '8: "limit": input should be greater than or equal to 0'),
        (ITEM + "    settings:\n      ratio: x\n", '8: "ratio" must be a number'),
        (ITEM + "    settings:\n      mode: quick\n", "8: \"mode\" must be one of 'fast' or 'slow'"),
        (ITEM + "    settings:\n      names: a\n", '8: "names" must be a list'),
        (
            ITEM + "    settings:\n      names:\n      - a\n      - 1\n",
            '10: entry 2 of "names" must be text; put it in quotes if it looks like a number',
        ),
        (ITEM + "    settings:\n      inner:\n        deep: yes\n", '9: "deep" must be true or false'),
        (ITEM + "    settings:\n      inner:\n        dep: true\n", '9: unknown key "dep"; did you mean "deep"?'),
        (WAIVER, '3: the key "expires" is missing'),
        (WAIVER + "    expires: soon\n", '7: "expires" must be a day, as YYYY-MM-DD'),
        (WAIVER + "    expires: 2027-02-30\n", '7: "expires" must be a day, as YYYY-MM-DD'),
        (WAIVER + "    expires: 2027-01-01T00:00:00Z\n", '7: "expires" must be a day, as YYYY-MM-DD'),
        (WAIVER + "    expires: 1798675200\n", '7: "expires" must be a day, as YYYY-MM-DD'),
        (WAIVER.replace("'@ada'", "' '") + "    expires: 2027-02-01\n", '5: "owner" must have at least 1 characters'),
        (
            WAIVER.replace("    path: '**'\n", "") + "    expires: 2027-02-01\n",
            "3: entry 1 of \"waivers\" needs `fingerprint`, `path` or both; `path: '**'` is all files",
        ),
        (
            WAIVER.replace("lint.added", "lint.known") + "    expires: 2027-02-01\n",
            '3: the policy has no item "lint.known"; known are lint.added, test.passed',
        ),
        ("name: 1\nextends: 2\nzzz: 3\n", '1: "name" must be text; put it in quotes if it looks like a number'),
    ],
)
def test_a_fault_is_one_error_with_its_line(text: str, error: str) -> None:
    assert error_of(text) == error


def test_no_error_holds_a_value() -> None:
    faults = [
        "name: [hunter2hunter2]\n",
        "name: hunter2 hunter2\n",
        ITEM.replace("block", "hunter2"),
        ITEM + "    settings: {mode: hunter2, limit: hunter2}\n",
        WAIVER + "    expires: hunter2\n",
        WAIVER + "    fingerprint: hunter 2\n",
    ]
    assert all("hunter" not in error_of(fault) for fault in faults)


def test_the_digest_is_of_what_counts_alone() -> None:
    same = parse(GENERAL.replace("name: general", "# words\nname:   'general'")).digest
    others = [
        parse(GENERAL.replace(old, new)).digest
        for old, new in [
            ("name: general", "name: other"),
            ("[main]", "[dev]"),
            ("pepper", "salt"),
            ("tests: Tests", "tests: All tests"),
            ("limit: 7", "limit: 8"),
            ("src/old", "src/new"),
            ("required: block}", "required: warn}"),
            ("@ada", "@bo"),
            ("  code: Code\n  tests: Tests\n", "  tests: Tests\n  code: Code\n"),
        ]
    ]

    assert same == parse(GENERAL).digest
    assert len({same, *others}) == 10


def finding(fingerprint: str | None = None, path: str | None = None) -> Finding:
    return Finding(rule="r", message="m", fingerprint=fingerprint, path=path)


@pytest.mark.parametrize(
    ("fingerprint", "path", "found", "covered"),
    [
        ("12345678", None, finding("12345678"), True),
        ("12345678", None, finding("12345678", "any"), True),
        ("12345678", None, finding("87654321"), False),
        ("12345678", None, finding(None, "any"), False),
        (None, "src/**", finding(None, "src/a/b"), True),
        (None, "src/**", finding("12345678", "src/\udcff"), True),
        (None, "src/**", finding(None, "lib/a"), False),
        (None, "**", finding(None, None), False),
        ("12345678", "src/**", finding("12345678", "src/a"), True),
        ("12345678", "src/**", finding("12345678", "lib/a"), False),
        ("12345678", "src/**", finding("87654321", "src/a"), False),
    ],
)
def test_a_waiver_covers_what_it_names(
    fingerprint: str | None, path: str | None, found: Finding, *, covered: bool
) -> None:
    waiver = Waiver(item="a.b", fingerprint=fingerprint, path=path, owner="@a", reason="r", expires=date(2027, 1, 31))

    assert waiver.covers("a.b", found) is covered
    assert not waiver.covers("a.c", found)


def test_a_waiver_counts_until_the_end_of_its_last_day() -> None:
    waiver = Waiver(item="a.b", fingerprint=None, path="**", owner="@a", reason="r", expires=date(2027, 1, 31))

    assert [waiver.active_on(date(2027, 1, 31)), waiver.active_on(date(2027, 2, 1))] == [True, False]


def test_paths_are_those_included_and_not_excluded() -> None:
    paths = PathFilter(("src/**", "*.md"), ("**/old/**",))

    assert [paths.matches(path) for path in ("src/a", "src/old/a", "README.md", "lib/a", "src/\udcff.py")] == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_thousands_of_entries_take_no_time_to_speak_of() -> None:
    entry = "  - {item: lint.added, path: '**', owner: o, reason: r, expires: 2027-01-31}\n"

    assert len(parse("extends: general\nwaivers:\n" + entry * 999).waivers) == 1000
    assert error_of("extends: general\nwaivers:\n" + entry * 1001).startswith(
        '2: "waivers" may have at most 1000 entries'
    )


@pytest.mark.parametrize("installed", [False, True])
def test_shipped_policies_are_found_in_a_checkout_and_in_an_installation(tmp_path: Path, *, installed: bool) -> None:
    root = Path(load.__file__).parents[2]
    shutil.copytree(root / "bot", tmp_path / "site" / "bot")
    ours, theirs = (tmp_path / "site" / "bot" / "policies", tmp_path / "site" / "policies")
    shutil.copytree(root / "policies", ours if installed else theirs)
    if installed:
        theirs.mkdir()
        (theirs / "foreign.yml").write_text("name: foreign\n")
    code = "from bot.policy.load import shipped_names; print(*shipped_names())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["deploy-gate", "production-readiness", "pull-request", "strict"]


def test_a_shipped_policy_has_its_name_for_a_source() -> None:
    assert shipped_names() == ["general", "narrow"]
    assert shipped_policy("narrow", CHECKS).source == "narrow (shipped)"
    with pytest.raises(
        PolicyError, match=r'^narow: no policy "narow" is shipped with gonogo; did you mean "narrow"\?$'
    ):
        shipped_policy("narow", CHECKS)


def test_every_setting_of_every_check_has_a_default() -> None:
    specs = [spec for check in REAL_CHECKS for spec in check.items()]

    assert [spec.id for spec in specs if not isinstance(spec.settings(), spec.settings)] == []
    assert all(spec.id.startswith(f"{check.name}.") for check in REAL_CHECKS for spec in check.items())


KEYS = ["name", "extends", "items", "waivers", "sections", "lint.added", "required", "settings", "paths", "include"]
SIGNS = [
    ": ",
    ":\n",
    "\n",
    "\n  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    '"',
    "|\n",
    ">",
    "#",
    "?",
    "&a ",
    "*a",
    "!",
    "<<",
]
ODD = ["---\n", "...\n", "%", "@", "`", "\t", "\\", "off", "1", "1.5", "~", "general", "\0", "\ufeff", "é"]
TOKENS = st.sampled_from([*KEYS, *SIGNS, *ODD])


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(TOKENS, max_size=40).map("".join).map(str.encode) | st.binary(max_size=200))
def test_any_text_is_a_policy_or_one_error_of_one_line(text: bytes) -> None:
    try:
        parse_policy(text, "gonogo.yml", CHECKS)
    except PolicyError as error:
        message = str(error)
        assert message.startswith("gonogo.yml:")
        assert message.isprintable()
        assert len(message) < 400
