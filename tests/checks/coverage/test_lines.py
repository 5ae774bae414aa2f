from __future__ import annotations

import pytest

from bot.checks.coverage.lines import Arms, FileLines, Headline, Measure, Ratio, Span, lay_out


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Arms.named({"a": True, "b": False}), Arms.named({"a": False, "b": True}), Arms(2, 2, frozenset())),
        (Arms.named({"a": True, "b": False}), Arms.named({"a": True, "b": False}), Arms(1, 2, frozenset("b"))),
        # Without names it may be the same arm: what is certain is a lower bound.
        (Arms(1, 2), Arms(1, 2), Arms(1, 2)),
        (Arms(0, 2), Arms.named({"a": True, "b": False}), Arms(1, 2, frozenset("b"))),
        (Arms.named({"a": True}), Arms(1, 4), Arms(1, 4)),
    ],
)
def test_arms_of_two_runs_unite(one: Arms, other: Arms, both: Arms) -> None:
    assert (one.unite(other), other.unite(one)) == (both, both)


def test_a_file_of_two_runs_has_what_either_hit() -> None:
    one = FileLines(bytearray(b"\0\3\1"), digests={1: "x"})
    one.unite(FileLines(bytearray(b"\0\1\1\3"), {3: Arms(1, 2)}, digests={3: "y"}))

    assert (bytes(one.lines), one.digests) == (b"\0\3\1\3", {1: "x", 3: "y"})
    assert (list(one.counted()), list(one.missed()), list(one.partial())) == ([1, 2, 3], [2], [3])


def test_a_copy_stays_when_the_original_changes() -> None:
    one = FileLines(bytearray(b"\0\1"), statements={Span(1, 1, 1, 2): False}, spread=True)
    copy = one.copy()
    one.unite(FileLines(statements={Span(1, 1, 1, 2): True}, spread=True))

    assert (list(one.missed()), list(copy.missed())) == ([], [1])


def test_blocks_of_two_runs_cover_a_shared_line_whole() -> None:
    blocks = Span(1, 1, 2, 5), Span(2, 6, 3, 1)
    one = FileLines(statements=dict(zip(blocks, (True, False), strict=True)), spread=True)
    one.lines = lay_out(one.statements or {})
    assert list(one.partial()) == [2]

    one.unite(FileLines(statements=dict(zip(blocks, (False, True), strict=True)), spread=True))

    assert (list(one.partial()), list(one.missed()), one.ratio(Measure.STATEMENTS)) == ([], [], Ratio(2, 2))


@pytest.mark.parametrize(
    ("ratio", "decimals", "percent"),
    [(Ratio(6, 9), 2, 66.66), (Ratio(1999999, 2000000), 2, 99.99), (Ratio(1, 4), None, 25.0), (Ratio(0, 0), 2, None)],
)
def test_a_headline_is_rounded_as_its_tool_does(ratio: Ratio, decimals: int | None, percent: float | None) -> None:
    assert Headline(Measure.LINES, ratio, decimals).percent == percent
