"""The table of changed files and the chart."""

from __future__ import annotations

import pytest

from bot.model import Item, Json, Report, State, Verdict
from bot.render.as_html import render_html
from bot.render.coverage import find_chart
from bot.render.markdown import render_comment
from tests.render.gfm import render
from tests.render.reports import HEAD, MARK, item, report


def patch(files: dict[str, Json], uncovered: dict[str, Json]) -> Report:
    """A report with the figures of changed lines."""
    figures: dict[str, Json] = {"files": files, "uncovered": uncovered}
    return report(Verdict.GO, item("coverage.patch", "Tests reach it", State.PASS, "all", figures=figures))


def total(**figures: Json) -> Item:
    """An item with totals."""
    known: dict[str, Json] = {"measure": "lines", "headline": 50.0, "base_headline": 100.0, **figures}
    return item("coverage.total", "Coverage stays", State.PASS, "it does", figures=known)


def test_the_table_lists_the_files_with_most_missed_lines_first() -> None:
    comment = render_comment(
        patch({"a.js": [3, 3], "b.js": [1, 4], "none.js": [0, 0]}, {"b.js": [5, 6, 9]}), mark=MARK, full_report=None
    )

    table = comment[comment.index("| file |") : comment.index("</details>", comment.index("| file |"))].strip()
    blob = f"https://github.com/octo/shop/blob/{HEAD}"
    assert table.splitlines() == [
        "| file | changed lines that tests reach | not reached |",
        "| --- | ---: | --- |",
        f"| [`b.js`]({blob}/b.js) | 1 of 4 | [`5-6`]({blob}/b.js#L5-L6), [`9`]({blob}/b.js#L9) |",
        f"| [`a.js`]({blob}/a.js) | 3 of 3 |  |",
    ]


def test_a_path_adds_no_cell_and_no_row() -> None:
    name = "a|b`|`c\nd|x"
    page = render(render_comment(patch({name: [0, 1]}, {name: [1]}), mark=MARK, full_report=None))

    assert page.tags.count("td") == 3


def test_a_table_of_many_files_is_cut_and_counted() -> None:
    files: dict[str, Json] = {f"src/file-{number}.js": [0, 1] for number in range(400)}
    comment = render_comment(patch(files, {path: [1] for path in files}), mark=MARK, full_report=None)

    assert len(comment) < 65_000
    assert "350 more are not shown here" in comment


@pytest.mark.parametrize("figures", [{"files": 1}, {"files": {"a": "b"}}, {"files": {"a": [1]}}, {}])
def test_odd_figures_make_no_table(figures: dict[str, Json]) -> None:
    shown = report(Verdict.GO, item("coverage.patch", "Tests reach it", State.PASS, "all", figures=figures))

    assert "| file |" not in render_comment(shown, mark=MARK, full_report=None)


def test_the_chart_shows_before_and_after_rounded_down() -> None:
    chart = find_chart(total(headline=99.999))

    assert chart
    assert [(bar.label, bar.words, bar.share) for bar in chart.bars] == [
        ("before", "100.00 %", 100.0),
        ("after", "99.99 %", 99.9),
    ]


@pytest.mark.parametrize("figures", [{"headline": None}, {"measure": None}, {"headline": -3.0}, {"headline": "<b>"}])
def test_without_a_number_there_is_no_chart(figures: dict[str, Json]) -> None:
    assert find_chart(total(**figures)) is None


def test_the_page_draws_the_chart_and_the_trend_without_script_or_style() -> None:
    page = render_html(report(Verdict.GO, total(trend=[50.0, 75.0, 100.0])))

    assert page.count("<rect") == 4
    assert '<polyline points="0.0,29.0 50.0,15.0 100.0,1.0"/>' in page
    assert "<script" not in page
    assert "style=" not in page
