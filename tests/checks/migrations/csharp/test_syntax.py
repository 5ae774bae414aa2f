from __future__ import annotations

import time

import pytest

from bot.checks.migrations.csharp.library import Cache, Library
from bot.checks.migrations.csharp.syntax import read_file
from bot.checks.migrations.csharp.values import Items, Number, Text, TypeRef
from tests.checks.migrations.django.memory import MemoryTree


def _constant(value: str) -> object:
    [decl] = read_file("a.cs", f"class A {{ const string X = {value}; }}".encode()).types
    return decl.properties[0].value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"a\\"b"', Text('a"b')),
        ('@"a""b\\c"', Text('a"b\\c')),
        ('"""a "b" c"""', Text('a "b" c')),
        ('"a" + "b"', Text("ab")),
        ("nameof(A.B)", Text("B")),
        ("1_000m", Number("1000")),
        ("-2", Number("-2")),
        ("0x10", Number("16")),
        ("[1, 2]", Items((Number("1"), Number("2")))),
        ("new[] { 1 }", Items((Number("1"),))),
    ],
)
def test_expressions_are_values(written: str, read: object) -> None:
    assert _constant(written) == read


def test_types_know_their_namespace_and_the_type_around_them() -> None:
    text = "namespace A.B;\nclass C { class D { } }\nclass E<T> { }\n"

    assert sorted(one.full_name for one in read_file("a.cs", text.encode()).types) == ["A.B.C", "A.B.C+D", "A.B.E`1"]


def test_a_name_means_the_nearest_type() -> None:
    files = {
        "x/a.cs": "namespace X;\nclass Order { }",
        "y/a.cs": "namespace Y;\nclass Order { }",
        "y/b.cs": "using X;\nnamespace Y.Z;\nclass B { }",
        "z/b.cs": "using X;\nnamespace Q;\nclass B { }",
        "z/c.cs": "using Order = Y.Order;\nnamespace Q;\nclass C { }",
        "w/d.cs": "namespace W;\nclass D { }",
    }
    library = Library(MemoryTree(files), Cache())
    found = []
    for name in ("y/b.cs", "z/b.cs", "z/c.cs", "w/d.cs"):
        file = library.file(name)
        decl = library.resolve(TypeRef("Order"), file.types[0]) if file is not None else None
        found.append(decl.full_name if decl is not None else None)

    assert found == ["Y.Order", "X.Order", "Y.Order", None]


def test_deep_nesting_ends() -> None:
    depth = 3_000
    text = "class A { object X = " + "f(" * depth + "1" + ")" * depth + "; }"

    [decl] = read_file("a.cs", text.encode()).types
    assert decl.properties[0].name == "X"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.cs", "// Builder a" + " " * 200_000),
        ("a.cs", "global using X;\n" + "\n" * 200_000 + "x"),
        ("a.csproj", "<Nullable " * 40_000),
    ],
)
def test_what_is_told_by_a_files_bytes_takes_no_longer_than_to_read_them(path: str, text: str) -> None:
    library = Library(MemoryTree({path: text, "b.cs": "class B { }"}), Cache())
    began = time.process_time()

    assert not library.is_nullable_aware("b.cs", 1)
    assert library.extensions("a") == []
    assert library.project_of("b.cs") == ("" if path == "a.csproj" else None)
    [decl] = library.named("B")
    assert library.resolve(TypeRef("Else"), decl) is None
    assert time.process_time() - began < 2
