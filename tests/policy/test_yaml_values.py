from __future__ import annotations

import time
from contextlib import suppress

import pytest
import yaml

from bot.errors import PolicyError
from bot.policy import yaml_values
from bot.policy.yaml_values import MAX_BYTES, Located, read_mapping


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    if name == "libyaml" and not yaml.__with_libyaml__:
        pytest.skip("this PyYAML has no libyaml")
    monkeypatch.setattr(yaml_values, "_LOADER", yaml.CSafeLoader if name == "libyaml" else yaml.SafeLoader)
    return name


def error_of(text: str | bytes) -> str:
    with pytest.raises(PolicyError) as caught:
        read_mapping(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), "gonogo.yml")
    message = str(caught.value)
    assert message.isprintable(), "an error is one line"
    assert len(message) < 250
    return message.removeprefix("gonogo.yml:")


def test_values_are_those_of_the_core_schema_with_their_lines() -> None:
    text = b"a: off\nb: [yes, 2027-01-31]\nc:\n  d: 1\n  e: -0.5\n  f: true\n  g: 'true'\n  h: null\ni: |\n  x\n"

    assert read_mapping(text, "x") == Located(
        {
            "a": "off",
            "b": ["yes", "2027-01-31"],
            "c": {"d": 1, "e": -0.5, "f": True, "g": "true", "h": None},
            "i": "x\n",
        },
        {
            (): 1,
            ("a",): 1,
            ("b",): 2,
            ("b", 0): 2,
            ("b", 1): 2,
            ("c",): 3,
            ("c", "d"): 4,
            ("c", "e"): 5,
            ("c", "f"): 6,
            ("c", "g"): 7,
            ("c", "h"): 8,
            ("i",): 9,
        },
    )


@pytest.mark.parametrize(
    "plain", ["on", "No", "y", "012", "0x1f", "1_000", "1e5", "1234567e89", "12:30:45", "2027-01-31T00:00:00Z", ".inf"]
)
def test_what_yaml_1_1_would_convert_is_text(plain: str) -> None:
    assert read_mapping(f"a: {plain}\n".encode(), "x").value == {"a": plain}


