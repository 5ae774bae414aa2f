"""What files of the other package managers say where they are not plain."""

from __future__ import annotations

import pytest

from tests.checks.security.dependencies.locks.make import read_all, read_one, show_all


def test_sums_of_go_are_read_where_the_module_does_not_list_all() -> None:
    sums = "example.com/a v1.0.0 h1:x=\nexample.com/a v1.0.0/go.mod h1:y=\nexample.com/b v2.0.0/go.mod h1:z=\nwhat\n"

    [_, old] = read_all({"go.mod": "module m\n\ngo 1.16\n", "go.sum": sums})
    [_, new] = read_all({"go.mod": "module m\n\ngo 1.17\n", "go.sum": sums})

    assert show_all(old) == ["1: example.com/a 1.0.0 integrity=yes", "4? a line that is no path, version and hash"]
    assert show_all(new) == []


@pytest.mark.parametrize("text", ["hello\n", "require (\n\ta v1.0.0\n", "module m\n<<<<<<< HEAD\n"])
def test_what_is_no_module_of_go_is_not_read(text: str) -> None:
    file = read_one("go.mod", text)

    assert file.unknowns
    assert not file.packages


def test_crates_of_the_first_format_have_their_checksums_at_the_end() -> None:
    source = "registry+https://github.com/rust-lang/crates.io-index"
    text = f"""[[package]]
name = "a"
version = "1.0.0"
source = "{source}"

[metadata]
"checksum a 1.0.0 ({source})" = "0123"
"""

    assert show_all(read_one("Cargo.lock", text)) == ["3: a 1.0.0 integrity=yes"]


def pom(inner: str) -> str:
    return f"<project>\n{inner}\n</project>\n"


def dependency(version: str, group: str = "g", name: str = "a") -> str:
    return f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>{version}</dependency>"


def test_a_parent_of_the_tree_gives_versions_and_properties() -> None:
    parent = pom(
        "<groupId>own</groupId><artifactId>up</artifactId><version>1</version>"
        "<properties><v>2.0</v></properties><dependencyManagement><dependencies>"
        + dependency("<version>${v}</version>")
        + "</dependencies></dependencyManagement>"
    )
    child = pom(
        "<parent><groupId>own</groupId><artifactId>up</artifactId><version>1</version></parent>\n<dependencies>"
        + dependency("")
        + dependency("<version>${v}.1</version>", name="b")
        + dependency("<version>${project.version}</version>", group="own", name="sibling")
        + "</dependencies>"
    )

    [low, up] = read_all({"pom.xml": parent, "app/pom.xml": child})

    assert show_all(up) == ["2: g:a 2.0 direct=yes"]
    assert show_all(low) == ["3: g:a 2.0 direct=yes", "3: g:b 2.0.1 direct=yes", "3: own:sibling 1 direct=yes"]


@pytest.mark.parametrize(
    "version", ["", "<version>${gone}</version>", "<version>[1,2)</version>", "<version>LATEST</version>"]
)
def test_a_version_that_maven_would_have_to_resolve_is_not_known(version: str) -> None:
    file = read_one("pom.xml", pom(f"<dependencies>{dependency(version)}</dependencies>"))

    assert [one.package for one in file.packages] == [None]


def test_properties_that_grow_cost_nothing() -> None:
    grown = "".join(f"<p{number}>{f'${{p{number + 1}}}' * 20}</p{number}>" for number in range(20))
    file = read_one("pom.xml", pom(f"<properties>{grown}</properties>{dependency('<version>${p0}</version>')}"))

    assert [one.package for one in file.packages] == [None]
    assert len(file.packages[0].source) <= 200


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE project [<!ENTITY a "b">]>\n<project>&a;</project>',
        "<html/>",
        "<project>",
        "<project>&undefined;</project>",
        '<?xml version="1.0" encoding="nonsense"?><project/>',
    ],
)
@pytest.mark.parametrize("path", ["pom.xml", "shop.csproj", "packages.config"])
def test_what_is_no_xml_of_theirs_is_not_read(path: str, text: str) -> None:
    assert read_one(path, text).unknowns


def test_central_versions_stand_for_those_that_a_project_leaves_out() -> None:
    references = '<PackageReference Include="A" />\n<PackageReference Include="B" VersionOverride="2.0" />'
    project = f"<Project>\n{references}\n</Project>"
    central = '<Project>\n<PackageVersion Include="A" Version="1.0" />\n</Project>'

    [versions, with_central] = read_all({"src/a.csproj": project, "Directory.Packages.props": central})
    [without] = read_all({"src/a.csproj": project})

    assert show_all(versions) == ["2: A 1.0 direct=yes"]
    assert show_all(with_central) == ["3: B 2.0 direct=yes"]
    assert show_all(without) == ["2: A origin=unpinned direct=yes", "3: B 2.0 direct=yes"]


