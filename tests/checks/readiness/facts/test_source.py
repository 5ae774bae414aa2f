"""Elements of source files, language by language; comments never count."""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Callable, Iterable
from typing import ClassVar, Self

import pytest

from bot.checks.readiness.facts.files import Files, Memory
from bot.checks.readiness.facts.source import index
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source
from tests.checks.readiness.look import MemoryTree


def read(path: str, text: str | bytes) -> SourceFile:
    return Source(Files(MemoryTree({path: text}))).file(path)


def shown(elements: list[Element]) -> list[tuple[str, str, int]]:
    return [(one.name, one.text, one.line) for one in elements]


@pytest.mark.parametrize(
    ("path", "text", "module", "call", "arguments"),
    [
        ("a.ts", "import helmet from 'helmet'\n// app.use(no)\napp.use(helmet())", "helmet", "app.use", "(helmet())"),
        ("a.mjs", "const h = require('helmet')\n/* app.use(no) */\napp.use(h())", "helmet", "app.use", "(h())"),
        ("a.tsx", "import x from 'y'\n// f(no)\nconst a = <B c={f(1)} />", "y", "f", "(1)"),
        ("a.py", "from x.y import z\n# app.add(no)\napp.add(z)", "x.y", "app.add", "(z)"),
        ("a.go", 'package a\nimport "x/chi"\nfunc f() {\n// r.Use(no)\nr.Use(m)\n}', "x/chi", "r.Use", "(m)"),
        ("A.java", "import a.B;\nclass A { void f() {\n// no.no();\nb.c(1); } }", "a.B", "b.c", "(1)"),
        ("A.cs", "using A.B;\n// app.No();\napp.UseRateLimiter();", "A.B", "app.UseRateLimiter", "()"),
        ("a.rb", "require 'redis'\n# no.use X\nconfig.middleware.use X", "redis", "config.middleware.use", "X"),
        ("a.php", "<?php use A\\B;\n// $x->no();\n$x->go(1);", "A\\B", "$x.go", "(1)"),
        ("a.rs", "use a::b;\nfn f() {\n// no();\ng::h(1);\n}", "a::b", "g::h", "(1)"),
    ],
)
def test_imports_and_calls_are_read(path: str, text: str, module: str, call: str, arguments: str) -> None:
    file = read(path, text)

    assert file.imports[0].name == module
    assert (call, arguments) in [(one.name, one.text) for one in file.calls]
    assert "no" not in file.code


@pytest.mark.parametrize(
    ("path", "text", "name", "arguments"),
    [
        ("a.ts", "@Controller('users')\nclass A {}", "Controller", "'users'"),
        ("a.py", "@app.get('/x')\ndef f(): ...", "app.get", "'/x'"),
        ("A.java", '@GetMapping("/x") class A {}', "GetMapping", '"/x"'),
        ("A.cs", '[HttpGet("x")] class A {}', "HttpGet", '"x"'),
        ("a.php", "<?php #[Route('/x')]\nclass A {}", "Route", "'/x'"),
        ("a.rs", '#[get("/x")]\nfn f() {}', "get", '"/x"'),
    ],
)
def test_decorators_are_read(path: str, text: str, name: str, arguments: str) -> None:
    assert (name, arguments) in [(one.name, one.text) for one in read(path, text).decorators]


@pytest.mark.parametrize(
    ("path", "text", "name", "value"),
    [
        ("a.ts", "const a = { credentials: true }", "credentials", "true"),
        ("a.py", "DEBUG = False", "DEBUG", "False"),
        ("a.py", "f(allow_origins=['*'])", "allow_origins", "['*']"),
        ("a.go", "package a\nvar x = T{Origins: y}", "Origins", "y"),
        ("a.rb", "config.force_ssl = true", "config.force_ssl", "true"),
        ("a.php", "<?php return ['paths' => ['*']];", "paths", "['*']"),
        ("A.cs", "class A { int P {get;} = 3; }", "P", "3"),
    ],
)
def test_assignments_and_keys_are_read(path: str, text: str, name: str, value: str) -> None:
    assert (name, value) in [(one.name, one.text) for one in read(path, text).assigns]