@pytest.mark.parametrize("prefix", ["\ufeff", "---\n", "# words\n", "%YAML 1.2\n---\n"])
def test_a_usual_beginning_is_fine(prefix: str) -> None:
    assert read_mapping(f"{prefix}a: 1\r\nb: é\r\n".encode(), "x").value == {"a": 1, "b": "é"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", " empty; a policy has at least `extends` or `items`"),
        ("# nothing\n", " empty; a policy has at least `extends` or `items`"),
        ("---\n...\n", " empty; a policy has at least `extends` or `items`"),
        ("~\n", " empty; a policy has at least `extends` or `items`"),
        ("- a\n", "1: not a mapping; a policy is `key: value` lines"),
        ("\njust words\n", "2: not a mapping; a policy is `key: value` lines"),
        (b"a: " + b"x" * MAX_BYTES, " larger than 256 KiB; a policy must be smaller"),
        (b"a: 1\nb: \xff\n", "2: not UTF-8; save the file in that encoding"),
        ("a: 1\n".encode("utf-16"), "1: not UTF-8; save the file in that encoding"),
        ("a: 1\nb: \ud800\n", "2: not UTF-8; save the file in that encoding"),
        ("a: 1\nb: \0\n", "2: holds the invisible character U+0000; delete it"),
        ("a: 1\nb: 2\ufeff\n", "2: holds the invisible character U+FEFF; delete it"),
        ("a: 1\n# hidden\u2028b: 2\n", "2: holds the invisible character U+2028; delete it"),
        ("a: 1\n# hidden\x85b: 2\n", "2: holds the invisible character U+0085; delete it"),
        ("a: 1\n# hidden\rb: 2\n", "2: holds the invisible character U+000D; delete it"),
        ("a: 1\nb: x \u202e y\n", "2: holds the invisible character U+202E; delete it"),
        ('a: 1\nb: "\\u202e"\n', "2: holds the escaped character U+202E; delete it"),
        ('a: 1\n"\\0": b\n', "2: holds the escaped character U+0000; delete it"),
        ("a: 1\na: 2\n", '2: the key "a" is there twice, first in line 1'),
        ("a:\n  b: 1\n  c: 1\n  'b': 2\n", '4: the key "b" is there twice, first in line 2'),
        ("a: 1\n---\na: 2\n", "2: a second document begins; a policy is one"),
        ("a: &x 1\nb: *x\n", "1: anchors and aliases (`&`, `*`) are not read; write the value out, or quote it"),
        ("a: 1\nb: *x\n", "2: anchors and aliases (`&`, `*`) are not read; write the value out, or quote it"),
        ("a: 1\n&x b: 2\n", "2: anchors and aliases (`&`, `*`) are not read; write the value out, or quote it"),
        ("a:\n  <<: {b: 1}\n", "2: merge keys (`<<`) are not read; use `extends`, or write the keys out"),
        (
            "a: 1\nb: !!python/object/apply:os.system [id]\n",
            "2: tags (`!`) are not read; write the value without one, or quote it",
        ),
        ("a: !!str 1\n", "1: tags (`!`) are not read; write the value without one, or quote it"),
        ("a: ! x\n", "1: tags (`!`) are not read; write the value without one, or quote it"),
        ("a: 1\n? [b]\n: 2\n", "2: a key is a list or a mapping; keys are text"),
        ("a: 1\nb: 1234567890123456789\n", "2: a number of more than 18 digits; quote it if it is text"),
        ("a: " + "9" * 100_000 + "\n", "1: a number of more than 18 digits; quote it if it is text"),
        ("a: " + "[" * 21 + "]" * 21 + "\n", "1: nested more than 20 levels deep"),
    ],
)
def test_what_is_not_read_is_one_error_with_its_line(text: str | bytes, error: str) -> None:
    assert error_of(text) == error


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n\tb: 2\n", 2),
        ("a:\n  b: 1\n c: 2\n", 3),
        ("a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a: 1\nb: 'x\n", 3),
        ('a: 1\nb: "\\q"\n', 2),
        ("a: 1\nb: !unknown!tag 1\n", 2),
        ("a: @x\n", 1),
        ("%YAML 3.0\n---\na: 1\n", 1),
        ("a: 1\nb: c: d\n", 2),
    ],
)
def test_what_is_not_yaml_is_one_error_with_its_line(text: str, line: int) -> None:
    assert error_of(text).startswith(f"{line}: not YAML: ")


@pytest.mark.parametrize("text", ['a: "\\UFFFFFFFF"\n', 'a: "\\ud800"\n', f"%YAML 1.{'9' * 5000}\n---\na: 1\n"])
def test_what_only_one_parser_takes_is_an_error_of_line_1_with_both(text: str, loader: str) -> None:
    if loader == "libyaml" and text.startswith("%"):
        assert error_of(text).startswith("1: not YAML: ")
    else:
        assert error_of(text).startswith("1: ")


def test_an_error_holds_no_value_and_a_short_key() -> None:
    key = "k" * 300

    assert (
        error_of(f"{key}: hunter2\n{key}: hunter2\n") == f'2: the key "{"k" * 40}..." is there twice, first in line 1'
    )
    assert "hunter2" not in error_of("a: *hunter2\n") + error_of("a: !hunter2!x 1\n") + error_of("a: 'hunter2\n")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 60_000,
        "- " * 100_000,
        "? " * 100_000,
        "a: [" + "[]," * 80_000 + "]\n",
        "".join(f"k{number}: v\n" for number in range(20_000)),
        'a: "' + "\\n" * 100_000 + '"\n',
        "a: '" + "''" * 100_000 + "'\n",
        "a:\n" + " x\n" * 60_000,
        "#" * 250_000,
        "&a " * 80_000,
        "!" * 250_000,
        "%" * 250_000,
        "*" * 250_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()

    with suppress(PolicyError):
        read_mapping(text.encode(), "x")

    assert time.process_time() - started < 10
