"""Names that ent makes of other names.

Source: https://github.com/ent/ent/blob/master/entc/gen/func.go, and the rules of https://github.com/go-openapi/inflect
that it uses; those rules look at the end of a word as it is written, so that `Person` becomes `Persons`.
"""

from __future__ import annotations

import string

_UNCOUNTABLE = frozenset({
    "equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police",
})  # fmt: skip
# The last that fits counts.
_PLURALS = {
    "s": "s", "testis": "testes", "axis": "axes", "octopus": "octopi", "virus": "viri", "octopi": "octopi",
    "viri": "viri", "alias": "aliases", "status": "statuses", "bus": "buses", "buffalo": "buffaloes",
    "tomato": "tomatoes", "tum": "ta", "ium": "ia", "ta": "ta", "ia": "ia", "sis": "ses", "lf": "lves", "rf": "rves",
    **{f"{one}fe": f"{one}ves" for one in string.ascii_lowercase if one != "f"},
    "hive": "hives", "quy": "quies",
    **{f"{one}y": f"{one}ies" for one in string.ascii_lowercase if one not in "aeiou"},
    "x": "xes", "ch": "ches", "ss": "sses", "sh": "shes", "matrix": "matrices", "vertix": "vertices",
    "indix": "indices", "matrex": "matrices", "vertex": "vertices", "index": "indices", "mouse": "mice",
    "louse": "lice", "mice": "mice", "lice": "lice",
    "person": "people", "people": "people", "man": "men", "men": "men", "child": "children", "children": "children",
    "sex": "sexes", "sexes": "sexes", "move": "moves", "moves": "moves", "zombie": "zombies", "zombies": "zombies",
}  # fmt: skip
_EXACT = {"ox": "oxen", "oxen": "oxen", "quiz": "quizzes"}
_SINGULARS = {
    "s": "", "news": "news", "ta": "tum", "ia": "ium",
    **{f"{one}ses": f"{one}sis" for one in ("analy", "ba", "diagno", "parenthe", "progno", "synop", "the")},
    **{f"{one}ves": f"{one}fe" for one in string.ascii_lowercase},
    "hives": "hive", "tives": "tive", "lves": "lf", "rves": "rf", "quies": "quy",
    **{f"{one}ies": f"{one}y" for one in string.ascii_lowercase if one not in "aeiou"},
    "series": "series", "movies": "movie", "xes": "x", "ches": "ch", "sses": "ss", "shes": "sh", "mice": "mouse",
    "lice": "louse", "buses": "bus", "oes": "o", "shoes": "shoe", "crises": "crisis", "axes": "axis",
    "testes": "testis", "octopi": "octopus", "viri": "virus", "statuses": "status", "aliases": "alias",
    "vertices": "vertex", "indices": "index", "matrices": "matrix", "databases": "database",
    "people": "person", "men": "man", "children": "child", "sexes": "sex", "moves": "move", "zombies": "zombie",
}  # fmt: skip
_EXACT_SINGULARS = {"oxen": "ox", "quizzes": "quiz"}


def pluralize(word: str) -> str:
    """The plural of a word."""
    return _changed(word, _PLURALS, _EXACT) or f"{word}s"


def singularize(word: str) -> str:
    """The singular of a word."""
    return _changed(word, _SINGULARS, _EXACT_SINGULARS) or word


def _changed(word: str, rules: dict[str, str], exact: dict[str, str]) -> str:
    if word.lower() in _UNCOUNTABLE:
        return word
    if word in exact:
        return exact[word]
    for ending, other in reversed(rules.items()):
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + other
    return ""


def snake(name: str) -> str:
    """A name in small letters with lines between its words: `UserInfo` becomes `user_info`, `HTTPCode` `http_code`."""
    found: list[str] = []
    word = 0
    for at, letter in enumerate(name):
        if 0 < at < len(name) - 1 and letter.isupper():
            before, after = name[at - 1], name[at + 1]
            if before.islower() or (word != at - 1 and after.islower() and before.isalpha()):
                word = at
                found.append("_")
        found.append(letter.lower())
    return "".join(found)
