"""Manifests: what they ask for that no lock settles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.checks.security.dependencies.locks import is_lock, is_manifest
from bot.checks.security.dependencies.locks.manifests.allowed import is_allowed
from bot.checks.security.dependencies.locks.reading import read_locks
from bot.model import Entry, Mode, NotRead
from tests.checks.security.dependencies.locks.make import FilesTree, read_all, read_one, show_all


def unlocked(path: str, text: str) -> list[str]:
    """What a manifest without a lock says, without what is so of each."""
    return [line.removesuffix(" direct=yes") for line in show_all(read_one(path, text))]


def test_package_json() -> None:
    text = """{
  "name": "shop",
  "dependencies": {
    "a": "^1.0.0",
    "b": "1.2.3",
    "c": "npm:@o/real@~2.0.0",
    "d": "git+https://user:secret@example.com/d.git",
    "e": "owner/e#main",
    "f": "https://example.com/f.tgz",
    "g": "file:./g",
    "h": "workspace:*",
    "i": "*"
  },
  "devDependencies": {"j": "latest"},
  "peerDependencies": {"k": "1"},
  "scripts": {"build": "tsc"}
}
"""

    assert unlocked("package.json", text) == [
        "4: a origin=unpinned ^1.0.0",
        "5: b 1.2.3",
        "6: @o/real origin=unpinned ~2.0.0",
        "7: d origin=vcs git+https://example.com/d.git",
        "8: e origin=vcs owner/e#main",
        "9: f origin=url https://example.com/f.tgz",
        "12: i origin=unpinned *",
        "14: j origin=unpinned latest dev=yes",
    ]


def test_pyproject() -> None:
    text = """[build-system]
requires = ["hatchling"]

[project]
name = "shop"
dependencies = [
    "Flask>=3",  # why
    "itsdangerous==2.2.0",
    "tool @ git+https://example.com/tool.git",
    "???",
]

[project.optional-dependencies]
x = ["a_b[c]~=1.0"]

[dependency-groups]
dev = ["pytest", {include-group = "x"}]

[tool.poetry.dependencies]
python = "^3.11"
httpx = "^0.27"
django = { version = "==4.2.1", extras = ["argon2"] }
near = { path = "../near" }
far = { git = "https://example.com/far.git" }

[tool.poetry.group.dev.dependencies]
ruff = [{ version = ">=0.5", python = ">=3.8" }, { version = "==0.4.1", python = "<3.8" }]

[tool.uv]
dev-dependencies = ["mypy"]
"""

    assert unlocked("pyproject.toml", text) == [
        "7: flask origin=unpinned >=3",
        "8: itsdangerous 2.2.0",
        "9: tool origin=vcs git+https://example.com/tool.git",
        "14: a-b origin=unpinned ~=1.0",
        "17: pytest origin=unpinned dev=yes",
        "30: mypy origin=unpinned dev=yes",
        "21: httpx origin=unpinned ^0.27",
        "22: django 4.2.1",
        "24: far origin=vcs https://example.com/far.git",
        "27: ruff origin=unpinned >=0.5 dev=yes",
        "27: ruff 0.4.1 dev=yes",
        "10? a requirement that follows no grammar of Python's",
    ]


def test_setup_cfg() -> None:
    text = """[metadata]
name = shop
[options]
install_requires =
    Flask >= 3
    # a comment
    itsdangerous==2.2.0
packages = find:
[options.extras_require]
dev = pytest
docs =
    sphinx; python_version > "3.8"
[tool:pytest]
addopts = -q
"""

    assert unlocked("setup.cfg", text) == [
        "5: flask origin=unpinned >=3",
        "7: itsdangerous 2.2.0",
        "10: pytest origin=unpinned",
        "12: sphinx origin=unpinned",
    ]


def test_setup_py_is_read_and_never_run() -> None:
    text = """from setuptools import setup
raise SystemExit("this is never run")
BASE = ["flask>=3",
        "itsdangerous==2.2.0"]
setup(name="shop", install_requires=BASE, extras_require={"dev": ["pytest"], "all": compute()})
"""

    assert unlocked("setup.py", text) == [
        "3: flask origin=unpinned >=3",
        "4: itsdangerous 2.2.0",
        "5: pytest origin=unpinned",
        "5? requirements that the file computes",
    ]


def test_pipfile() -> None:
    text = """[[source]]
url = "https://pypi.org/simple"

[packages]
flask = ">=3"
itsdangerous = "==2.2.0"
any = "*"
tool = {git = "https://example.com/tool.git", ref = "main"}
near = {path = ".", editable = true}

[dev-packages]
pytest = {version = "*"}

