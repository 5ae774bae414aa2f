from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.documents import DocumentError, parse_document

_YAML = """\
# a comment
on: push
mode: 0644
base: &base {image: app, ports: [80, 443]}
web:
  <<: *base
  ports:
    - 8080
---
kind: Service
"""
_JSON = """\
{
  // a comment
  "scripts": {"test": "vitest",
    "lint": "eslint", },
  "files": [
    "a",
    {"b": 1}
  ]
}
"""
_TOML = """\
[tool.pytest]
minversion = "8"

[[tool.mypy.overrides]]
module = "a"

[[tool.mypy.overrides]]
module = "b"
"""


def test_yaml_has_values_lines_and_all_its_documents() -> None:
    document = parse_document("a.yml", _YAML)

    assert document.value == {
        "on": "push",
        "mode": "0644",
        "base": {"image": "app", "ports": [80, 443]},
        "web": {"image": "app", "ports": [8080]},
    }
    assert (document.line("web", "ports", 0), document.line("web", "nothing")) == (8, 5)
    assert document.parts[1].get("kind") == "Service"
    assert [(found.value, found.line) for found in document.find("kind")] == [("Service", 10)]


def test_json_may_have_comments_and_commas_at_the_end() -> None:
    document = parse_document("package.json", _JSON)

    assert document.get("scripts", "lint") == "eslint"
    assert [document.line("scripts", "test"), document.line("scripts", "lint"), document.line("files", 1, "b")] == [
        3,
        4,
        7,
    ]


def test_toml_has_lines_of_tables_and_keys() -> None:
    document = parse_document("pyproject.toml", _TOML)

    assert [(found.value, found.line) for found in document.find("tool", "mypy", "overrides", "*", "module")] == [
        ("a", 5),
        ("b", 8),
    ]
    assert document.line("tool", "pytest", "minversion") == 2


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.yml", "a:\n  b: [\n", 3),
        ("a.yml", "a: {{ .Values.x }}\nb: {{- if }}\n", 2),
        ("a.json", '{\n"a": 1,\n"b" 2}', 3),
        ("a.toml", "[a]\nb = \n", 2),
        ("a.yml", "[" * 100, 1),
        ("a.json", "[" * 300, 1),
        ("a.toml", f"a = {'.' * 600}", 1),
        (
            "a.yml",
            "a: &a [x]\n"
            + "".join(f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)),
            6,
        ),
    ],
)
def test_what_is_broken_too_deep_or_too_large_is_an_error_with_its_line(path: str, text: str, line: int) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(path, text)

    assert caught.value.line == line


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", "[" * 200_000),
        ("a.json", '"' + '\\"' * 400_000),
        ("a.json", "/*" * 400_000),
        ("a.yml", "[" * 200_000),
        ("a.yml", "- " * 200_000),
        ("a.toml", "a = " + "[" * 200_000),
        ("a.toml", "a" + ".a" * 200_000 + " = 1"),
    ],
)
def test_no_text_takes_long(path: str, text: str) -> None:
    started = time.process_time()
    with pytest.raises(DocumentError):
        parse_document(path, text)

    assert time.process_time() - started < 2


def test_values_that_ytt_puts_in_are_there() -> None:
    text = "#@ load('x')\nname: a #@ no value\nimage: #@ data.values.image\nports: #! ours\n- port: #@ f(1)\n"

    assert parse_document("a.yml", text).value == {
        "name": "a",
        "image": "$(ytt)data.values.image",
        "ports": [{"port": "$(ytt)"}],
    }
