"""How much a value looks like a secret, by its own shape.

Rule: a placeholder, a reference to something else, a hash of a password or public key material is no secret. Of the
rest, a value whose characters are mixed as only a machine or a careful person mixes them is `strong`; one that may be
a person's password is `weak`; words and identifiers are nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections import Counter
from enum import IntEnum
from itertools import pairwise
from urllib.parse import unquote


class Strength(IntEnum):
    """How much a value looks like a secret."""

    NONE = 0
    WEAK = 1
    STRONG = 2


# What a program puts something else in place of: `${X}`, `{{ x }}`, `<x>`, `%(x)s`, `{x}`.
_TEMPLATE = re.compile(
    r"\$\{[^}]*\}?|\$\([^)]*\)?|\{\{.*?\}\}|<[^<>]{1,60}>|%\(\w*\)?\w?|%[sdv](?!\w)"
    r"|\{[A-Za-z_][\w.()]{0,60}\}"
)
# What only a reference or code has: `$x`, `f(x)`, `@x@`, `...`, `vault:secret/x`.
_REFERENCE = re.compile(
    r"\*{3,}|\.{3,}|…|•|^(?:%\w+%|\$[A-Za-z_]\w*|@\w+@|\{\w*\}|\[.*\]|\*+|\w+\(.*\))$|^(?:\$\w+\.|#\{)"
    r"|^(?:env|file|vault|op|secret|ssm|arn|sm|ref|var|data|local|config|module|secrets|projects)[:.]/{0,3}[\w./-]"
)
_HASH_OF_PASSWORD = re.compile(
    r"^(?:\$(?:2[abxy]|1|5|6|7|y|apr1|argon2(?:id?|d)|scrypt|pbkdf2[\w-]*)\$|pbkdf2[_:]|\{(?:SSHA|SHA|CRYPT|MD5|BCRYPT)"
    r"|argon2|bcrypt|scrypt:|sha\d{1,3}[-:$]|md5[-:$]|SCRAM-SHA|crypt\$)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2|sk-ssh|AAAA[BCE][23]N|pk_(?:test|live)_|-----BEGIN (?:PUBLIC|CERT))"
)
# Sealed for a cluster's public key: https://github.com/bitnami-labs/sealed-secrets
_SEALED = re.compile(r"^Ag[A-P][A-Za-z0-9+/]{100,}")
_PHRASE = re.compile(r"^(?:[A-Za-z]{2,}|\d{1,4})(?:[-_. ](?:[A-Za-z]{1,}|\d{1,4})){2,}$")
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.IGNORECASE)
_URL = re.compile(r"^[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_PATH = re.compile(r"^(?:(?:~|\.{1,2}|\w+)?(?:/[\w.@-]+)+/?|[A-Za-z]:\\.*)$")
_MOST_MIXING_OF_PATH = 0.4
_DATE_OR_NUMBER = re.compile(r"^[\d.,:TZ+/-]+$|^0x[0-9a-f]{1,8}$|^v?\d+\.\d+", re.IGNORECASE)
# What a manifest or a lock file says of a dependency: `npm:^7.0.4`, `workspace:*`, `>=1.2.0`.
_VERSION_RANGE = re.compile(
    r"^(?:npm|workspace|catalog|link|portal|patch|jsr):|^(?:[~^<>=!]{1,3}|v) ?\d+(?:\.[\dx*]+)", re.IGNORECASE
)
_DOTTED_NAME = re.compile(r"^[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+(?:\(.*)?$")
_MARKERS = re.compile(
    r"example|placeholder|change[-_. ]?(?:me|it|this)|replace[-_. ]?(?:me|with|this)|your[-_. ]|[-_. ]here$"
    r"|insert[-_. ]|dummy|redacted|x{4,}|todo|fixme|sample|foobar|lorem|not[-_. ]?(?:a[-_. ])?(?:real|secret)|fake|mock"
    r"|undefined|must[-_. ]?be|deadbeef|no[-_. ]?password|hunter2|^(?:my|some|an?|the|enter|set)[-_. ]",
    re.IGNORECASE,
)
# Supabase hands its `anon` tokens to every browser.
_EXAMPLE_CLAIMS = re.compile(
    rb"""john ?doe|"1234567890"|"role" ?: ?"anon"|"(?:some|foo|hello)" ?: ?"(?:payload|bar|world)\"""",
    re.IGNORECASE,
)
_DOTS_OF_JWT = 2
_ROW = re.compile(r"(.)\1{5,}")
_LONG_MARKERS = re.compile(r"example|placeholder|redacted", re.IGNORECASE)
# Words of which throw-away passwords are made; digits and separators between them add nothing.
_COMMON = frozenset(
    """a abc access account actions adm admin administrator alice api app application auth aws azure backend bar
    base basic baz bob bot build cache ci client cloud com config connection correct credential credentials
    custom data database db debug default demo dev developer development docker dummy easy email empty env
    environment fake false file foo frontend gcp generated git github gitlab go good guest hash hello hidden
    host http https id in insecure integration internal invalid is jenkins jwt k kafka key keys letmein live
    local localhost login long machine mail main mariadb master me mongo mongodb mssql my mysql name new nil no
    nobody node none not null of old openssl oracle p pass passphrase passwd password passwort pg php pipeline
    postgres postgresql prefix private prod production project provider proxy public pw pwd python qwerty rabbit
    rabbitmq random read readonly real redis remote replica ro root rw s sa safe salt secret secrets secure
    security server service session shared signing simple some spring sql staging star static stored strong
    super supersecret superuser svc system temp temporary test tester testing tests text the this tls tmp token
    tokens true type unit unsafe user username usr value vault very web welcome word world write wrong x xyz yes
    your z""".split()  # noqa: SIM905 - a list of words
)
_TAIL_CHARACTERS = "0123456789!.?*#-_"
_LEET = str.maketrans("013457@$", "oleastas")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# SHA-256 of values that vendors print in their documentation: the tokens of jwt.io's first page, Stripe's test key, the
# account keys of the Azurite and Cosmos DB emulators.
_KNOWN_PUBLIC = frozenset(
    {
        "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
        "2cafc0970149a84f3b9e62eaf169f36f59907a3b3e31f7b82e68c69cd27f7326",
        "7f75367e7881255134e1375e723d1dea8ad5f6a4fdb79d938df1f1754a830606",
        "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615",
        "c794fa6d20c64efb9adf980ae93af472a1679775862d421ffe55d4a57fad5b3e",
        "da816f9f2c16e6c5390e7636cadc40c43551bf0bbcf8f36c65539e6633a9c5e8",
    }
)
_SEQUENCES = (
    *("0123456789abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"),
    *("qwertyuiopasdfghjklzxcvbnm", "9876543210"),
)
_NO_SECRETS = (_HASH_OF_PASSWORD, _PUBLIC, _SEALED, _URL, _DATE_OR_NUMBER, _VERSION_RANGE)
_MIN_PASSWORD, _MIN_TOKEN, _MAX_SECRET = 8, 16, 4096
_MIN_KINDS, _DIGIT = 3, 2
_MIN_DISTINCT, _TOKEN_ENTROPY, _TOKEN_MIXING = 6, 3.0, 0.22
_SOME_DIGITS, _DIGITS_MIXING = 3, 0.12
_LONG_LETTERS, _LETTERS_MIXING = 24, 0.35
_LONG_LOWER, _LONG_LOWER_ENTROPY, _LEAST_MIXING = 20, 3.6, 0.1
_MAX_MARKED, _MIN_SEQUENCE, _MIN_ROW = 100, 7, 6
_NAME_CHARACTERS = re.compile(r"[\w./:-]+", re.ASCII)
_VOWEL, _CONSONANTS = re.compile("[aeiouy]"), re.compile("[bcdfghjklmnpqrstvwxz]{5}")
_MIN_WORD, _MEAN_OF_WORDS, _MEAN_OF_SHORT = 3, 4.0, 4.6
_LEAST_OF_WORDS, _MANY_DIGITS = 0.75, 10
_MIN_KEY_LINE, _MIN_KEY_DISTINCT = 40, 16


