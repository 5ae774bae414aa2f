"""What a change does to old faults without adding one."""

from __future__ import annotations

from tests.checks.security.made.cases import Case, function, notebook

_OLD = function("return eval(ID)")
_TWO = _OLD + "\n\n" + function("import os\nreturn os.system(ID)", "g")
_SQL = 'def f(ID, db):\n    return db.execute("SELECT * FROM t WHERE a = " + ID + " AND b = 1")\n'
_CALL = "import subprocess\n\n\ndef f(ID):\n    return subprocess.run(ID, shell=True, check=True)\n"
_CELL = "x = 1\neval(ID)\n"


def _edited(name: str, head: str, base: str = _OLD) -> Case:
    return Case(name, {"a.py": base}, {"a.py": head})


_EDITS = (
    _edited("an edit elsewhere in the file", _OLD + "\n\nY = 1\n"),
    _edited("lines before it", "import sys\n\n\n" + _OLD),
    _edited("a license before it", "# Copyright of ID\n# All rights reserved.\n" + _OLD),
    _edited("a docstring before it", '"""Of ID."""\n\n' + _OLD),
    _edited("a docstring in its function", function('"""Of it."""\nreturn eval(ID)')),
    _edited("a decorator on its function", "import functools\n\n\n@functools.cache\n" + _OLD),
    _edited("annotations on its function", _OLD.replace("def f(ID)", "def f(ID: str) -> object")),
    _edited("another name of its function", _OLD.replace("def f", "def better")),
    _edited("a coroutine of its function", "async " + _OLD),
    _edited("a comment behind it", _OLD.replace("eval(ID)", "eval(ID)  # as ever")),
    _edited("another name of its variable", _OLD.replace("ID", "IDENT")),
    _edited("a condition around it", function("if ID:\n    return eval(ID)\nreturn None")),
    _edited("a try around it", function("try:\n    return eval(ID)\nexcept ValueError:\n    return None")),
    _edited("a class around it", "class A:\n    def f(ID):\n        return eval(ID)\n"),
    _edited("tabs for blanks", "def f(ID):\n\treturn eval(ID)\n"),
    _edited("CR and LF", _OLD.replace("\n", "\r\n")),
    Case("LF again", {"a.py": _OLD.replace("\n", "\r\n")}, {"a.py": _OLD}),
    Case("a byte order mark", {"a.py": _OLD}, {"a.py": (_OLD, "utf-8-sig")}),
    Case("a coding cookie", {"a.py": _OLD}, {"a.py": "# coding: utf-8\n" + _OLD}),
    Case("latin-1 becomes UTF-8", {"a.py": ("# coding: latin-1\n# é\n" + _OLD, "latin-1")}, {"a.py": "# é\n" + _OLD}),
    _edited("no line break at the end", _OLD.rstrip("\n")),
    _edited("another order of two", "".join(reversed(_TWO.partition("\n\n"))), _TWO),
    _edited(
        "its import moves into the function",
        function("import subprocess\nreturn subprocess.run(ID, shell=True, check=True)"),
        _CALL,
    ),
    _edited(
        "a call on several lines",
        _CALL.replace(
            "run(ID, shell=True, check=True)", "run(\n        ID,\n        shell=True,\n        check=True,\n    )"
        ),
        _CALL,
    ),
    _edited(
        "a call on one line again",
        _CALL,
        _CALL.replace(
            "run(ID, shell=True, check=True)", "run(\n        ID,\n        shell=True,\n        check=True,\n    )"
        ),
    ),
    _edited("one more argument", _CALL.replace("check=True", "check=True, timeout=3"), _CALL),
    _edited("other quotes", _SQL.replace('"', "'"), _SQL),
    _edited(
        "a text in parentheses",
        'def f(ID, db):\n    return db.execute(\n        "SELECT * FROM t WHERE a = " + ID + " AND b = 1"\n    )\n',
        _SQL,
    ),
    _edited("its result goes to a variable", function("found = eval(ID)\nreturn found")),
    _edited("one of two goes", _OLD, _TWO),
    _edited("all goes", "x = 1\n", _TWO),
    _edited("one of two equal ones goes", _OLD, _OLD + "\n\n" + _OLD.replace("def f", "def g")),
    Case("the mode alone", {"a.py": _OLD}, {"b.py": "x = 1\n"}),
    Case("a file of text beside it", {"a.py": _OLD}, {"README.md": "eval(ID)\n"}),
)
_MOVES = (
    Case("a file is renamed", {"a.py": _TWO}, {"a.py": None, "b.py": _TWO}),
    Case("a file goes to another folder", {"x/a.py": _TWO}, {"x/a.py": None, "y/z/a.py": _TWO}),
    Case("a file is renamed and edited", {"a.py": _TWO}, {"a.py": None, "b.py": "import sys\n\n\n" + _TWO}),
    Case(
        "a file is renamed and its function too", {"a.py": _TWO}, {"a.py": None, "b.py": _TWO.replace("def f", "def h")}
    ),
    Case("two files swap their names", {"a.py": _OLD, "b.py": "x = 1\n"}, {"a.py": "x = 1\n", "b.py": _OLD}),
    Case("a file becomes a package", {"a.py": _TWO}, {"a.py": None, "a/__init__.py": "", "a/core.py": _TWO}),
    Case(
        "a function goes to another file",
        {"a.py": _TWO, "b.py": "x = 1\n"},
        {"a.py": _OLD, "b.py": "x = 1\n\n\n" + _TWO.partition("\n\n\n")[2]},
    ),
    Case(
        "a function becomes a method elsewhere",
        {"a.py": _OLD, "b.py": "class B:\n    x = 1\n"},
        {"a.py": "x = 1\n", "b.py": "class B:\n    x = 1\n\n    def f(ID):\n        return eval(ID)\n"},
    ),
    Case("a file is split in two", {"a.py": _TWO}, {"a.py": None, "b.py": _OLD, "c.py": _TWO.partition("\n\n\n")[2]}),
    Case(
        "two files become one",
        {"a.py": _OLD, "b.py": _TWO.partition("\n\n\n")[2]},
        {"a.py": None, "b.py": None, "c.py": _TWO},
    ),
    Case("the project's code becomes a test", {"a.py": _OLD}, {"a.py": None, "tests/test_a.py": _OLD}),
    Case("a file goes", {"a.py": _OLD}, {"a.py": None}),
    Case(
        "a script gets an ending",
        {"run": "#!/usr/bin/env python\n" + _OLD},
        {"run": None, "run.py": "#!/usr/bin/env python\n" + _OLD},
    ),
)
_NOTEBOOKS = (
    Case("a notebook is run again", {"a.ipynb": notebook(_CELL)}, {"a.ipynb": notebook(_CELL, execution_count=7)}),
    Case("cells change their order", {"a.ipynb": notebook(_CELL, "y = 2\n")}, {"a.ipynb": notebook("y = 2\n", _CELL)}),
    Case(
        "a cell comes before it", {"a.ipynb": notebook(_CELL)}, {"a.ipynb": notebook("import os\n", "z = 3\n", _CELL)}
    ),
    Case("a cell is split", {"a.ipynb": notebook(_CELL)}, {"a.ipynb": notebook("x = 1\n", "eval(ID)\n")}),
    Case("a notebook becomes a script", {"a.ipynb": notebook(_CELL)}, {"a.ipynb": None, "a.py": _CELL}),
    Case("a notebook is renamed", {"a.ipynb": notebook(_CELL)}, {"a.ipynb": None, "b.ipynb": notebook(_CELL)}),
    Case(
        "safe code in a notebook",
        {"a.ipynb": notebook("x = 1\n")},
        {"a.ipynb": notebook("import ast\nast.literal_eval(ID)\n")},
    ),
    Case("a text of a notebook", {}, {"a.ipynb": notebook("x = 1\n", prose="eval(ID)")}),
    Case("a magic of a notebook", {}, {"a.ipynb": notebook("%matplotlib inline\n!ls\nx = 1\n")}),
)
_PLACES = (
    Case("an assert in a test", {}, {"tests/test_a.py": "def test_ID():\n    assert ID\n"}),
    Case("a password in a test", {}, {"tests/a.py": "ID_password = 'hunter2hunter2'\n"}),
    Case("a temporary file in a test", {}, {"test_a.py": "ID = open('/tmp/ID')\n"}),
)
CASES = (*_EDITS, *_MOVES, *_NOTEBOOKS, *_PLACES)