[requires]
python_version = "3.11"
"""

    assert unlocked("Pipfile", text) == [
        "5: flask origin=unpinned >=3",
        "6: itsdangerous 2.2.0",
        "7: any origin=unpinned",
        "8: tool origin=vcs https://example.com/tool.git",
        "12: pytest origin=unpinned dev=yes",
    ]


def test_requirements_in() -> None:
    assert unlocked("requirements/base.in", "Flask>=3\n-r more.in\na==1.0\n-e ./near\n") == [
        "1: flask origin=unpinned >=3",
        "3: a 1.0",
        "4: ./near origin=path ./near",
    ]


def test_cargo_toml() -> None:
    text = """[package]
name = "shop"
[dependencies]
itoa = "1"
ryu = { version = "=1.0.5", features = ["x"] }
near = { path = "../near", version = "1.0" }
far = { git = "https://example.com/far" }
shared = { workspace = true }
named = { package = "real", version = "2.1" }
[dev-dependencies]
a = "0.3"
[target.'cfg(unix)'.dependencies]
b = "1.2.3"
"""

    assert unlocked("Cargo.toml", text) == [
        "4: itoa origin=unpinned 1",
        "5: ryu 1.0.5",
        "7: far origin=vcs https://example.com/far",
        "9: real origin=unpinned 2.1",
        "11: a origin=unpinned 0.3 dev=yes",
        "13: b origin=unpinned 1.2.3",
    ]


def test_gemfile() -> None:
    text = """source "https://rubygems.org"
gem "rails", "~> 7.0", ">= 7.0.4"
gem 'rack', '2.2.7' # why
gem("puma")
gem "tool", git: "https://example.com/tool.git"
gem "near", path: "../near"
gem name, "1.0"
# gem "commented"
%w[rspec-core rspec-mocks].each do |lib|
  gem lib, "~> 3.13"