def test_documentation_strings_of_python_do_not_count() -> None:
    file = read("a.py", '"""Call redis.Redis()."""\n\ndef f():\n    """app.use()"""\n    return "kept"\n')

    assert "kept" in file.code
    assert "redis" not in file.code
    assert file.calls == []
    assert len(file.lines) == 6


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.ts", "if (dev) { f() }", [("(dev)", True)]),
        ("a.ts", "if (dev) { g() } else { f() }", [("(dev)", False)]),
        ("a.ts", "dev && f()", [("dev", True)]),
        ("a.ts", "const a = dev ? f() : g()", [("dev", True)]),
        ("a.py", "if dev:\n    g()\nelse:\n    f()\n", [("dev", False)]),
        ("a.py", "a = f() if dev else g()\n", [("dev", True)]),
        ("a.go", "package a\nfunc x() { if dev { f() } }", [("dev", True)]),
        ("A.cs", "if (dev) { f(); }", [("dev", True)]),
        ("A.java", "class A { void x() { if (dev) f(); } }", [("(dev)", True)]),
        ("a.rb", "f(1) unless dev", [("dev", False)]),
        ("a.php", "<?php if ($dev) { f(); }", [("($dev)", True)]),
        ("a.rs", "fn x() { if dev { f() } }", [("dev", True)]),
    ],
)
def test_a_call_knows_its_conditions(path: str, text: str, expected: list[tuple[str, bool]]) -> None:
    file = read(path, text)
    [call] = [one for one in file.calls if one.name == "f"]

    assert file.conditions(call) == expected


def test_an_arrow_function_has_the_name_of_its_variable() -> None:
    file = read("a.ts", "export const initSentry = () => {\n  Sentry.init({})\n}\n")
    [call] = file.calls

    assert [one.name for one in file.functions_around(call)] == ["initSentry"]


@pytest.mark.parametrize(
    "path", ["tests/a.ts", "vendor/a.go", "docs/a.py", "examples/a.rb", "a.test.ts", "node_modules/x/a.js", "a.md"]
)
def test_only_the_product_is_source(path: str) -> None:
    assert Source(Files(MemoryTree({path: "redis()"}))).paths == ()


def test_a_generated_file_is_no_source() -> None:
    assert Source(Files(MemoryTree({"a.go": "// Code generated by x. DO NOT EDIT.\npackage a"}))).paths == ()


def test_words_find_files_and_languages_are_counted() -> None:
    source = Source(Files(MemoryTree({"a.py": "import redis", "b.py": "", "c.ts": "redis", "D.kt": ""})))

    assert source.mentioning("redis") == ["a.py", "c.ts"]
    assert source.mentioning("redis", language="python") == ["a.py"]
    assert source.languages == {"python": 2, "typescript": 1, "Kotlin": 1}


