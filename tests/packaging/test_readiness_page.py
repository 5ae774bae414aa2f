from __future__ import annotations

from tools.readiness_page import PAGE, render_page


def test_the_page_of_the_readiness_list_is_the_one_that_the_policy_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "run `python -m tools.readiness_page`"