def is_placeholder(value: str, *, formed: bool = False) -> bool:
    """Whether a value only stands for a secret: an example, a filler, a row of one character, the alphabet.

    Args:
        value: with or without quotes.
        formed: it has the form of a provider's secret, so that only plain signs count against it.
    """
    bare = value.strip("\"'` ")
    if len(set(bare)) < min(4, len(bare)) or _is_sequence(bare) or _has_row(bare):
        return True
    # In a long random value a short marker stands by chance.
    markers = _LONG_MARKERS if formed or len(bare) > _MAX_MARKED else _MARKERS
    if markers.search(bare):
        return True
    return hashlib.sha256(bare.encode("utf-8", "surrogateescape")).hexdigest() in _KNOWN_PUBLIC


def is_example_jwt(value: str) -> bool:
    """Whether a value is a JSON Web Token whose claims say that it is an example, or open to everybody."""
    claims = value.split(".")[1] if value.startswith("ey") and value.count(".") == _DOTS_OF_JWT else ""
    try:
        decoded = base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))
    except binascii.Error:
        return False
    return _EXAMPLE_CLAIMS.search(decoded) is not None


def _has_row(value: str) -> bool:
    """Whether a third of a value is one character again and again."""
    return any(len(row[0]) >= max(_MIN_ROW, len(value) // 3) for row in _ROW.finditer(value))


def _is_sequence(value: str) -> bool:
    """Whether most of a value is a piece of the alphabet, of the digits, or one short piece again and again."""
    folded = re.sub(r"[^a-z0-9]", "", value.lower())
    for size in (1, 2, 3, 4, 8, 10):
        if len(folded) >= 3 * size and folded == (folded[:size] * len(folded))[: len(folded)]:
            return True
    return any(_longest_run(folded, sequence) >= max(_MIN_SEQUENCE, len(folded) // 2) for sequence in _SEQUENCES)


def _longest_run(value: str, sequence: str) -> int:
    best = run = 0
    for one, other in pairwise(value):
        at = sequence.find(one)
        run = run + 1 if at >= 0 and sequence[at + 1 : at + 2] == other else 0
        best = max(best, run + 1 if run else 0)
    return best


def is_reference(value: str) -> bool:
    """Whether a value names where a secret is, or is code that gets it."""
    rest = _TEMPLATE.sub("", value)
    if _REFERENCE.search(value) or (rest != value and not _is_token(rest)):
        return True
    return is_dotted_name(value) and max(map(len, value.split("."))) < _MIN_TOKEN


def is_dotted_name(value: str) -> bool:
    """Whether a value has the form of an attribute of something (`settings.SECRET_KEY`); a JWT has it too."""
    return _DOTTED_NAME.fullmatch(value) is not None


def is_made_of_words(value: str) -> bool:
    """Whether a value is a phrase, or its letters spell nothing but words of which throw-away passwords are made."""
    return (
        any(map(_spells_common, (value, value.rstrip(_TAIL_CHARACTERS).translate(_LEET), unquote(value))))
        or _PHRASE.fullmatch(value) is not None
        or is_identifier(value)
    )


def is_identifier(value: str) -> bool:
    """Whether a value is the name of something: words, joined by separators or by capitals, perhaps with a number.

    Random characters hold few pieces that could be words; a name holds little else.
    """
    if not _NAME_CHARACTERS.fullmatch(value) or (value.isalnum() and value.lower() == value):
        return False
    pieces = _WORD.findall(value)
    letters = sum(map(len, pieces))
    words = sum(len(piece) for piece in pieces if _is_pronounceable(piece))
    return (
        letters >= (_MEAN_OF_WORDS if len(value) >= _MIN_TOKEN else _MEAN_OF_SHORT) * len(pieces)
        and words >= _LEAST_OF_WORDS * letters
        and sum(map(str.isdigit, value)) < _MANY_DIGITS
    )


def _is_pronounceable(word: str) -> object:
    folded = word.lower()
    return (bool(_VOWEL.search(folded)) and not _CONSONANTS.search(folded)) or folded in _COMMON


def _spells_common(value: str) -> bool:
    words = [word.lower() for word in _WORD.findall(value)]
    long = sum(len(word) for word in words if len(word) >= _MIN_WORD)
    return 2 * long >= sum(map(len, words)) and all(
        word in _COMMON or word.rstrip("s") in _COMMON or len(word) == 1 for word in words
    )


def entropy(value: str) -> float:
    """Shannon entropy of a value's characters, in bits a character."""
    total = len(value)
    return -sum(count / total * math.log2(count / total) for count in Counter(value).values())


def mixing(value: str) -> float:
    """How often neighbours are of different kinds (small, capital, digit, other): 0 to 1. An identifier has few."""
    kinds = [_kind(character) for character in value]
    return sum(one != other for one, other in pairwise(kinds)) / max(1, len(kinds) - 1)


def _kind(character: str) -> int:
    if character.islower():
        return 0
    if character.isupper():
        return 1
    return 2 if character.isdigit() else 3


def _is_path(value: str) -> bool:
    return _PATH.fullmatch(value) is not None and mixing(value) < _MOST_MIXING_OF_PATH


def is_uuid(value: str) -> bool:
    """Whether a value is a UUID: an id more often than a key."""
    return _UUID.fullmatch(value) is not None


def judge(value: str) -> Strength:
    """How much a value looks like a secret.

    `value` has no quotes around it. Anything with white space in it is prose.
    """
    if not _MIN_PASSWORD <= len(value) <= _MAX_SECRET or len(set(value)) < _MIN_DISTINCT or re.search(r"\s", value):
        return Strength.NONE
    if any(pattern.search(value) for pattern in _NO_SECRETS):
        return Strength.NONE
    if is_placeholder(value) or is_reference(value) or is_made_of_words(value) or _is_path(value):
        return Strength.NONE
    return _judge_shape(value)


def _judge_shape(value: str) -> Strength:
    if is_uuid(value):
        return Strength.WEAK
    if _is_token(value):
        return Strength.STRONG
    kinds = {_kind(character) for character in value}
    if _DIGIT in kinds:
        if len(kinds) >= _MIN_KINDS:
            return Strength.STRONG
        return Strength.WEAK if mixing(value) >= _LEAST_MIXING else Strength.NONE
    one_word = value.isascii() and value.islower() and value.isalpha() and len(value) >= _LONG_LOWER
    return Strength.WEAK if one_word and entropy(value) >= _LONG_LOWER_ENTROPY else Strength.NONE


def _is_token(value: str) -> bool:
    if len(value) < _MIN_TOKEN or entropy(value) < _TOKEN_ENTROPY:
        return False
    digits, mixed = sum(map(str.isdigit, value)), mixing(value)
    if digits == 0:
        return len(value) >= _LONG_LETTERS and mixed >= _LETTERS_MIXING
    return mixed >= (_TOKEN_MIXING if digits < _SOME_DIGITS else _DIGITS_MIXING)


def is_key_body(line: str) -> bool:
    """Whether a line of a private key is one: base64 of something random, not `...` or `<your key>`."""
    return (
        len(line) >= _MIN_KEY_LINE
        and len(set(line)) >= _MIN_KEY_DISTINCT
        and not _is_sequence(line)
        and " " not in line
    )
