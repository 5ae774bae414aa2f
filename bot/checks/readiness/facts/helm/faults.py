"""What a template function says of arguments that it cannot take."""

from __future__ import annotations


class FunctionFault(Exception):  # noqa: N818 - the chart's fault
    """A function cannot give what it is asked for; the message names no value."""
