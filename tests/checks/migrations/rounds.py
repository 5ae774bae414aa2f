"""Scripts of migrations that go round: further than is followed, to a step that is filled in, or without doing more."""

from __future__ import annotations


def deep(inner: str, levels: int = 6) -> str:
    """An object that holds another, and so on."""
    return f"{{ next: {deep(inner, levels - 1)} }}" if levels else inner


REACHES_A_STEP = [
    "const f = (i) => { if (i === 5) %s; else f(i + 1) }; f(0)",
    f"const f = (i) => {{ if (i.next) f(i.next); else %s }}; f({deep('{}')})",
    f"const f = (i) => {{ if (i.next) g(i.next); else %s }}; const g = (i) => f(i); f({deep('{}')})",
    f"for (const i of {list(range(501))}) {{ if (i === 500) %s }}",
    f"{list(range(501))}.forEach((i) => {{ if (i === 500) %s }})",
]
DOES_NOTHING_MORE = [
    "const wait = async (n) => { if (await ready()) return; await wait(n - 1) }; await wait(left)",
    "const wait = async () => { if (!(await ready())) await wait() }; await wait()",
    "const plain = (o) => Array.isArray(o) ? o.map(plain) : o; plain(rows)",
    f"const f = (i) => {{ if (i.next) f(i.next); else console.log('done') }}; f({deep('{}', 2)})",
]
