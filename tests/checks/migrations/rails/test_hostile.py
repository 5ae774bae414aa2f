from __future__ import annotations

import time

import pytest

from tests.checks.migrations.rails.project import BASE, SECOND, USERS, change, judge, schema, told


@pytest.mark.parametrize(
    "body",
    [
        "x = 'a'\n40.times { x = \"#{x}#{x}\" }\nadd_column :users, x, :string",
        "x = []\n60.times { x = [x, x] }\nadd_column :users, :a, :json, default: x",
        "x = {}\n60.times { x = { a: x, b: x } }\nadd_column :users, :a, :json, default: x",
        "x = 'aaaa'\n40.times { x = x.gsub('a', x) }\nadd_column :users, x, :string",
        "200.times { 200.times { 200.times { 200.times { add_column :users, :a, :string } } } }",
        "def change\n  change\nend\nchange",
        "x = [1]\n60.times { x.concat(x) }\nadd_column :users, :a, :json, default: x",
        "x = []\nx.push(x)\nadd_column :users, :a, :json, default: x",
        "x = {}\nx[:a] = x\nadd_column :users, :a, :json, default: x",
        "x = [1]\n60.times { x << x }\nadd_column :users, :a, :json, default: x",
        "x = [1, 2]\n60.times { x = x.map { x } }\nadd_column :users, :a, :json, default: x",
        "x = {}\n60.times { x = x.merge(a: x, b: x) }\nadd_column :users, :a, :json, default: x",
        "add_column :users, :a, :integer, default: 0x" + "f" * 5000,
        "add_column :users, :a, :integer, default: " + "9" * 5000,
        "add_column :users, :a, :float, default: 0x" + "f" * 90 + " * 1.5",
        "add_column :users, :a, 'decimal(" + "9" * 5000 + ")'",
        "x = 1" + ".gigabytes" * 70 + '\nadd_column :users, "a#{x}", :string',
        "(" * 3000 + "add_column :users, :a, :string" + ")" * 3000,
    ],
)
def test_code_without_end_ends(body: str) -> None:
    started = time.process_time()

    assert told(change(body, USERS))
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "text", ["module A\n" * 20000, "class A < " * 5000, "\0" * 1000, "[" * 50000, "x.y { " * 20000]
)
def test_files_without_sense_are_no_pass(text: str) -> None:
    assert told(judge(BASE, {**BASE, SECOND: text}))
    assert told(judge(BASE, {**BASE, "db/schema.rb": schema(USERS) + text}))
    assert told(judge(BASE, {**BASE, "app/models/user.rb": text})) == []


def test_versions_without_end_are_no_versions() -> None:
    assert told(judge(BASE, {**BASE, "db/migrate/" + "1" * 5000 + "_x.rb": ""})) == []
    assert told(judge(BASE, {**BASE, "db/schema.rb": schema(USERS).replace("2024_01_01_000000", "9" * 5000)})) == [
        "? `define`: a version that cannot be read"
    ]
