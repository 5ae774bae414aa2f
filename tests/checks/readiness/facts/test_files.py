from __future__ import annotations

import pytest

from bot.checks.readiness.facts.files import Files, Memory, Reads, Role
from bot.model import NotRead
from tests.checks.readiness.look import MemoryTree, look

_TREE = MemoryTree(
    {
        "Dockerfile": "FROM a\n",
        "api/Dockerfile": "FROM b\n",
        "api/dockerfile.dev": "FROM c\n",
        "tests/Dockerfile": "FROM d\n",
        "deploy/app.yaml": "kind: Deployment\n",
        "deploy/broken.yaml": "a: [\n",
        "big.json": NotRead("larger than 5 MiB", "raise the limit"),
        "docs/README.md": "# hello\r\nworld\n",
    }
)


def test_a_pattern_without_a_slash_is_of_a_name_in_any_folder() -> None:
    files = Files(_TREE)

    assert files.select("dockerfile*") == ["Dockerfile", "api/Dockerfile", "api/dockerfile.dev"]
    assert files.select("*.yaml", "*.json") == ["big.json", "deploy/app.yaml", "deploy/broken.yaml"]
    assert files.select("Dockerfile", roles=[Role.TEST]) == ["tests/Dockerfile"]


def test_a_pattern_with_a_slash_is_of_the_whole_path() -> None:
    files = Files(_TREE)

    assert files.select("api/*") == ["api/Dockerfile", "api/dockerfile.dev"]
    assert files.select("**/dockerfile") == ["Dockerfile", "api/Dockerfile"]


def test_a_text_has_lines_and_what_is_not_read_has_none() -> None:
    files = Files(_TREE)

    assert files.lines("docs/README.md") == ["# hello", "world", ""]
    assert files.text("big.json") is None
    assert list(files.unread) == ["big.json"]
    assert files.text("nowhere") is None


def test_a_broken_document_is_an_unknown_with_its_line() -> None:
    files = Files(_TREE)

    assert files.parsed("deploy/broken.yaml") is None
    assert (files.faults["deploy/broken.yaml"].path, files.faults["deploy/broken.yaml"].line) == (
        "deploy/broken.yaml",
        2,
    )


def test_what_a_piece_of_work_looked_at_is_noted_for_all_around_it() -> None:
    files = Files(_TREE)

    with files.recording() as outer:
        files.text("Dockerfile")
        with files.recording() as inner:
            files.parsed("deploy/app.yaml")
            files.select("*.toml")

    assert inner == Reads({"deploy/app.yaml"}, {"*.toml"})
    assert outer == Reads({"Dockerfile", "deploy/app.yaml"}, {"*.toml"})


def test_two_revisions_share_what_did_not_change() -> None:
    memory = Memory()
    first, second = (Files(_TREE, memory).once("words", "Dockerfile", str.split) for _ in range(2))

    assert first == ["FROM", "a"]
    assert first is second


def test_what_is_made_of_each_file_is_kept_and_its_content_is_not() -> None:
    memory = Memory()
    files = Files(_TREE, memory)
    paths = ["docs/README.md", "big.json", "Dockerfile", "nowhere"]
    files.text("Dockerfile")

    with files.recording() as reads:
        made = list(files.kept_of_each("size", paths, lambda path, content: f"{path} {len(content)}"))

    assert made == ["docs/README.md 15", "Dockerfile 7"]
    assert reads.paths == {"docs/README.md", "big.json", "Dockerfile"}
    assert [one.path for one in files.doubts(reads)] == ["big.json"]
    assert [content for content in memory.contents.values() if isinstance(content, bytes)] == [b"FROM a\n"]
    assert list(Files(_TREE, memory).kept_of_each("size", paths, lambda *_: "again")) == made


def test_a_part_of_a_path_is_found_wherever_it_stands() -> None:
    paths = ["a/Bcd/e", "b/x", "bcd", "x/abcd", "z"]
    files = Files(MemoryTree(dict.fromkeys(paths, "")))

    assert files.select("**/bcd/*") == ["a/Bcd/e"]
    assert files.select("*bcd*") == ["bcd", "x/abcd"]
    assert files.select("*") == paths


