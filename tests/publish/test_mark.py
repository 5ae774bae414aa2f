"""The mark is read back as it was written, from the first line alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inputs import parse_inputs
from bot.publish.mark import Mark, check_run_name, parse_mark, status_context

_HEAD = "a" * 40
_marks = st.builds(
    Mark,
    name=st.from_regex(r"([A-Za-z0-9][A-Za-z0-9 ._/-]{0,49})?", fullmatch=True).map(str.strip),
    head=st.sampled_from([_HEAD, "0" * 64]),
    run=st.integers(0, 10**15),
    attempt=st.integers(1, 1000),
    at=st.integers(0, 10**11),
)


@given(_marks, st.text())
def test_a_mark_is_read_back(mark: Mark, rest: str) -> None:
    assert parse_mark(f"{mark}\n{rest}") == mark
    assert parse_mark(f"{mark}\r\n{rest}") == mark
    assert parse_inputs({"INPUT_NAME": mark.name}).name == mark.name


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n" + str(Mark("", _HEAD, 1, 1, 1)),
        "> " + str(Mark("", _HEAD, 1, 1, 1)),
        str(Mark("", _HEAD, 1, 1, 1)) + " and more",
        str(Mark("", _HEAD, 1, 1, 1)).replace("run=1", "run=" + "9" * 5000),
        str(Mark("", "A" * 40, 1, 1, 1)),
        str(Mark("--> <b>", _HEAD, 1, 1, 1)),
        str(Mark("", _HEAD, 1, 1, 1)).replace("run=1", "run=\u0661"),
        "<!-- gonogo:2 -->",
    ],
)
def test_what_is_no_mark_is_none(body: str) -> None:
    assert parse_mark(body) is None


def test_the_longest_name_fits_what_github_takes() -> None:
    assert status_context("") == "gonogo/verdict"
    assert status_context("api") == "gonogo/verdict (api)"
    assert check_run_name("api") == "gonogo/report (api)"
    assert len(status_context("n" * 50)) < 255
