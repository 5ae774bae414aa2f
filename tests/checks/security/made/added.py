"""Faults that a change adds, and safe code beside each."""

from __future__ import annotations

from tests.checks.security.made.cases import Case, function

_UNSAFE = (
    ("eval", "eval(ID)\n", "S307"),
    ("exec", "exec(ID)\n", "S102"),
    ("pickle", "import pickle\npickle.loads(ID)\n", "S301"),
    ("pickle under a name", "from pickle import loads as read\nread(ID)\n", "S301"),
    ("marshal", "import marshal\nmarshal.loads(ID)\n", "S302"),
    ("yaml", "import yaml\nyaml.load(ID)\n", "S506"),
    ("yaml with an unsafe loader", "import yaml\nyaml.load(ID, Loader=yaml.UnsafeLoader)\n", "S506"),
    ("a shell", "import subprocess\nsubprocess.run(ID, shell=True)\n", "S602"),
    ("os.system", "import os\nos.system(ID)\n", "S605"),
    ("os.popen", "import os\nos.popen(f'ls {ID}')\n", "S605"),
    ("md5", "import hashlib\nhashlib.md5(ID)\n", "S324"),
    ("md5 by name", "import hashlib\nhashlib.new('md5', ID)\n", "S324"),
    ("certificates not verified", "import requests\nrequests.get(ID, verify=False, timeout=3)\n", "S501"),
    ("no time limit", "import requests\nrequests.get(ID)\n", "S113"),
    ("a context that verifies nothing", "import ssl\nssl._create_unverified_context(ID)\n", "S323"),
    ("an old TLS", "import ssl\nssl.wrap_socket(ID, ssl_version=ssl.PROTOCOL_SSLv3)\n", "S502"),
    ("a weak key", "from Crypto.PublicKey import RSA\nRSA.generate(512, ID)\n", "S505"),
    (
        "any host key",
        "import paramiko\nID = paramiko.SSHClient()\nID.set_missing_host_key_policy(paramiko.AutoAddPolicy)\n",
        "S507",
    ),
    ("mktemp", "import tempfile\ntempfile.mktemp(ID)\n", "S306"),
    ("a tar of anybody's", "import tarfile\ntarfile.open(ID).extractall()\n", "S202"),
    ("templates without escapes", "import jinja2\nID = jinja2.Environment()\n", "S701"),
    ("SQL from text", "def f(ID, db):\n    db.execute(f\"SELECT * FROM t WHERE a = '{ID}'\")\n", "S608"),
    ("SQL by a plus", "def f(ID, db):\n    db.execute('SELECT * FROM t WHERE a = ' + ID)\n", "S608"),
    ("a model that runs code", "import torch\ntorch.load(ID)\n", "B614"),
    ("a model of no revision", "from transformers import AutoModel\nAutoModel.from_pretrained(ID)\n", "B615"),
    ("text that is read backwards", "ID = 1\n# \u202e ID\n", "B613"),
    ("every address", "ID = '0.0.0.0'\n", "S104"),
    ("a mode for all", "import os\nos.chmod(ID, 0o777)\n", "S103"),
    ("a debugger for all", "import flask\nID = flask.Flask(__name__)\nID.run(debug=True)\n", "S201"),
    ("xml that expands", "import xml.etree.ElementTree as ET\nET.parse(ID)\n", "S314"),
    ("a password", "ID_password = 'hunter2hunter2'\n", "S105"),
    (
        "text marked as safe",
        "from django.utils.safestring import mark_safe\n\n\ndef f(ID):\n    return mark_safe(ID)\n",
        "S308",
    ),
)
_SAFE = (
    ("literal_eval", "import ast\nast.literal_eval(ID)\n"),
    ("a method named eval", "ID.eval('1')\n"),
    ("eval in a text", "ID = 'eval(x)'\n"),
    ("eval in a comment", "# eval(ID)\n"),
    ("json", "import json\njson.loads(ID)\n"),
    ("safe yaml", "import yaml\nyaml.safe_load(ID)\n"),
    ("a safe loader", "import yaml\nyaml.load(ID, Loader=yaml.SafeLoader)\n"),
    ("sha256", "import hashlib\nhashlib.sha256(ID)\n"),
    ("md5 for no security", "import hashlib\nhashlib.md5(ID, usedforsecurity=False)\n"),
    ("a time limit", "import requests\nrequests.get(ID, timeout=3)\n"),
    ("a filter for tars", "import tarfile\ntarfile.open(ID).extractall(filter='data')\n"),
    ("templates with escapes", "import jinja2\nID = jinja2.Environment(autoescape=True)\n"),
    ("SQL with parameters", "def f(ID, db):\n    db.execute('SELECT * FROM t WHERE a = %s', [ID])\n"),
    ("a text like SQL", "ID = 'select a color from the list'\n"),
    (
        "a model of a commit",
        "from transformers import AutoModel as M\nM.from_pretrained(ID, revision='5d0f2e8a7f1cd86b6a1d4f3b8b0a8f5d')\n",
    ),
    ("constant text marked as safe", "from django.utils.safestring import mark_safe\nID = mark_safe('<br>')\n"),
    ("defused xml", "import defusedxml.ElementTree as ET\nET.parse(ID)\n"),
    ("an empty file", ""),
    ("a password from the environment", "import os\nID_password = os.environ['ID']\n"),
)

