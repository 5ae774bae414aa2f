"""What makes an old line unsafe, doubles a fault, or hides one behind something that looks old."""

from __future__ import annotations

from tests.checks.security.made.cases import Case, function, notebook

_OLD = function("return eval(ID)")
_SAFE = function("return read(ID)")


def _swapped(name: str, before: str, after: str, body: str, rule: str) -> Case:
    text = function(body)
    return Case(name, {"a.py": f"{before}\n\n\n{text}"}, {"a.py": f"{after}\n\n\n{text}"}, [(rule, "a.py", 5)])


_UNCHANGED_LINES = (
    _swapped("another module under one name", "import json as p", "import pickle as p", "return p.loads(ID)", "S301"),
    _swapped(
        "another function under one name",
        "from json import loads",
        "from pickle import loads",
        "return loads(ID)",
        "S301",
    ),
    _swapped("another hash", "from hashlib import sha256 as h", "from hashlib import md5 as h", "return h(ID)", "S324"),
    _swapped(
        "a parser that expands",
        "import defusedxml.ElementTree as ET",
        "import xml.etree.ElementTree as ET",
        "return ET.parse(ID)",
        "S314",
    ),
    _swapped(
        "eval is no longer shadowed", "from ast import literal_eval as eval", "import ast", "return eval(ID)", "S307"
    ),
    _swapped(
        "another loader", "from yaml import safe_load as load", "from yaml import load", "return load(ID)", "S506"
    ),
    _swapped(
        "another client",
        "from mine import client",
        "import requests as client",
        "return client.get(ID, verify=False, timeout=3)",
        "S501",
    ),
    _swapped(
        "another temporary file",
        "from tempfile import mkstemp as make",
        "from tempfile import mktemp as make",
        "return make(ID)",
        "S306",
    ),
    Case(
        "an argument on another line",
        {"a.py": "import subprocess\nsubprocess.run(\n    ID,\n    shell=False,\n)\n"},
        {"a.py": "import subprocess\nsubprocess.run(\n    ID,\n    shell=True,\n)\n"},
        [("S602", "a.py")],
    ),
    Case(
        "a line goes that made it safe",
        {"a.py": "import hashlib\nhashlib.md5(\n    ID,\n    usedforsecurity=False,\n)\n"},
        {"a.py": "import hashlib\nhashlib.md5(\n    ID,\n)\n"},
        [("S324", "a.py")],
    ),
    Case(
        "an edit in the middle of a text",
        {"a.py": "def f(ID, db):\n    db.execute(\n        'SELECT a '\n        'FROM t'\n    )\n"},
        {"a.py": "def f(ID, db):\n    db.execute(\n        'SELECT a '\n        f'FROM {ID}'\n    )\n"},
        [("S608", "a.py")],
    ),
)
_MULTISETS = (
    Case(
        "one more of the same in one function",
        {"a.py": _OLD},
        {"a.py": function("eval(ID)\nreturn eval(ID)")},
        [("S307", "a.py")],
    ),
    Case(
        "one more of the same in another function",
        {"a.py": _OLD},
        {"a.py": _OLD + "\n\n" + _OLD.replace("def f", "def g")},
        [("S307", "a.py")],
    ),
    Case(
        "three of one",
        {"a.py": _OLD},
        {"a.py": function("eval(ID)\neval(ID)\nreturn eval(ID)")},
        [("S307", "a.py")] * 2,
    ),
    Case("two on one line", {"a.py": _OLD}, {"a.py": function("return eval(ID), eval(ID)")}, [("S307", "a.py", 2)]),
    Case("a copy of a file", {"a.py": _OLD}, {"b.py": _OLD}, [("S307", "b.py", 2)]),
    Case(
        "a copy of a file in a file that is edited",
        {"a.py": _OLD, "b.py": "x = 1\n"},
        {"a.py": "import sys\n\n\n" + _OLD, "b.py": "x = 1\n\n\n" + _OLD},
        [("S307", "b.py")],
    ),
    Case(
        "two copies of a file that goes", {"a.py": _OLD}, {"a.py": None, "b.py": _OLD, "c.py": _OLD}, [("S307", "c.py")]
    ),
    Case("one goes and another kind comes", {"a.py": _OLD}, {"a.py": function("exec(ID)")}, [("S102", "a.py", 2)]),
    Case(
        "one goes and one comes elsewhere in other words",
        {"a.py": _OLD + "\n\ndef g(ID):\n    return 1\n"},
        {"a.py": "def f(ID):\n    return 1\n\n\ndef g(ID):\n    IDsettings = {'answer': eval(ID['expression'])}\n"},
        [("S307", "a.py", 6)],
    ),
    Case(
        "text that was safe enough is no longer",
        {"a.py": "import subprocess\nsubprocess.run('ls', shell=True)\n"},
        {"a.py": "import subprocess\nsubprocess.run(ID, shell=True)\n"},
        [("S602", "a.py", 2)],
    ),
)
_SUPPRESSED = tuple(
    Case(f"`{mark}` comes with it", {"a.py": "x = 1\n"}, {"a.py": f"x = 1\neval(ID)  {mark}\n"}, [("S307", "a.py", 2)])
    for mark in (
        *(
            "# nosec",
            "#nosec",
            "# nosec B307",
            "# nosec: B307",
            "# nosec blacklist",
            "# noqa",
            "# NOQA",
            "# noqa: S307",
        ),
        *(
            "# noqa:S307",
            "# noqa: E501, S307",
            "# noqa: S",
            "# ruff: ignore[S307]",
            "# type: ignore  # nosec",
            "# nosemgrep",
        ),
    )
)
_FOR_A_FILE = tuple(
    Case(f"`{mark}` comes with it", {"a.py": "x = 1\n"}, {"a.py": f"{mark}\nx = 1\neval(ID)\n"}, [("S307", "a.py", 3)])
    for mark in (
        "# ruff: noqa",
        "# ruff: noqa: S307",
        "# flake8: noqa",
        "# ruff: disable[S307]",
        "# ruff: file-ignore[S307]",
    )
)
_SETTINGS = tuple(
    Case(
        f"{name} comes with it",
        {"a.py": "x = 1\n"},
        {"a.py": "x = 1\neval(ID)\n", name: content},
        [("S307", "a.py", 2)],
    )
    for name, content in (
        (
            "pyproject.toml",
            '[tool.ruff.lint]\nignore = ["S307"]\n[tool.bandit]\nskips = ["B307"]\nexclude_dirs = ["."]\n',
        ),
        ("ruff.toml", 'lint.per-file-ignores = {"*" = ["ALL"]}\n'),
        (".ruff.toml", 'exclude = ["*"]\nforce-exclude = true\nrequired-version = ">=99"\n'),
        (".bandit", "[bandit]\nexclude: /\nskips: B307\n"),
        ("setup.cfg", "[flake8]\nignore = S307\n[bandit]\nskips = B307\n"),
        ("bandit.yaml", "skips: [B307]\n"),
        (".gitignore", "*\n"),
        (".gitattributes", "* binary -diff linguist-generated export-ignore\n"),
        (".ruff_cache/x", "x\n"),
    )
)
_NAMES = tuple(
    Case(f"a file named {name!r}", {}, {name: "x = 1\neval(ID)\n"}, [("S307", name, 2)])
    for name in (
        *(
            "--help.py",
            "-c.py",
            "--config=a.toml.py",
            " .py",
            "a b.py",
            "a\tb.py",
            "a\nb.py",
            "é.py",
            "名.py",
            "a'\"b.py",
        ),
        *("a:b.py", "a\\b.py", "$(id).py", "*.py", "[a].py", "{a}.py", ".hidden.py", "__init__.py", "conftests.py"),
        *(
            "setup.py",
            "build/a.py",
            "dist/a.py",
            "venv/a.py",
            ".venv/a.py",
            ".git_/a.py",
            ".tox/a.py",
            "site-packages/a.py",
        ),
        *("__pycache__/a.py", "bandit.py", "ruff.py", "json.py", "ast.py", "f" * 200 + ".py", "a.b.c.py", "a.pyw"),
    )
)
_PLACES = (
    Case(
        "a test that becomes the project's code",
        {"tests/a.py": _OLD},
        {"tests/a.py": None, "src/a.py": _OLD},
        [("S307", "src/a.py")],
    ),
    Case(
        "vendored code that becomes the project's",
        {"vendor/a.py": _OLD},
        {"vendor/a.py": None, "src/a.py": _OLD},
        [("S307", "src/a.py")],
    ),
    Case("text that becomes Python", {"a.txt": _OLD}, {"a.txt": None, "a.py": _OLD}, [("S307", "a.py")]),
    Case("a script without an ending", {}, {"run": "#!/usr/bin/env python3\neval(ID)\n"}, [("S307", "run", 2)]),
    Case("a fault in vendored code", {}, {"vendor/a.py": "eval(ID)\n"}, [("S307", "vendor/a.py")], advice=True),
    Case("a fault in generated code", {}, {"a_pb2.py": "eval(ID)\n"}, [("S307", "a_pb2.py")], advice=True),
    Case("a fault in a test", {}, {"tests/test_a.py": "eval(ID)\n"}, [("S307", "tests/test_a.py")]),
    Case(
        "chance for no secret", {}, {"a.py": "import random\nID = random.random()\n"}, [("S311", "a.py")], advice=True
    ),
    Case("an assert", {}, {"a.py": "assert ID\n"}, [("S101", "a.py")], advice=True),
    Case(
        "an exception that is dropped",
        {},
        {"a.py": "try:\n    ID()\nexcept Exception:\n    pass\n"},
        [("S110", "a.py")],
        advice=True,
    ),
)
_NOTEBOOKS = (
    Case("a new notebook", {}, {"a.ipynb": notebook("x = 1\n", "y = 2\neval(ID)\n")}, [("S307", "a.ipynb")]),
    Case(
        "a new cell",
        {"a.ipynb": notebook("x = 1\n")},
        {"a.ipynb": notebook("x = 1\n", "eval(ID)\n")},
        [("S307", "a.ipynb")],
    ),
    Case(
        "one more of the same in another cell",
        {"a.ipynb": notebook("eval(ID)\n")},
        {"a.ipynb": notebook("eval(ID)\n", "eval(ID)\n")},
        [("S307", "a.ipynb")],
    ),
    Case(
        "an import in another cell",
        {"a.ipynb": notebook("from json import loads\n", "loads(ID)\n")},
        {"a.ipynb": notebook("from pickle import loads\n", "loads(ID)\n")},
        [("S301", "a.ipynb")],
    ),
)
_UNREAD = (
    Case("a file that is no Python", {"a.py": "x = 1\n"}, {"a.py": "def (:\n"}, unread=["a.py"]),
    Case("a file that was Python and had a fault", {"a.py": _OLD}, {"a.py": _OLD + "def (:\n"}, unread=["a.py"]),
    Case("a file of Python 2", {}, {"a.py": "print 'ID'\n"}, unread=["a.py"]),
    Case("a null byte", {}, {"a.py": b"x = 1\n\x00\n"}, unread=["a.py"]),
    Case("UTF-16", {}, {"a.py": ("x = 1\neval(ID)\n", "utf-16")}, unread=["a.py"]),
    Case("latin-1 without a cookie", {}, {"a.py": ("x = 'é'\neval(ID)\n", "latin-1")}, unread=["a.py"]),
    Case("an encoding that nobody knows", {}, {"a.py": "# coding: klingon\neval(ID)\n"}, unread=["a.py"]),
    Case("two encodings at once", {}, {"a.py": ("# coding: latin-1\neval(ID)\n", "utf-8-sig")}, unread=["a.py"]),
    Case("a notebook that is no JSON", {}, {"a.ipynb": "{"}, unread=["a.ipynb"]),
    Case("a notebook that is a list", {}, {"a.ipynb": "[]"}, unread=["a.ipynb"]),
    Case("a cell that is no Python", {}, {"a.ipynb": notebook("def (:\n")}, unread=["a.ipynb"]),
    Case("parentheses without end", {}, {"a.py": "(" * 5000}, unread=["a.py"]),
    Case("deep nesting", {}, {"a.py": "x = " + "[" * 500 + "]" * 500 + "\n"}, unread=["a.py"]),
)
CASES = (
    *_UNCHANGED_LINES,
    *_MULTISETS,
    *_SUPPRESSED,
    *_FOR_A_FILE,
    *_SETTINGS,
    *_NAMES,
    *_PLACES,
    *_NOTEBOOKS,
    *_UNREAD,
)
