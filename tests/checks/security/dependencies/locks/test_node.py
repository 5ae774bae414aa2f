"""What locks of npm, Yarn, pnpm and Bun say of packages that are not plain ones."""

from __future__ import annotations

import json
import time

import pytest

from tests.checks.security.dependencies.locks.make import read_one, show_all


def npm(**packages: object) -> list[str]:
    """What a lock of npm's version 3 says, each package under `node_modules`."""
    placed = {f"node_modules/{name}": said for name, said in packages.items()}
    return show_all(read_one("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": {"": {}} | placed})))


@pytest.mark.parametrize(
    "address",
    [
        "https://registry.npmjs.org/a/-/a-1.0.0.tgz",
        "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#0123",
    ],
)
def test_the_registry_that_is_the_default_is_not_named(address: str) -> None:
    assert npm(a={"version": "1.0.0", "resolved": address}) == ["1: a 1.0.0 direct=no"]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://user:secret@npm.example.com/a/-/a-1.0.0.tgz", "npm.example.com"),
        ("https://art.example.com/api/npm/all/a/-/a-1.0.0.tgz", "art.example.com"),
        ("http://localhost:4873/a/-/a-1.0.0.tgz", "localhost"),
    ],
)
def test_another_registry_is_named_by_its_host(address: str, host: str) -> None:
    assert npm(a={"version": "1.0.0", "resolved": address}) == [f"1: a 1.0.0 registry={host} direct=no"]


def test_packages_of_githubs_registry_have_their_versions() -> None:
    address = "https://npm.pkg.github.com/download/@org/a/1.0.0/0123456789abcdef"

    assert npm(**{"@org/a": {"version": "1.0.0", "resolved": address}}) == [
        "1: @org/a 1.0.0 registry=npm.pkg.github.com direct=no"
    ]


@pytest.mark.parametrize(
    ("address", "origin", "said"),
    [
        ("git+ssh://git@github.com/o/a.git#0123", "vcs", "git+ssh://github.com/o/a.git#0123"),
        ("git+https://x:t0k3n@example.com/a.git#0123", "vcs", "git+https://example.com/a.git#0123"),
        ("https://codeload.github.com/o/a/tar.gz/0123?token=abc", "url", "https://codeload.github.com/o/a/tar.gz/0123"),
        ("file:vendor/a.tgz", "path", "file:vendor/a.tgz"),
        # The address of another version, and of another package: it is what npm installs.
        ("https://registry.npmjs.org/a/-/a-0.9.0.tgz", "url", "https://registry.npmjs.org/a/-/a-0.9.0.tgz"),
        ("https://registry.npmjs.org/b/-/b-1.0.0.tgz", "url", "https://registry.npmjs.org/b/-/b-1.0.0.tgz"),
        ("https://example.com/a-1.0.0.tgz", "url", "https://example.com/a-1.0.0.tgz"),
    ],
)
def test_what_comes_from_elsewhere_has_no_version_that_could_be_looked_up(address: str, origin: str, said: str) -> None:
    assert npm(a={"version": "1.0.0", "resolved": address}) == [f"1: a origin={origin} {said} direct=no"]


def test_links_and_the_projects_own_packages_are_left_out() -> None:
    text = json.dumps(
        {
            "lockfileVersion": 3,
            "packages": {
                "": {"workspaces": ["packages/*"]},
                "packages/cart": {"name": "cart", "version": "1.0.0"},
                "node_modules/cart": {"resolved": "packages/cart", "link": True},
            },
        }
    )

    assert show_all(read_one("package-lock.json", text)) == []


def test_packages_within_packages_are_read_with_their_own_names() -> None:
    said = npm(**{"a/node_modules/@o/b": {"version": "2.0.0"}, "c": {"name": "d", "version": "1.0.0"}})

    assert said == ["1: @o/b 2.0.0 direct=no", "1: d 1.0.0 direct=no"]


