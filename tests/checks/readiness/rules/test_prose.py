"""Documents as sections: what stands under each heading, whenever it is asked for."""

from __future__ import annotations

from bot.checks.readiness.rules.prose import documents, sections
from tests.checks.readiness.look import look

_TEXT = "\ufeff# Run it\r\nfirst %s\r\n<!-- no\r\nno -->\r\n## Roll back\r\nsecond %s\r\n# Other\r\nthird\r\n"


def test_sections_say_what_stands_under_them_in_whatever_order_they_are_asked() -> None:
    paths = [f"docs/d{number}.md" for number in range(8)]
    files = look({path: _TEXT % (path, path) for path in paths}).files

    found = {path: sections(files, path) for path in paths}

    for path in paths:
        assert [(one.path, one.line, one.first) for one in found[path]] == [(path, 1, 2), (path, 5, 6), (path, 7, 8)]
        assert found[path][1].lines == [f"second {path}"]
    for path in paths:
        assert found[path][0].words == 7
        assert found[path][2].text == "third\n"


def test_each_revision_has_the_documents_of_its_own_paths() -> None:
    one, two = (look({path: "# A\n"}).files for path in ("docs/a.md", "docs/changelog.md"))

    assert [list(documents(files)) for files in (one, two, one)] == [["docs/a.md"], [], ["docs/a.md"]]