end
gem "adapter-#{database}"
"""

    assert unlocked("Gemfile", text) == [
        "2: rails origin=unpinned ~> 7.0, >= 7.0.4",
        "3: rack 2.2.7",
        "4: puma origin=unpinned",
        "5: tool origin=vcs https://example.com/tool.git",
        "10: rspec-core origin=unpinned ~> 3.13",
        "10: rspec-mocks origin=unpinned ~> 3.13",
        "7? a gem whose name the file computes",
        "12? a gem whose name the file computes",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "%w[a b].each { |n| gem n }",
        "%w[a b].each do |n| gem n, require: false; end",
        "%w[a b].each do |n|  # both\n  gem(n)\nend",
    ],
)
def test_the_names_of_a_loop_are_asked_for_wherever_its_body_stands(text: str) -> None:
    assert [one.partition(" ")[2] for one in unlocked("Gemfile", text)] == ["a origin=unpinned", "b origin=unpinned"]


@pytest.mark.parametrize(
    "text",
    [
        "others.each do |n|\n  gem n\nend",
        "n = ENV['GEM']\ngem n",
        "gem n.sub('a', 'c')",
        "gem n + '-x'",
    ],
)
def test_a_name_that_is_not_the_loops_is_computed(text: str) -> None:
    [found] = unlocked("Gemfile", f"%w[a b].each do |n|\n{text}\nend")

    assert found.endswith("? a gem whose name the file computes")


def test_loops_give_no_more_names_than_a_file_may_hold() -> None:
    text = f"%w[{'a ' * 1_000}].each do |n|\n" + "gem n\n" * 20_000

    assert len(unlocked("Gemfile", text)) < 25_000


def test_composer_json() -> None:
    text = """{"require": {
  "php": ">=8.1", "ext-json": "*",
  "symfony/http-foundation": "^5.4",
  "Monolog/Monolog": "2.9.1"
}, "require-dev": {"phpunit/phpunit": "^9"}}
"""

    assert unlocked("composer.json", text) == [
        "3: symfony/http-foundation origin=unpinned ^5.4",
        "4: monolog/monolog 2.9.1",
        "5: phpunit/phpunit origin=unpinned ^9 dev=yes",
    ]


def test_gradle() -> None:
    text = """dependencies {
    implementation("com.google.guava:guava:32.1.1-jre")
    api 'org.apache.commons:commons-text:1.+'
    testImplementation group: 'junit', name: 'junit', version: '4.13.1'
    implementation(platform("org.springframework.boot:spring-boot-dependencies:3.2.0"))
    implementation "org.example:computed:$version"
    implementation("org.springframework:spring-web")
    implementation(project(":money"))
    // implementation("a:commented:1.0")
}
println("not:a:dependency")
"""

    assert unlocked("build.gradle.kts", text) == [
        "2: com.google.guava:guava 32.1.1-jre",
        "3: org.apache.commons:commons-text origin=unpinned 1.+",
        "4: junit:junit 4.13.1 dev=yes",
        "5: org.springframework.boot:spring-boot-dependencies 3.2.0",
        "6: org.example:computed origin=unpinned $version",
        "7: org.springframework:spring-web origin=unpinned",
    ]


PACKAGE = '{"dependencies": {"a": "^1.0.0", "b": "^1.0.0"}}'


def lock(**versions: str) -> str:
    packages = ", ".join(f'"node_modules/{name}": {{"version": "{version}"}}' for name, version in versions.items())
    return f'{{"packages": {{"": {{}}, {packages}}}}}'


@pytest.mark.parametrize("path", ["package.json", "packages/cart/package.json"])
def test_what_a_lock_beside_or_above_has_within_its_range_is_settled(path: str) -> None:
    files = read_all({path: PACKAGE, "package-lock.json": lock(a="1.2.3", b="1.0.0")})

    assert [show_all(file) for file in files if file.path == path] == [[]]


def test_what_a_lock_lacks_or_has_outside_of_the_range_is_not_settled() -> None:
    [locked, manifest] = read_all({"package.json": PACKAGE, "package-lock.json": lock(a="2.0.0", c="1.0.0")})

    assert locked.path == "package-lock.json"
    assert show_all(manifest) == ["1: a origin=unpinned ^1.0.0 direct=yes", "1: b origin=unpinned ^1.0.0 direct=yes"]


OWN_NPM = '{"packages": {"": {}, "node_modules/a": {"resolved": "packages/a", "link": true}}}'
OWN_YARN = (
    '__metadata:\n  version: 8\n"a@workspace:packages/a":\n  version: 0.0.0\n  resolution: "a@workspace:packages/a"\n'
)
OWN_PNPM = (
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: '*', version: link:packages/a}\n"
)
OWN_BUN = '{"lockfileVersion": 1, "packages": {"a": ["a@workspace:packages/a"]}}'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package-lock.json", OWN_NPM),
        ("yarn.lock", OWN_YARN),
        ("pnpm-lock.yaml", OWN_PNPM),
        ("bun.lock", OWN_BUN),
    ],
)
def test_what_a_lock_says_to_be_a_folder_of_the_project_is_settled(path: str, text: str) -> None:
    files = read_all({"packages/b/package.json": '{"dependencies": {"a": "*", "c": "*"}}', path: text})

    assert [show_all(file) for file in files if file.path.endswith(".json") and file.path != path] == [
        ["1: c origin=unpinned * direct=yes"]
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{"overrides": {"a": "2.0.0"}}'),
        ("package.json", '{"overrides": {"x@1": {"a@^1": "2.0.0"}}}'),
        ("package.json", '{"resolutions": {"**/a": "2.0.0"}}'),
        ("package.json", '{"pnpm": {"overrides": {"x>a@1": "2.0.0"}}}'),
        ("pnpm-workspace.yaml", "overrides:\n  a: 2.0.0\n"),
    ],
)
def test_what_a_project_overrides_disagrees_with_no_range(path: str, text: str) -> None:
    files = read_all({"b/package.json": PACKAGE, "package-lock.json": lock(a="2.0.0", b="1.0.0"), path: text})

    assert [show_all(file) for file in files if file.path == "b/package.json"] == [[]]


def test_packages_of_jsr_have_names_of_their_own_at_npm() -> None:
    files = read_all(
        {
            "package.json": '{"dependencies": {"@std/expect": "jsr:^1.0.19", "x": "jsr:@o/y@1.0.0"}}',
            "pnpm-lock.yaml": (
                "lockfileVersion: '9.0'\npackages:\n  '@jsr/std__expect@1.0.20':\n    resolution: {integrity: sha512-x,"
                " tarball: https://npm.jsr.io/~/11/@jsr/std__expect/1.0.20.tgz}\n"
            ),
        }
    )

    assert [show_all(file) for file in files] == [
        ["1: @jsr/o__y 1.0.0 direct=yes"],
        ["3: @jsr/std__expect 1.0.20 registry=npm.jsr.io integrity=yes direct=no"],
    ]


def test_a_lock_of_a_folder_below_or_beside_settles_nothing() -> None:
    files = read_all({"app/package.json": PACKAGE, "app/x/package-lock.json": lock(a="1.0.0", b="1.0.0")})

    assert len(files[0].packages) == 2


def test_requirements_that_were_compiled_settle_a_manifest_of_python() -> None:
    files = read_all(
        {
            "pyproject.toml": '[project]\ndependencies = ["flask>=3", "other"]\n',
            "requirements/base.txt": "flask==3.0.3\n",
        }
    )

    assert show_all(files[0]) == ["2: other origin=unpinned direct=yes"]


@pytest.mark.parametrize(
    ("ecosystem", "said", "version", "allowed"),
    [
        ("npm", "^1.2.3", "1.9.0", True),
        ("npm", "^1.2.3", "2.0.0", False),
        ("npm", "1.x || >=3.0.0 <4", "3.5.0", True),
        ("npm", "1.0.0 - 2.0.0", "2.0.1", False),
        ("npm", "latest", "1.0.0", None),
        ("PyPI", ">=1,<2", "1.5", True),
        ("PyPI", "~=1.4.2", "1.5.0", False),
        ("PyPI", "^1.2", "9.9", None),
        ("PyPI", ">=1.0", "2.0b1", True),
        ("crates.io", "1.2", "1.9.0", True),
        ("crates.io", "0.3", "0.4.0", False),
        ("crates.io", ">=1.0, <1.5", "1.5.0", False),
        ("RubyGems", "~> 7.0", "8.0", None),
    ],
)
def test_ranges_are_read_by_their_ecosystems_grammar(
    ecosystem: str, said: str, version: str, *, allowed: bool | None
) -> None:
    assert is_allowed(ecosystem, said, version) is allowed


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", "{"),
        ("pyproject.toml", "a ="),
        ("Pipfile", "[["),
        ("setup.py", "def ("),
        ("setup.py", "(" * 100_000),
        ("Cargo.toml", "\0"),
        ("composer.json", "[]"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_named(path: str, text: str) -> None:
    file = read_one(path, text)

    assert file.unknowns
    assert not file.packages


@pytest.mark.parametrize(
    "path", ["package.json", "a/pyproject.toml", "requirements.in", "x/Cargo.toml", "build.gradle"]
)
def test_manifests_are_known_by_their_names(path: str) -> None:
    assert is_manifest(path)
    assert not is_lock(path)


def test_a_manifest_of_this_project_is_settled_by_its_requirements() -> None:
    root = Path(__file__).parents[5]
    paths = [root / "pyproject.toml", *(root / "requirements").glob("*.txt")]

    files = read_all({path.relative_to(root).as_posix(): path.read_bytes() for path in paths})

    assert show_all(files[0]) == []


class LinksTree(FilesTree):
    """A tree whose files are symbolic links."""

    def entry(self, path: str) -> Entry | None:
        return Entry(path, Mode.SYMLINK, path) if path in self.files else None

    def read_many(self, paths: object) -> Iterator[tuple[str, bytes | NotRead]]:
        del paths
        yield from ()


@pytest.mark.parametrize("path", ["package.json", "pyproject.toml", "Cargo.lock"])
def test_a_symbolic_link_is_named(path: str) -> None:
    [file] = read_locks(LinksTree({path: "elsewhere"}), [path])

    assert [unknown.reason for unknown in file.unknowns] == ["the file is a symbolic link or a submodule"]


@pytest.mark.parametrize(
    "text",
    [
        "setup(**wanted)\n",
        'wanted = ["a==1.0"]\nwanted.append("b==1.0")\nsetup(install_requires=wanted)\n',
        'wanted = ["a==1.0"]\nwanted += more\nsetup(install_requires=wanted)\n',
        'wanted = {"x": ["a==1.0"]}\nwanted["y"] = more\nsetup(extras_require=wanted)\n',
        'wanted = ["a==1.0"]\nif more:\n    wanted = more\nsetup(install_requires=wanted)\n',
    ],
)
def test_requirements_that_setup_py_changes_on_its_way_are_told(text: str) -> None:
    assert [line.partition("? ")[2] for line in unlocked("setup.py", text)] == ["requirements that the file computes"]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("setup.cfg", "[options]\ninstall_requires = file: NAME\n", 2),
        ("pyproject.toml", '[tool.setuptools.dynamic]\ndependencies = { file = ["NAME"] }\n', 2),
        ("pyproject.toml", '[tool.setuptools.dynamic.optional-dependencies]\nx = { file = "NAME" }\n', 2),
    ],
)
def test_a_file_of_requirements_that_has_no_name_of_such_is_told(path: str, text: str, line: int) -> None:
    told = unlocked(path, text.replace("NAME", "deps.list"))

    assert told == [f"{line}? requirements from a file that has no name of such"]
    assert unlocked(path, text.replace("NAME", "requirements.txt")) == []


def test_what_a_catalog_stands_for_is_settled_by_a_lock_alone() -> None:
    manifest = '{"dependencies": {"a": "catalog:"}}'
    lock = "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n"

    [alone] = read_all({"package.json": manifest})
    [settled, _] = read_all({"package.json": manifest, "pnpm-lock.yaml": lock})

    assert show_all(alone) == ["1: a origin=unpinned catalog: direct=yes"]
    assert show_all(settled) == []
