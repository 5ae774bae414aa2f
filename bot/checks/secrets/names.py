"""Names that say that what they name is a secret: of variables, keys, columns, flags."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from itertools import pairwise


class Kind(Enum):
    """What a name says of its value: something that people choose, or something that machines make."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a password
    TOKEN = "token"  # noqa: S105 - a kind, not a token


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORD_WORDS = frozenset(
    {
        "password",
        "passwd",
        "passphrase",
        "passwort",
        "pwd",
        "pass",
        "pw",
        "secret",
        "secrets",
        "credential",
        "credentials",
        "passcode",
        "psk",
    }
)
_TOKEN_WORDS = frozenset(
    {"token", "apikey", "accesskey", "secretkey", "privatekey", "authkey", "auth", "pat", "bearer", "jwt"}
)
_KEY_OWNERS = frozenset(
    """access account admin aes api app application auth cipher client cloud consumer cookie crypto decryption
    deploy des django encrypt encryption flask functions hmac ingestion integration jwt mnemonic laravel master
    private rails root secret server service session shared sign signature signing storage subscription webhook
    write""".split()  # noqa: SIM905 - a list of words
)
_ENDINGS = (
    *("password", "passwd", "passphrase", "secret", "token", "pwd", "passwort"),
    *("apikey", "secretkey", "accesskey", "privatekey", "accountkey"),
)
# Whose password a word that ends in `pass` may be; other such words are none (`bypass`, the package `minipass`).
_PASS_OWNERS = frozenset(
    """account admin api app auth client db dbuser email ftp http imap key ldap login mail master mongo my mysql pg
    pop postgres proxy redis require root server service sftp smtp sql ssh store sudo svc user vpn web wifi""".split()  # noqa: SIM905 - a list of words
)
# What stands last says what a value is: of `token_url` a URL, of `password_hash` a hash.
_NOT_LAST = frozenset(
    """age alg algorithm arn at attempts attribute audience button category changed class code column confirm
    confirmation count created date description dir directory duration enabled encoder encoding endpoint env
    error event exists expiration expires expiry field file filename flow forgot form format generator group
    handler header help hint icon id ids index input invalid issuer json label len length lifetime limit link
    list location login manager max message method min mismatch mode model module name names namespace needed
    number object page param parameter path pattern placeholder policy position prefix prompt property protected
    provider reader ref reference regex required requirements reset response role rotation rounds route rule
    rules scheme scope scopes screen selector service settings size source state status store strategy strength
    suffix table target template text timeout title ttl type uri url usage user username valid validation
    validator validity var variable version view visible warning""".split()  # noqa: SIM905 - a list of words
)
_NEVER = frozenset(
    """cancel cancellation checksum continuation csrf cursor digest encrypted etag fingerprint hash hashed hashes
    hint idempotency integrity md5 next page pagination public publishable reset revision sealed sha sha1 sha256
    sha512 site tokenizer xsrf""".split()  # noqa: SIM905 - a list of words
)


@lru_cache(maxsize=4096)
def classify(name: str) -> Kind | None:
    """What a name says of its value; None where it does not speak of a secret."""
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if not words or words[-1] in _NOT_LAST or not _NEVER.isdisjoint(words):
        return None
    kinds = {kind for kind in map(_classify_word, words) if kind}
    if any(two == "key" and one in _KEY_OWNERS for one, two in pairwise(words)):
        kinds.add(Kind.TOKEN)
    return Kind.PASSWORD if Kind.PASSWORD in kinds else next(iter(kinds), None)


def _classify_word(word: str) -> Kind | None:
    if word in _PASSWORD_WORDS or (word.endswith("pass") and word[:-4] in _PASS_OWNERS):
        return Kind.PASSWORD
    if word in _TOKEN_WORDS:
        return Kind.TOKEN
    ending = next((ending for ending in _ENDINGS if word.endswith(ending)), None)
    if ending is None:
        return None
    return Kind.TOKEN if ending == "token" or ending.endswith("key") else Kind.PASSWORD