def test_a_long_file_that_a_tool_made_holds_nothing_and_leaves_nothing_open() -> None:
    head = b"/* NOTE: This class is auto generated by OpenAPI Generator.\n * Do not edit the class manually. */\n"
    found = read("client.ts", head + b"call();\n" * 70_000)

    assert (found.fault, list(found.elements)) == (None, [])
    head = b"/**\n * This file was auto-generated.\n * Do not make direct changes to the file.\n */\n"
    assert read("client.ts", head + b"call();\n" * 70_000).fault is None
    assert read("shop/static/pdf/viewer.mjs", b"call();\n" * 70_000).fault is None
    assert read("shop/static/pdf/viewer.py", b"call()\n" * 90_000).fault is not None
    assert read("client.ts", b"// generated\n" + b"call();\n" * 70_000).fault is not None
    assert len(read("client.ts", head + b"call();\n").elements) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" * 200_000, "brackets nest deeper than 400"),
        (b"x = 1\n" * 100_000, "the file has 600,000 bytes; source is read up to 524,288"),
        (b"a\0b", "the file holds NUL bytes: it is no source code"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_unknown_at_once(content: bytes, reason: str) -> None:
    files = Files(MemoryTree({"a.py": content}))
    source = Source(files)
    start = time.process_time()

    assert source.file("a.py").elements == ()
    assert time.process_time() - start < 1
    fault = source.file("a.py").fault
    assert fault is not None
    assert (fault.path, fault.line, fault.reason) == ("a.py", 1, reason)


def test_a_text_may_hold_a_nul_byte() -> None:
    text = f"const key = `${{a}}\0${{b}}`\n{'// ' + 'x' * 99}\napp.use(limit())\n"

    assert [one.name for one in Source(Files(MemoryTree({"a.ts": text}))).file("a.ts").calls] == ["app.use", "limit"]


def test_that_calls_nest_too_deep_is_told_once_somebody_asks_for_them() -> None:
    files = Files(MemoryTree({"a.py": ("f(" * 300 + ")" * 300 + "\n") * 30}))
    file = Source(files).file("a.py")
    with files.recording() as reads:
        Source(files).file("a.py")

    assert files.doubts(reads) == []
    assert file.elements == ()
    assert [one.reason for one in files.doubts(reads)] == ["calls nest too deep"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "f(limit)"),
        ("a.ts", "/* limiter(1)\n */\nf()"),
        ("a.go", "// limiter(1)\n\n// limiter(2)\npackage a"),
        ("a.py", "# limiter(1)\nf()"),
        ("a.php", "<?php\n/* limiter(1) */ f();"),
    ],
)
def test_a_file_is_not_parsed_whose_bytes_tell_that_nothing_matches(
    path: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "parse", None)

    assert read(path, text).named(Kind.CALL, re.compile(r"(?:.*\.)?limiter")) == []
    assert not read(path, text).holds(re.compile("(?i)LIMITER"), Kind.CALL, Kind.DECORATOR)


@pytest.mark.parametrize(
    ("path", "text", "may"),
    [
        ("a.ts", "import {\n  a,\n} from 'x/limiter'", True),
        ("a.ts", "const a = require(\n  'x/limiter')", True),
        ("a.ts", "limiter(1)\nconst limiter = 2", False),
        ("a.py", "from x.limiter import a", True),
        ("a.py", "import a, \\\n  x.limiter", True),
        ("a.py", "x = 'import'\nlimiter(1)", False),
        ("a.go", 'package a\nimport (\n\tb "x/limiter"\n)', True),
        ("A.java", "import a.b\n  .limiter;", True),
        ("A.java", "import a.b;\nclass A { Limiter a; }", False),
        ("A.cs", "using A = X.Limiter;", True),
        ("a.php", "<?php\nuse A\\{B, Limiter};", True),
        ("a.rb", "require 'x/limiter'", True),
        ("a.php", "<?php\nuse A\\{B, // of x; of y\n Limiter};", True),
        ("A.cs", "using static // x; y\n  X.Limiter;", True),
        ("A.java", "import /* a; b */ x.limiter;", True),
        ("A.java", "import a.b; // x\nclass A { Limiter a; }", False),
        ("a.rs", "use a::{b,\n limiter};", True),
        ("a.ts", "f('ä'); limiter()", True),
        ("a.ts", "x" * 3_000 + "limiter", True),
        ("a.ts", "limiter\n" * 50, True),
    ],
)
def test_a_file_tells_by_its_bytes_what_it_may_import(path: str, text: str, may: bool) -> None:  # noqa: FBT001 - a case
    assert read(path, text).may_import("(?i)limiter") is may


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "const limit: number = 5"),
        ("a.ts", "class A { limit? = 5 }"),
        ("a.ts", "f({ limit: 5 })"),
        ("a.ts", "f({ 'limit': 5 })"),
        ("a.tsx", "const a = <B limit={5} />"),
        ("a.ts", "let limit /* of all */ = 5"),
        ("a.py", "limit\\\n = 5"),
        ("a.py", "f(limit=5)"),
        ("a.go", "package a\nvar limit int = 5"),
        ("A.java", "class A { int limit; }"),
        ("A.java", "class A { int limit[] = {5}; }"),
        ("A.java", "class A { int b; void f() { b = limit += 5; } }"),
        ("A.cs", "class A { int limit { get; } = 5; }"),
        ("A.cs", "class A { void F() { limit ??= 5; } }"),
        ("a.rb", "limit ||= 5"),
        ("a.php", "<?php return ['limit' => 5];"),
        ("a.php", "<?php $limit = 5;"),
        ("a.rs", "fn f() { let limit: u8 = 5; }"),
        ("a.rs", "const limit: u8 = 5;"),
    ],
)
def test_what_has_a_value_is_told_by_the_bytes(path: str, text: str) -> None:
    file = read(path, text)

    assert "limit" in [one.name.partition(":")[0] for one in file.assigns]
    assert file.may_assign("limit")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "// a\rapp.use(x)\nb()\n"),
        ("a.ts", "// a\u2028app.use(x)\nb()\n"),
        ("A.cs", "// a\rclass A { void F() { app.use(x); } }\n"),
        ("a.php", "<?php /* a */ app.use(x);\n"),
    ],
)
def test_code_behind_the_end_of_the_first_comment_is_looked_at(path: str, text: str) -> None:
    assert read(path, text).may_hold(re.compile("use"))


