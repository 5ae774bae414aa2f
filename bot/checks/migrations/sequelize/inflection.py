"""Names of tables and columns, as Sequelize makes them up.

Source: https://github.com/sequelize/sequelize/blob/v6/src/utils.js, which rests on https://github.com/dreamerslab/node.inflection.
"""

from __future__ import annotations

import re
from functools import lru_cache

_UNCOUNTABLE = frozenset({
    "accommodation", "adulthood", "advertising", "advice", "aggression", "aid", "air", "aircraft", "alcohol",
    "anger", "applause", "arithmetic", "art", "assistance", "athletics", "attention", "bacon", "baggage", "beef",
    "bison", "blood", "botany", "bravery", "bread", "butter", "carbon", "cardboard", "cash", "chalk", "chaos",
    "chess", "clothing", "coal", "coffee", "commerce", "confusion", "corn", "corps", "cotton", "courage",
    "currency", "data", "deer", "dust", "education", "electricity", "employment", "energy", "entertainment", "envy",
    "equipment", "evidence", "experience", "failure", "faith", "fame", "fiction", "fish", "flour", "flu", "food",
    "freedom", "fuel", "fun", "furniture", "garbage", "gold", "gossip", "grass", "guilt", "happiness", "hardware",
    "help", "homework", "honesty", "housework", "hydrogen", "ice", "industry", "information", "ink", "intelligence",
    "iron", "jam", "jealousy", "jewelry", "justice", "knowledge", "laughter", "leather", "lightning", "liquid",
    "literature", "love", "luck", "luggage", "machinery", "mail", "management", "mathematics", "meat", "media",
    "milk", "money", "moose", "mud", "music", "news", "nitrogen", "oil", "oxygen", "paper", "patience", "peace",
    "permission", "plastic", "pork", "poverty", "power", "pressure", "progress", "rain", "relaxation", "research",
    "respect", "rice", "safety", "salad", "salt", "sand", "series", "sheep", "shopping", "silence", "silver",
    "sleep", "smoke", "snow", "soap", "software", "soil", "species", "speech", "spelling", "steam", "sugar",
    "sunshine", "swine", "tea", "tennis", "thunder", "time", "tin", "toast", "trouble", "trousers", "underwear",
    "usage", "violence", "vinegar", "vision", "warmth", "water", "wealth", "weather", "wheat", "wine", "wisdom",
    "wood", "wool", "work",
})  # fmt: skip
_PLURAL = tuple(
    (re.compile(rule, re.IGNORECASE), made)
    for rule, made in (
        (r"(p)erson$", r"\1eople"),
        (r"(child)$", r"\1ren"),
        (r"(ox)$", r"\1en"),
        (r"(m)an$", r"\1en"),
        (r"(foot)$", "feet"),
        (r"(goose)$", "geese"),
        (r"(tooth)$", "teeth"),
        (r"(quiz)$", r"\1zes"),
        (r"([m|l])ouse$", r"\1ice"),
        (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"),
        (r"(x|ch|ss|sh)$", r"\1es"),
        (r"([^aeiouy]|qu)y$", r"\1ies"),
        (r"([^f])fe$", r"\1ves"),
        (r"([lr])f$", r"\1ves"),
        (r"(her|pot|tomat|ech)o$", r"\1oes"),
        (r"sis$", "ses"),
        (r"([ti])um$", r"\1a"),
        (r"(bu)s$", r"\1ses"),
        (r"(alias|status)$", r"\1es"),
        (r"(octop|vir)us$", r"\1i"),
        (r"(ax|test)is$", r"\1es"),
        (r"s$", "s"),
        (r"$", "s"),
    )
)
_SINGULAR = tuple(
    (re.compile(rule, re.IGNORECASE), made)
    for rule, made in (
        (r"(p)eople$", r"\1erson"),
        (r"(child)ren$", r"\1"),
        (r"(ox)en$", r"\1"),
        (r"(m)en$", r"\1an"),
        (r"(quiz)zes$", r"\1"),
        (r"([m|l])ice$", r"\1ouse"),
        (r"(database)s$", r"\1"),
        (r"(matr)ices$", r"\1ix"),
        (r"(vert|ind)ices$", r"\1ex"),
        (r"(alias|status)es$", r"\1"),
        (r"(cris|ax|test|analy|diagno|parenthe|synop)(?:es)$", r"\1is"),
        (r"(shoe)s$", r"\1"),
        (r"(bus)es$", r"\1"),
        (r"(x|ch|ss|sh)es$", r"\1"),
        (r"(m)ovies$", r"\1ovie"),
        (r"([^aeiouy]|qu)ies$", r"\1y"),
        (r"([lr])ves$", r"\1f"),
        (r"([^f])ves$", r"\1fe"),
        (r"(her|pot|tomat|ech)oes$", r"\1o"),
        (r"ss$", "ss"),
        (r"(us|is)$", r"\1"),
        (r"s$", ""),
    )
)
_HUMP = re.compile(r"([A-Z]+)([A-Z][a-z])|([a-z\d])([A-Z])")
_PLURALS = re.compile(r"(people|children|oxen|men|feet|geese|teeth|mice|lice|quizzes)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def pluralize(word: str) -> str:
    """A name in the plural: `Person` becomes `People`, `UserStatus` becomes `UserStatuses`."""
    last = re.split(r"[^A-Za-z0-9]|(?<=[a-z0-9])(?=[A-Z])", word)[-1].lower()
    if word.lower() in _UNCOUNTABLE or _PLURALS.search(last):
        return word
    return next(rule.sub(made, word, count=1) for rule, made in _PLURAL if rule.search(word))


@lru_cache(maxsize=4096)
def singularize(word: str) -> str:
    """A name in the singular."""
    if word.lower() in _UNCOUNTABLE:
        return word
    return next((rule.sub(made, word, count=1) for rule, made in _SINGULAR if rule.search(word)), word)


@lru_cache(maxsize=4096)
def underscore(word: str) -> str:
    """`userId` as `user_id`, and `UserID` as `user_id`."""
    whole = _HUMP.sub(lambda found: f"{found[1] or found[3]}_{found[2] or found[4]}", word)
    return _HUMP.sub(lambda found: f"{found[1] or found[3]}_{found[2] or found[4]}", whole).replace("-", "_").lower()


def camelize(word: str) -> str:
    """`Team_id` as `TeamId`."""
    return re.sub(r"[-_\s]+(.)?", lambda found: (found[1] or "").upper(), word)