CASES = (
    *(
        Case(f"{name} is added", {"a.py": "x = 1\n"}, {"a.py": f"x = 1\n{text}"}, [(rule, "a.py")])
        for name, text, rule in _UNSAFE
    ),
    *(Case(f"{name} is quiet", {"a.py": "x = 1\n"}, {"a.py": f"x = 1\n{text}"}) for name, text in _SAFE),
    Case("a new file with a fault", {}, {"a.py": function("return eval(ID)")}, [("S307", "a.py", 2)]),
    Case("a stub", {}, {"a.pyi": "ID = eval('1')\n"}, [("S307", "a.pyi", 1)]),
    Case("a file without a line break at its end", {}, {"a.py": "eval(ID)"}, [("S307", "a.py", 1)]),
    Case("lines that end with CR and LF", {}, {"a.py": "x = 1\r\ny = 2\r\neval(ID)\r\n"}, [("S307", "a.py", 3)]),
    Case("lines that end with CR", {}, {"a.py": "x = 1\ry = 2\reval(ID)\r"}, [("S307", "a.py", 3)]),
    Case("a form feed between functions", {}, {"a.py": "x = 1\n\f\ny = 2\neval(ID)\n"}, [("S307", "a.py", 4)]),
    Case("a byte order mark", {}, {"a.py": ("eval(ID)\n", "utf-8-sig")}, [("S307", "a.py", 1)]),
    Case(
        "latin-1 by its cookie",
        {},
        {"a.py": ("# coding: latin-1\nx = 'é'\neval(ID)\n", "latin-1")},
        [("S307", "a.py", 3)],
    ),
    Case(
        "cp1252 by its cookie",
        {},
        {"a.py": ("# -*- coding: cp1252 -*-\nx = '€'\neval(ID)\n", "cp1252")},
        [("S307", "a.py", 3)],
    ),
    Case(
        "a statement of many lines",
        {},
        {"a.py": "x = [\n    1,\n    eval(\n        ID\n    ),\n]\n"},
        [("S307", "a.py", 3)],
    ),
    Case("a lambda in a default", {}, {"a.py": "def f(g=lambda ID: eval(ID)):\n    return g\n"}, [("S307", "a.py", 1)]),
    Case("a decorator", {}, {"a.py": "@eval(ID)\ndef f():\n    pass\n"}, [("S307", "a.py", 1)]),
    Case("a comprehension", {}, {"a.py": "x = [eval(ID) for ID in 'ab']\n"}, [("S307", "a.py", 1)]),
    Case("after a long line", {}, {"a.py": f"x = '{'a' * 100_000}'\neval(ID)\n"}, [("S307", "a.py", 2)]),
    Case("in a main guard", {}, {"a.py": "if __name__ == '__main__':\n    eval(ID)\n"}, [("S307", "a.py", 2)]),
)