def test_a_module_whose_name_stands_on_several_lines_may_be_imported() -> None:
    file = read("a.rs", "use a::{\n    limiter::B,\n};")

    assert [one.name for one in file.imports] == ["a::{limiter::B,}"]
    assert file.may_import(r"a::\{limiter::B")


def test_what_was_told_of_one_question_is_no_answer_to_another() -> None:
    file = read("a.ts", "import a from 'Limiter'\nuse(REDIS)\n")

    assert [file.may_hold(re.compile("redis", flags)) for flags in (0, re.IGNORECASE, 0)] == [False, True, False]
    assert [file.may_import(name) for name in ("limiter", "redis", "limiter")] == [True, False, True]


def test_a_name_that_is_only_used_has_no_value() -> None:
    assert not read("A.java", "import a.Limit; class A { Limit b = new Limit(Limit.C); }").may_assign("Limit")
    assert not read("a.ts", "a.limit = 5").may_assign("limit")
    assert not read("a.ts", 'import b, {\n  a as c,\n  limit,\n} from "b"\nf(limit.of)').may_assign("limit")
    assert not read("a.ts", 'import type { limit } from "b"').may_assign("limit")
    assert read("a.ts", 'import { limit } from "b"\nlet a = 1,\n  limit').may_assign("limit")
    assert read("a.ts", 'import { a } from "b"\nconst c = { limit: 1 }').may_assign("limit")
    assert read("a.ts", f'import {{ {"limit, " * 90}}} from "b"').may_assign("limit")
    assert read("a.ts", "a.limit = 5").may_assign("limit", to_member=True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "app\n  // a limiter\n  .limiter(1)"),
        ("a.php", "// <?php $app->limiter(1);"),
        ("a.php", "<?php $app /* no */ -> limiter(1);"),
        ("a.py", "#!/usr/bin/python\nf = app. limiter(1)"),
        ("a.rs", "#![allow(x)]\nfn f() { app.limiter(1); }"),
        ("A.cs", "#region a\napp.Limiter(1);"),
        ("a.rb", "app&.limiter(1)"),
    ],
)
def test_a_name_is_found_however_its_parts_are_put(path: str, text: str) -> None:
    [call] = read(path, text).named(Kind.CALL, re.compile(r"(?i)\$?app.*\.limiter"))

    assert call.text == "(1)"


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.py", "a.go", "A.java", "A.cs", "a.rb", "a.php", "a.rs"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"'''", b"f(" * 300, b"if " * 5000, b"a." * 20_000])
def test_hostile_text_is_read_to_its_end(path: str, content: bytes) -> None:
    start = time.process_time()

    read(path, content)

    assert time.process_time() - start < 2


def test_the_words_of_another_revision_are_looked_through_once() -> None:
    memory = Memory()
    before = {"a.py": "redis.get()", "b.py": "helmet", "c.py": "redis", "d.py": "x y"}
    after = {"a.py": "redis.get()", "b.py": "redis", "e.py": "redis", "d.py": "x y"}
    first, second = (Source(Files(MemoryTree(files), memory)) for files in (before, after))
    words = ("redis", "redi", "helmet", "x y", "().", "get()")

    assert [first.mentioning(word) for word in words[:3]] == [["a.py", "c.py"], ["a.py", "c.py"], ["b.py"]]
    assert [second.mentioning(word) for word in words] == [
        Source(Files(MemoryTree(after))).mentioning(word) for word in words
    ]


def test_programs_in_a_hidden_folder_are_no_source_of_the_product() -> None:
    files = {".dredd/hooks/a.go": "package a\n", ".github/scripts/b.py": "x = 1\n", "c/.server/d.ts": "f()\n"}

    assert Source(Files(MemoryTree(files))).paths == ("c/.server/d.ts",)


def test_what_is_made_beside_the_check_is_what_the_check_would_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_WORTH_BYTES", 0)
    files = {
        "a.ts": "// no\nimport a from 'b'\napp.use(a({ x: 1 }))\n" * 3,
        "b.py": "def f():\n    '''no'''\n    return g(ä)\n",
        "c.go": "package c\n" + "(" * 500,
        "d.rb": "a.each { b }\n",
    }

    class Pickled:
        """Makes all at once, and hands it over as another process would."""

        wanted: ClassVar[list[int]] = []

        def start(self, make: Callable[[int], object], count: int) -> Self:
            self.made = [pickle.dumps(make(number)) for number in range(count)]
            return self

        def take(self, number: int) -> object:
            return pickle.loads(self.made[number]) if number != 1 else None  # noqa: S301 - its own

        def want(self, numbers: Iterable[int]) -> None:
            self.wanted.extend(numbers)

    alone, helped = Source(Files(MemoryTree(files))), Source(Files(MemoryTree(files)), Pickled())

    for path in files:
        assert helped.file(path).fault == alone.file(path).fault
        assert helped.file(path).elements == alone.file(path).elements
        assert helped.file(path).code == alone.file(path).code

    # Files are wanted before they are asked for, one by one.
    fresh = Source(Files(MemoryTree(files)), Pickled())
    assert next(fresh.parsed("no")).path == "a.ts"
    assert Pickled.wanted == [0, 1]


_RUST = """use tower::ServiceBuilder;
fn serve() { layer(Limit::new()); }
#[cfg(test)]
#[allow(dead_code)]
mod tests {
    // Tests.
    use super::*;
    #[test]
    fn limits() { layer(Other::new()); }
}
#[cfg(all(test, feature = "testsuite"))]
fn for_tests() { layer(Third::new()); }
#[cfg(not(test))]
fn more() { layer(Fourth::new()); }
"""


def test_what_rust_builds_for_tests_alone_is_left_out() -> None:
    file = read("src/a.rs", _RUST)

    assert [one.name for one in file.functions] == ["serve", "more"]
    assert [one.text for one in file.calls if one.name == "layer"] == ["(Limit::new())", "(Fourth::new())"]
    assert "Other" not in file.code
    assert file.code.count("\n") == _RUST.count("\n")


def test_what_a_file_does_not_hold_is_told_without_its_elements() -> None:
    file = SourceFile("a.py", "python", b"f(1)\n", lambda: pytest.fail("it is parsed"))

    assert not file.says("limit")


def test_what_a_file_says_in_comments_alone_it_does_not_say() -> None:
    file = read("a.py", "f(1)  # limit\n")

    assert file.says("f(")
    assert not file.says("limit")