def test_a_lock_beside_settles_the_ranges_of_a_project() -> None:
    project = '<Project>\n<PackageReference Include="A" Version="1.*" />\n</Project>'
    lock = '{"dependencies": {"net8.0": {"A": {"type": "Direct", "resolved": "1.2.3"}}}}'

    [csproj, locked] = read_all({"a.csproj": project, "packages.lock.json": lock})

    assert show_all(csproj) == []
    assert show_all(locked) == ["1: A 1.2.3 direct=yes"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Gemfile.lock", "hello\n"),
        ("Gemfile.lock", "GEM\n  specs:\n<<<<<<< HEAD\n    a (1.0)\n"),
        ("composer.lock", "{}"),
        ("packages.lock.json", "{}"),
        ("gradle.lockfile", "what is this\n"),
        ("libs.versions.toml", "a = \n"),
        ("uv.lock", "a = 1\n"),
        ("poetry.lock", "a = 1\n"),
        ("pdm.lock", "a = 1\n"),
        ("pylock.toml", "a = 1\n"),
        ("Pipfile.lock", "{}"),
        ("Cargo.lock", "package = 1\n"),
    ],
)
def test_a_file_that_is_no_lock_is_not_read(path: str, text: str) -> None:
    file = read_one(path, text)

    assert file.unknowns
    assert not file.packages


@pytest.mark.parametrize(
    ("path", "table", "expected"),
    [
        ("uv.lock", 'source = { git = "https://x:y@g.example/a" }', "5: a origin=vcs https://g.example/a direct=no"),
        (
            "uv.lock",
            'source = { url = "https://g.example/a.whl" }',
            "5: a origin=url https://g.example/a.whl direct=no",
        ),
        ("uv.lock", 'source = { registry = "https://i.example/simple" }', "4: a 1.0 registry=i.example direct=no"),
        ("uv.lock", 'source = { registry = "https://pypi.org/simple", virtual = "." }', "4: a 1.0 direct=no"),
        (
            "poetry.lock",
            '[package.source]\ntype = "url"\nurl = "https://g.example/a"',
            "7: a origin=url https://g.example/a",
        ),
        ("poetry.lock", '[package.source]\ntype = "file"\nurl = "a.whl"', "7: a origin=path a.whl"),
        (
            "poetry.lock",
            '[package.source]\ntype = "legacy"\nurl = "https://i.example/s"',
            "4: a 1.0 registry=i.example",
        ),
        ("pdm.lock", 'url = "https://g.example/a.whl"', "5: a origin=url https://g.example/a.whl"),
    ],
)
def test_tables_of_python_say_where_a_package_comes_from(path: str, table: str, expected: str) -> None:
    head = "version = 1\n" if path == "uv.lock" else ""
    text = f'{head or chr(10)}[[package]]\nname = "A"\nversion = "1.0"\n{table}\n\n[metadata]\n'

    assert show_all(read_one(path, text)) == [expected]


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("uv.lock", 'source = { editable = "." }'),
        ("uv.lock", 'source = { virtual = "." }'),
        ("poetry.lock", '[package.source]\ntype = "directory"\nurl = "../lib"'),
        ("pdm.lock", 'path = "./lib"'),
    ],
)
def test_the_projects_own_folders_are_left_out(path: str, table: str) -> None:
    head = "version = 1\n" if path == "uv.lock" else ""

    assert show_all(read_one(path, f'{head}[[package]]\nname = "a"\nversion = "1.0"\n{table}\n\n[metadata]\n')) == []


def test_keys_of_toml_that_look_odd_have_their_lines() -> None:
    text = """version = 1
text = \"\"\"
[[package]]
name = "not a package"
\"\"\"
[[package]]
name = 'a' # [[package]]
"version" = "1.0"
source = { registry = "https://pypi.org/simple", x = [1, 2,
  { y = "}" }] }
[[package]]
version = "2.0"
name = "b"
[[package.wheels]]
hash = "sha256:0"
"""

    assert show_all(read_one("uv.lock", text)) == ["8: a 1.0 direct=no", "12: b 2.0 integrity=yes direct=no"]


def test_what_follows_a_section_that_bundler_does_not_have_is_told() -> None:
    text = "GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\nGEMS\n    b (1.0)\n\nDEPENDENCIES\n  a\n"

    lines = show_all(read_one("Gemfile.lock", text))

    assert lines == ["4: a 1.0 direct=yes", "5? a section that Bundler does not have"]


def test_a_package_with_the_group_and_version_of_the_project_is_looked_up_unless_it_is_a_snapshot() -> None:
    lines = {
        version: show_all(
            read_one(
                "pom.xml",
                pom(f"<groupId>g</groupId><version>{version}</version>{dependency(f'<version>{version}</version>')}"),
            )
        )
        for version in ("2.14.1", "2.14.1-SNAPSHOT")
    }

    assert lines == {"2.14.1": ["2: g:a 2.14.1 direct=yes"], "2.14.1-SNAPSHOT": []}


@pytest.mark.parametrize(("locked", "expected"), [("A.B", []), ("C", ["1: a.b origin=unpinned [1.0,2.0) direct=yes"])])
def test_a_range_of_nuget_is_settled_by_a_lock_that_names_the_package(locked: str, expected: list[str]) -> None:
    project = '<Project><ItemGroup><PackageReference Include="a.b" Version="[1.0,2.0)" /></ItemGroup></Project>'
    lock = f'{{"version": 1, "dependencies": {{"net8.0": {{"{locked}": {{"type": "Direct", "resolved": "1.5.0"}}}}}}}}'

    [_, file] = read_all({"packages.lock.json": lock, "shop.csproj": project})

    assert show_all(file) == expected