def test_a_site_of_documentation_is_no_product() -> None:
    pages = {f"www/apps/book/{number}/page.mdx": "# a\n" for number in range(20)}
    package = '{"dependencies": {"@mdx-js/react": "3"}}'
    site = {
        "www/package.json": '{"workspaces": ["apps/*"]}',
        "www/apps/book/package.json": package,
        "www/apps/api/route.ts": "x\n",
        "www/apps/api/vercel.json": "{}",
    }
    files = Files(
        MemoryTree({**pages, **site, "website/docusaurus.config.js": "x\n", "website/a.ts": "x\n", "src/b.ts": "x\n"})
    )

    assert files.select("*.ts", "*.json") == ["src/b.ts"]
    assert files.role("www/apps/api/route.ts") is Role.DOCS
    assert files.select("*.ts", roles=[Role.DOCS]) == ["website/a.ts", "www/apps/api/route.ts"]
    with files.recording() as reads:
        files.role("website/a.ts")
    assert "website/docusaurus.config.js" in reads.paths


@pytest.mark.parametrize(
    "beside",
    [
        {"api/package.json": '{"dependencies": {"express": "5", "@mdx-js/react": "3"}}'},
        {"api/main.go": "package main\n"},
        {"api/package.json": '{"devDependencies": {"@types/node": "24"}}', **{f"api/{n}.md": "" for n in range(50)}},
    ],
)
def test_a_program_is_made_no_site_by_what_is_put_beside_it(beside: dict[str, str]) -> None:
    marker = {} if "api/1.md" in beside else {"api/mint.json": "{}"}
    files = Files(MemoryTree({"api/server.ts": "x\n", **beside, **marker}))

    assert files.role("api/server.ts") is Role.PRODUCT


def test_a_package_with_some_pages_is_the_product_and_so_is_a_repository_that_is_a_site() -> None:
    pages = {f"web/posts/{number}.mdx": "# a\n" for number in range(30)}
    code = {f"web/app/{number}.tsx": "x\n" for number in range(16)}
    web = Files(MemoryTree({**pages, **code, "web/package.json": "{}"}))
    site = Files(MemoryTree({**pages, "package.json": "{}", "docusaurus.config.js": "x\n", "a.ts": "x\n"}))

    assert web.role("web/app/1.tsx") is Role.PRODUCT
    assert site.role("a.ts") is Role.PRODUCT


@pytest.mark.parametrize(
    ("folder", "sender", "role"),
    [
        ("internal/httpclient", "configuration.go", Role.CLIENT),
        ("ui/packages/api-client", "src/base.ts", Role.CLIENT),
        # A server that is made of a description is the product's own, and so is a repository that is a client.
        ("server", "go/routers.go", Role.PRODUCT),
        ("", "configuration.go", Role.PRODUCT),
    ],
)
def test_a_client_that_a_generator_made_is_no_product(folder: str, sender: str, role: Role) -> None:
    begin = f"{folder}/" if folder else ""
    paths = [f"{begin}.openapi-generator-ignore", f"{begin}{sender}", f"{begin}api/openapi.yaml", "main.go"]
    files = Files(MemoryTree(dict.fromkeys(paths, "")))

    assert files.role(f"{begin}api/openapi.yaml") is role
    assert files.role("main.go") is Role.PRODUCT


_LIBRARIES = {f"{name}/main.py": "" for name in ("python", "ruby", "kotlin", "go")}


@pytest.mark.parametrize(
    ("files", "role"),
    [
        ({**_LIBRARIES, "server/main.rs": ""}, Role.CLIENT),
        # Few languages may be the product's own, and so is what an image is built in, and what nothing stands beside.
        ({"go/main.py": "", "java/main.py": "", "server/main.rs": ""}, Role.PRODUCT),
        ({**_LIBRARIES, "server/main.rs": "", "go/Dockerfile": ""}, Role.PRODUCT),
        (_LIBRARIES, Role.PRODUCT),
    ],
)
def test_a_folder_for_each_of_many_languages_holds_clients(files: dict[str, str], role: Role) -> None:
    assert Files(MemoryTree(files)).role("go/main.py") is role


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_whose_mark_names_its_encoding_is_read_in_it(encoding: str) -> None:
    text = 'using Foo;\nvar a = "ü";\n'
    asked = look({"A.cs": text.encode(encoding)})

    assert asked.files.text("A.cs") == text
    assert [file.path for file in asked.source.parsed("Foo")] == ["A.cs"]
    assert list(Files(MemoryTree({"A.cs": text.encode(encoding)})).kept_of_each("x", ["A.cs"], _has_foo)) == [True]


def _has_foo(_path: str, content: bytes) -> bool:
    return b"Foo" in content


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\xfe\xff\xd8", b"\xff\xfe\x00\xd8a", b"\xff\xfe\0\0\xff\xff"])
def test_a_broken_file_of_utf_16_is_read_as_far_as_it_can_be(content: bytes) -> None:
    assert Files(MemoryTree({"a.cs": content})).text("a.cs") is not None
