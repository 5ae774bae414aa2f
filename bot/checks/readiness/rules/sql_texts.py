"""What SQL looks like that has a value put into its text, language by language.

Source: https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

# The patterns take time in proportion to the square of the text.
_MAX_TEXT = 1_500
_SQL = re.compile(
    r"(?is)(?:SELECT\s+[^;]{0,400}?\bFROM\b|INSERT\s+INTO\b|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\b"
    r"|\bWHERE\s+\S+\s*(?:=|LIKE|IN)\s|[\"'`]\s*\w+(?:\.\w+)?(?:\([^()\n]{0,200}\))?\s*(?:=|I?LIKE)\s*(?:\\?'|#\{))"
)
# What a text begins with that is SQL, wherever it goes to: a statement, or a piece that is added to one.
_QUOTE = r"(?:[$@a-z]{0,2}#{0,3}[\"'`]{1,3}|<<[~-]?[\"']?\w*SQL[\"']?)"
_MADE = r"(?:(?:fmt\.Sprintf|String\.[fF]ormat|string\.Format|sprintf|f?ormat!)\(\s*)?"
_STATEMENT = re.compile(
    rf"(?is)^\s*+(?:\(++\s*+)?{_MADE}{_QUOTE}\s*(?:SELECT\s[^;]{{0,600}}?\bFROM\b|INSERT\s+INTO\b|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\b"
    rf"|(?:AND|OR|WHERE)\s+[\w.\"]+\s*(?:=|I?LIKE\b|IN\b)|(?:CASE\s+)?WHEN\s+'[^'\n]{{1,80}}'\s+THEN\b)"
)
_CHAINED = re.compile(
    r"(?i)\"[^\"\n]{0,300}\b(?:AND|OR|WHERE|SET)\s{1,9}[\w.]{1,60}\s{0,3}(?:=|I?LIKE|IN\s{0,3}\()\s{0,3}'?%?\"\s{0,9}\)"
    r"\s{0,60}\.append\(\s{0,9}([\w.]{1,80}(?:\(\))?)\s{0,9}\)"
)
# What a piece is made in for each of many, before the text itself begins.
_EACH = re.compile(r"\s*+(?:(?:\{|do\b)\s*+(?:\|[^|\n]{0,100}\|)?|\(\s*+(?:\w{1,60}|\([\w\s,:]{0,100}\))\s*+=>)\s*+")
# What a file holds that holds either; to parse one costs a hundred times what this does.
# All is in lower case, and begins with letters where it can: those are found at once.
_ANYWHERE = tuple(
    map(
        re.compile,
        (
            rb"insert(?<=\binsert)\s+into\b",
            rb"delete(?<=\bdelete)\s+from\b",
            rb"rawunsafe",
            rb"update(?<=\bupdate)\s+\S+\s+set\b",
            rb"where(?<=\bwhere)\s+\S+\s*(?:=|i?like|in)",
            rb"select(?<=\bselect)\s[^;]{0,600}?\bfrom\b",
            rb"when(?<=\bwhen)\s+'[#${]",
            rb"and(?<=\band)\s+\S+\s*(?:=|i?like|in)",
            rb"or(?<=\bor)\s+\S+\s*(?:=|i?like|in)",
            rb"[\"'`]\s*\w+(?:\.\w+)?(?:\([^()\n]{0,200}\))?\s*(?:=|i?like)\s*(?:\\?'|#\{)",
            rb"identified(?<=\bidentified)\s+by\s",
            rb"password(?<=\bpassword)\s+\\?['\"]",
        ),
    )
)
# The password of an account of the database, which is a value and stands in quotes.
_OF_ACCOUNT = r"(?:identified\s+by|\bpassword)\s+(?:\\?['\"])(?:%[sv]|[#$]?\{|\$\w|['\"]\s*[+.]\s*[$\w])"
_ACCOUNT = re.compile(
    rf"(?is)^\s*+(?:\(++\s*+)?{_MADE}{_QUOTE}\s*(?:create|alter)\s+(?:user|role)\b[^;]{{0,300}}?{_OF_ACCOUNT}"
)
# Such a condition in a text of its own: without a quote before it each second line of code has one.
_CONDITION = rb"\s*(?:and|or)\s+[\w.\"]+\s*(?:=|i?like|in)"
_IN_TEXT = (
    *(one for one in _ANYWHERE if not one.pattern.startswith((b"and", b"or"))),
    re.compile(rb"[\"'`]" + _CONDITION),
    re.compile(rb"<<[~-]?[\"']?\w*sql[^\n]*\n" + _CONDITION),
)
# A value, where SQL has one: behind a comparison, in a list, right behind a quote that opens.
_BEFORE = r"(?:(?:=|<|(?<![=-])>|\bI?LIKE|\bIN\s*\(|\bVALUES\s*\()\s*'?%?|(?<![\w'])'%?)"
# What a text begins with in which values can stand, and a value in it, by language.
_TEMPLATES: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "python": (re.compile(r"(?i)(?<!\w)(?:f|rf|fr)[\"']"), re.compile(rf"(?is){_BEFORE}\{{([^{{}}]*)\}}")),
    "typescript": (
        re.compile(r"^\s*+(?:\(++\s*+)?(?:\w+\.)?(?:raw\()?`"),
        re.compile(rf"(?is){_BEFORE}\$\{{([^}}]*)\}}"),
    ),
    "csharp": (re.compile(r"(?:\$@?|@\$)\""), re.compile(rf"(?is){_BEFORE}\{{([^{{}}]*)\}}")),
    "ruby": (re.compile(r"\"|<<[~-]?\"?\w*SQL\b"), re.compile(rf"(?is){_BEFORE}#\{{([^}}]*)\}}")),
    "php": (re.compile(r"\"|<<<"), re.compile(rf"(?is){_BEFORE}\{{?(\$\w+(?:->\w+)*)")),
    "rust": (re.compile(r"format!\("), re.compile(rf"(?is){_BEFORE}\{{(\w*)\}}")),
}
# Values that are added to a text, or stand behind it.
_ADDED: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(
        rf"(?is){_BEFORE}%s[^\"']*[\"']+\s*%\s*()[(\w]|{_BEFORE}\{{(\w*)\}}[^)]*[\"']\s*\.format\(|{_BEFORE}[\"']\s*\+\s*([\w.]+\(?)"
    ),
    "typescript": re.compile(rf"(?is){_BEFORE}[\"']\s*\+\s*([\w.]+\(?)"),
    "go": re.compile(rf"(?is)fmt\.Sprintf\(\s*[\"`][^\"`]*{_BEFORE}%[sv]()|{_BEFORE}[\"`]\s*\+\s*([\w.]+\(?)"),
    "java": re.compile(
        rf"(?is){_BEFORE}\"\s*\+\s*([\w.]+\(?)|String\.format\(\s*\"[^\"]*{_BEFORE}%s()|{_BEFORE}%s()(?=[^\"]*\"{{1,3}}\s*\.formatted\()"
    ),
    "csharp": re.compile(rf"(?is){_BEFORE}\"\s*\+\s*([\w.]+\(?)|string\.Format\(\s*@?\"[^\"]*{_BEFORE}\{{()\d"),
    "ruby": re.compile(rf"(?is){_BEFORE}[\"']\s*\+\s*([\w.]+\(?)"),
    "php": re.compile(rf"(?is){_BEFORE}[\"']\s*\.\s*(\$\w+(?:->\w+)*\(?)|sprintf\(\s*[\"'][^\"]*{_BEFORE}%s()"),
    "rust": re.compile(rf"(?is){_BEFORE}\"\s*\+\s*&?([\w.]+\(?)"),
}
# What stands for a name of the schema, a piece of SQL that the code holds, or a number that was checked.
_NAME = re.compile(
    # A constant, of another type too.
    r"(?i)^\s*\$?(?:(?-i:(?:(?:[A-Z]\w{0,60}\.|\w{1,60}::)){0,3}[A-Z][A-Z\d_]{2,})"
    r"|\w*(?:table|column|schema|field|view|index|placeholder|sequence|clause|filter|sql|where|alias|param|interval|prefix)\w*"
    r"(?:(?:\.|->)\w+|\[.*\])*|.*\(.*|\d+)\s*$"
)
# The key of a row that the code holds is a number, or was made by the code.
_KEY = re.compile(r"(?i)^\s*\$?\w+(?:(?:\.|->)\w+)*(?:\.|->)id\s*$")
_INPUT = re.compile(
    r"(?i)\b(?:req|request|params|query|body|ctx|context|input|args|form|_GET|_POST|_REQUEST)\b(?!::)[\w.\[\]\"'>:-]*"
)
# A call that reads what is asked, and that nothing makes a number of.
_READS = re.compile(
    r"(?i)^\s*&?(?:\$?\w{1,40}(?:\(\))?(?:\.|->|\?\.)){0,4}?(?:URL\.Query\(|(?:Post)?FormValue\(|PathValue\(|searchParams\.get\("
    r"|QueryParams?\(|DefaultQuery\(|getParameter\(|getQueryString\(|(?<=c\.)(?:Query|Param|PostForm)\(|(?<=ctx\.)(?:Query|Param|Params|FormValue)\("
    r"|(?<=request\.)(?:args|form|values|GET|POST|query_params|cookies|headers)\.get(?:list)?\(|(?<=req\.)(?:query|param|params|get|header)\("
    r"|(?<=request->)(?:input|get|query|post|route)\(|(?:params|args|opts|options|attributes)\.fetch\()"
    # To the end there is no more than what is read, or a part of what was cut off.
    r"(?![\s\S]*\.(?:to_i|to_f|toInt|toNumber)\b)"
)


# An argument of `format!` by its name, which is a constant.
_CONSTANT_OF_RUST = r"[,(]\s{0,60}%s\s{0,9}=\s{0,9}(?:\w{1,40}::){0,4}[A-Z][A-Z\d_]{2,60}\s{0,9}[,)]"
# What follows a text whose values stand behind it.
_GIVEN = re.compile(r"(?s)[\"'`]{1,3}#?\s*(?:,|%|\.format(?:ted)?\()\s*(.*)$")
# What the program itself made: a number, a time, a text without values.
_OWN = re.compile(
    r"""(?i)^\s*(?:-?\d[\d_.]*(?:\s*[-+*/].*)?|[\w.\[\]():]+\.ago(?:\.\w+)*|(?:Time|Date|DateTime)(?:\.zone)?\.\w+.*|["'](?:[^"'#$]|\$(?![\w{])|\#(?!\{))*["'])\s*$"""
)
# What a driver or an ORM made of it, as a name or as a literal of SQL.
_QUOTED = re.compile(
    r"(?:\b|_)(?:quote_?(?:table_?name|column_?name|string|ident(?:ifier)?|literal|name)|escape_?(?:id|identifier|literal)"
    r"|real_escape_string|sanitize_sql\w*)\(|\b(?:conn(?:ection)?|db|pdo|dbh|preparer|pool|mysql)(?:\(\))?(?:\.|->)(?:quote|escape)\("
    r"|\bsql\.(?:Identifier|Literal)\(|\bIdentifier\{[^}]*\}\.Sanitize\(",
    re.IGNORECASE,
)


def may_hold_sql(content: bytes) -> bool:
    """Whether a file holds what looks like SQL, or a call that takes it whole."""
    lower = content.lower()
    return any(one.search(lower) for one in _ANYWHERE)


def may_put_together(content: bytes) -> bool:
    """Whether a file that may hold SQL holds what `find_values` or `find_values_of_statement` looks for."""
    lower = content.lower()
    return any(one.search(lower) for one in _IN_TEXT)


def find_values(text: str, language: str) -> Iterator[str]:
    """Yield what is put into a text of SQL, as an argument or part of one, where a value stands."""
    text = text[:_MAX_TEXT]
    # A tagged template is a call whose argument is the template: its values become parameters.
    if not text.startswith("`") and _SQL.search(text):
        yield from _values(text, language)


def find_values_of_statement(text: str, language: str) -> Iterator[str]:
    """Yield what is put into a text that begins as a statement of SQL does, or as a condition of one."""
    text = text[:_MAX_TEXT]
    if _STATEMENT.match(text):
        yield from _values(text, language)


def find_chained(text: str) -> Iterator[str]:
    """Yield what is appended right behind a condition that waits for its value: `.append("AND a = '").append(b)`."""
    yield from _CHAINED.findall(text[:_MAX_TEXT])


def holds_password(text: str) -> bool:
    """Whether a text makes an account of a database, with a password that is put into it."""
    text = text[:_MAX_TEXT]
    return _ACCOUNT.match(text) is not None and _QUOTED.search(text) is None


def find_values_of_each(text: str, language: str) -> Iterator[str]:
    """Yield what is put into pieces of SQL, one of which is made for each of many, to be joined."""
    text = text[:_MAX_TEXT]
    begun = _EACH.match(text)
    yield from find_values_of_statement(text[begun.end() :] if begun else text, language)


def is_value(name: str) -> bool:
    """Whether what is put into SQL may be anything, by how it is written."""
    if _INPUT.match(name.strip().lstrip("$")) and "(" not in name:
        return True
    if _READS.match(name):
        return True
    return not (_NAME.match(name) or _KEY.match(name))


def is_own(value: str) -> bool:
    """Whether a value that a name stands for was made by the program, or quoted for SQL."""
    return bool(_OWN.match(value) or _QUOTED.search(value))


def _values(text: str, language: str) -> Iterator[str]:
    opener, value = _TEMPLATES.get(language, (None, None))
    begun = opener.search(text) if opener else None
    patterns = [(value, begun.end())] if value and begun else []
    patterns += [(added, 0)] if (added := _ADDED.get(language)) else []
    for pattern, start in patterns:
        for found in pattern.finditer(text, start):
            named = next(filter(None, found.groups()), "")
            if named and language == "rust" and re.search(_CONSTANT_OF_RUST % re.escape(named), text):
                continue
            if named:
                yield named
            else:
                given = _GIVEN.search(text, found.end())
                yield from (given and list(_split(given[1]))) or ("",)


def _split(arguments: str) -> Iterator[str]:
    """Yield the arguments up to the bracket that closes them, each without blanks; none behind the last comma."""
    depth, start = 0, 0
    arguments = arguments.removeprefix("(")
    for position, one in enumerate(arguments):
        if one in "([{":
            depth += 1
        elif one in ")]}":
            depth -= 1
        if depth < 0 or (one == "," and depth == 0):
            if named := arguments[start:position].strip():
                yield named
            start = position + 1
        if depth < 0:
            return
    if named := arguments[start:].strip():
        yield named