def test_old_locks_are_read_to_their_depth() -> None:
    text = """{
  "lockfileVersion": 1,
  "dependencies": {
    "a": {
      "version": "1.0.0",
      "dependencies": {
        "b": {
          "version": "git+https://example.com/b.git#01",
          "dependencies": {"c": {
            "version": "3.0.0"}}
        }
      }
    }
  }
}
"""

    assert show_all(read_one("npm-shrinkwrap.json", text)) == [
        "5: a 1.0.0",
        "8: b origin=vcs git+https://example.com/b.git#01 direct=no",
        "10: c 3.0.0 direct=no",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"version": "1.0 0"}, "1? a name or a version that no registry could have"),
        ({"version": "1\u202e0"}, "1? a name or a version that no registry could have"),
        ("1.0.0", "1? an entry that is no mapping"),
        ({"version": 1}, "1: a origin=unpinned direct=no"),
    ],
)
def test_an_odd_entry_is_named_and_the_rest_is_read(said: object, expected: str) -> None:
    assert sorted(npm(a=said, b={"version": "1.0.0"})) == sorted([expected, "1: b 1.0.0 direct=no"])


def test_a_lock_of_40_000_packages_is_read_in_a_second_and_a_half() -> None:
    entry = {
        "version": "1.0.0",
        "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz",
        "integrity": "sha512-" + "a" * 86,
    }
    packages = {
        f"node_modules/p{number}/node_modules/a": entry | {"engines": {"node": ">=10"}} for number in range(40_000)
    }
    text = json.dumps({"lockfileVersion": 3, "packages": packages}, indent=2).encode()
    started = time.process_time()

    file = read_one("package-lock.json", text)

    assert len(file.packages) == 40_000
    # A machine of a continuous integration is some three times slower at its worst.
    assert time.process_time() - started < 4.5


YARN = '# yarn lockfile v1\n\n\n"@s/a@^1.0.0", "@s/a@~1.0.1":\n  version "1.0.2"\n  resolved "{}"\n'


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://registry.yarnpkg.com/@s/a/-/a-1.0.2.tgz#01", "5: @s/a 1.0.2 integrity=yes"),
        ("https://r.example.com/@s/a/-/a-1.0.2.tgz#01", "5: @s/a 1.0.2 registry=r.example.com integrity=yes"),
        (
            "https://registry.yarnpkg.com/@s/a/-/a-1.0.1.tgz#01",
            "5: @s/a origin=url https://registry.yarnpkg.com/@s/a/-/a-1.0.1.tgz#01 integrity=yes",
        ),
    ],
)
def test_yarns_first_format_is_read_by_its_addresses(address: str, expected: str) -> None:
    assert show_all(read_one("yarn.lock", YARN.format(address))) == [expected]


def test_yarns_first_format_may_hold_other_origins() -> None:
    text = """# yarn lockfile v1


"a@git+https://github.com/o/a.git":
  version "1.0.0"
  resolved "git+https://github.com/o/a.git#0123"

b@o/b:
  version "1.0.0"
  resolved "https://codeload.github.com/o/b/tar.gz/0123"

"c@file:c.tgz":
  version "1.0.0"
"""

    assert show_all(read_one("yarn.lock", text)) == [
        "5: a origin=vcs git+https://github.com/o/a.git#0123 integrity=yes",
        "9: b origin=url https://codeload.github.com/o/b/tar.gz/0123",
        "13: c origin=path file:c.tgz",
    ]


def test_yarns_later_format_may_hold_other_origins() -> None:
    text = """__metadata:
  version: 8

"a@https://github.com/o/a.git":
  version: 1.0.0
  resolution: "a@https://github.com/o/a.git#commit=0123"

"b@patch:b@npm%3A^2.0.0#~/b.patch":
  version: 2.1.0
  resolution: "b@patch:b@npm%3A2.1.0#~/b.patch::version=2.1.0&hash=ab"

"@o/c@npm:1.0.0":
  version: 1.0.0
  resolution: "@o/c@npm:1.0.0::__archiveUrl=https%3A%2F%2Fr.example.com%2Fc-1.0.0.tgz"

"d@portal:../d":
  version: 0.0.0-use.local
  resolution: "d@portal:../d::locator=shop%40workspace%3A."
"""

    assert show_all(read_one("yarn.lock", text)) == [
        "5: a origin=vcs https://github.com/o/a.git#commit=0123 direct=no",
        "9: b 2.1.0 direct=no",
        "13: @o/c 1.0.0 registry=r.example.com direct=no",
    ]


