"""Jinja2, set up so that a template cannot forget to escape.

Whatever a template prints goes through the format's own escaping unless it already is `Markup`; and the only filters
there are those given here, so that none of Jinja2's own can make `Markup` of raw text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup


def load_template(
    name: str, escape: Callable[[str], str], filters: Mapping[str, Callable[[Any], Markup]] | None = None
) -> Template:
    """A template of this package whose every print goes through `escape`."""

    def finalize(value: object) -> Markup:
        return value if isinstance(value, Markup) else Markup(escape(str(value)))  # noqa: S704 - this is the escaping

    environment = Environment(
        loader=PackageLoader("bot.render"),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters = dict(filters or {})
    return environment.get_template(name)
