"""Routes of files that are made to cost: they are read in time that grows with the files' length."""

from __future__ import annotations

import time

import pytest

from tests.checks.readiness.look import look

_SECONDS = 3.0
_MAPPED = "<servlet><servlet-name>%s</servlet-name></servlet>"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("WEB-INF/web.xml", "<!--" * 50_000),
        ("WEB-INF/web.xml", "<servlet><servlet-name>" + " " * 1_900 + "</servlet>" + _MAPPED * 2_000),
        ("routes/api.php", "<?php\n" + f"$r->addRoute('GET'{' ' * 3_900});\n" * 100),
        ("a.ts", "import express from 'express'\nconst app = express()\n" + f"app.get('/{'{a' * 1_900}', f)\n" * 100),
        ("a.ts", "import 'fastify'\n" + f"app.route({{url:{' ' * 3_900}}})\n" * 100),
    ],
)
def test_text_that_is_made_to_cost_is_read_in_seconds(path: str, text: str) -> None:
    seen = look({path: text, "src/A.java": "class A {}\n"})
    started = time.process_time()

    assert len(seen.routes.all) in {0, 100}
    assert time.process_time() - started < _SECONDS