def test_pnpms_packages_may_come_from_elsewhere() -> None:
    text = """lockfileVersion: '9.0'
packages:
  a@https://codeload.github.com/o/a/tar.gz/0123:
    resolution: {tarball: https://codeload.github.com/o/a/tar.gz/0123}
    version: 1.0.0
  b@git+https://example.com/b.git#0123:
    resolution: {type: git, repo: https://example.com/b.git, commit: '0123'}
  '@o/c@1.0.0':
    resolution: {integrity: sha512-x, tarball: https://r.example.com/@o/c/-/c-1.0.0.tgz}
  d@file:d.tgz:
    resolution: {integrity: sha512-x, tarball: file:d.tgz}
  e@1.0.0:
    resolution: {integrity: sha512-x, tarball: https://registry.npmjs.org/e/-/e-0.9.0.tgz}
  f@1.0.0: oops
"""

    assert show_all(read_one("pnpm-lock.yaml", text)) == [
        "3: a origin=url https://codeload.github.com/o/a/tar.gz/0123",
        "6: b origin=vcs https://example.com/b.git",
        "8: @o/c 1.0.0 registry=r.example.com integrity=yes direct=no",
        "10: d origin=path file:d.tgz integrity=yes",
        "12: e origin=url https://registry.npmjs.org/e/-/e-0.9.0.tgz integrity=yes direct=no",
        "14? an entry without a resolution",
    ]


@pytest.mark.parametrize(
    "key", ["/@o/a/1.0.0_b@2.0.0", "/@o/a/1.0.0_react@17.0.2+x", "/@o/a@1.0.0(b@2.0.0)(@c/d@1.0.0)", "@o/a@1.0.0"]
)
def test_pnpms_keys_are_names_and_versions_without_peers(key: str) -> None:
    text = f"lockfileVersion: '6.0'\npackages:\n  '{key}':\n    resolution: {{integrity: sha512-x}}\n"

    assert show_all(read_one("pnpm-lock.yaml", text)) == ["3: @o/a 1.0.0 integrity=yes direct=no"]


def test_a_lock_of_pnpm_of_two_megabytes_is_read_in_two_seconds() -> None:
    entry = "  '@scope/p{0}@1.{0}.0':\n    resolution: {{integrity: sha512-{1}}}\n    engines: {{node: '>=10'}}\n\n"
    packages = "".join(entry.format(number, "a" * 86) for number in range(12_500))
    started = time.process_time()

    file = read_one("pnpm-lock.yaml", f"lockfileVersion: '9.0'\n\npackages:\n\n{packages}")

    assert len(file.packages) == 12_500
    # A machine of a continuous integration is some three times slower at its worst.
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package-lock.json", "[]"),
        ("package-lock.json", "{}"),
        ("package-lock.json", '{"packages": []}'),
        ("package-lock.json", '{"packages": {}'),
        ("yarn.lock", "a@1:\n  version 1\n"),
        ("yarn.lock", "# yarn lockfile v1\nwhat is this\n"),
        ("yarn.lock", "__metadata:\n  version: 8\n- a\n"),
        ("pnpm-lock.yaml", "packages: {}\n"),
        ("pnpm-lock.yaml", ""),
        ("pnpm-lock.yaml", "lockfileVersion: &a '9.0'\npackages: *a\n"),
        ("bun.lock", "{}"),
        ("bun.lock", '{"lockfileVersion": 1, "packages": {"a": []}}'),
    ],
)
def test_a_file_that_is_no_lock_is_not_read(path: str, text: str) -> None:
    file = read_one(path, text)

    assert file.unknowns
    assert not file.packages


@pytest.mark.parametrize(
    ("resolution", "expected"),
    [
        ("{integrity: sha512-x, directory: lib}", ["4: a 1.0.0 integrity=yes direct=no"]),
        ("{directory: lib, type: directory}", []),
    ],
)
def test_a_folder_of_pnpm_is_one_only_where_the_type_says_so(resolution: str, expected: list[str]) -> None:
    text = f"lockfileVersion: '9.0'\npackages:\n\n  a@1.0.0:\n    resolution: {resolution}\n"

    assert show_all(read_one("pnpm-lock.yaml", text)) == expected


@pytest.mark.parametrize(
    "patched", ["b@npm%3A1.0.0#./x.patch", "@s/b@npm%3A1.0.0#./x.patch", "%40s%2Fb@npm%3A1.0.0#./x"]
)
def test_a_patched_package_of_yarn_goes_by_the_name_that_is_patched(patched: str) -> None:
    text = f'__metadata:\n  version: 8\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@patch:{patched}"\n'
    name = "b" if patched.startswith("b") else "@s/b"

    assert show_all(read_one("yarn.lock", text)) == [f"4: {name} 1.0.0 direct=no"]
