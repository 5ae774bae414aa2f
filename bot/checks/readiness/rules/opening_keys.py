"""Keys that open the secrets which are committed beside them, encrypted.

Rule: the key of Rails' credentials, of Symfony's vault, of SOPS or of dotenvx, by its file's name and form; one that
opens what development and tests use gives nothing away.
Sources: https://guides.rubyonrails.org/security.html#custom-credentials, https://symfony.com/doc/current/configuration/secrets.html,
https://getsops.io/docs/#encrypting-using-age, https://dotenvx.com/docs/env-keys-file (read 2026-11-30).
Out of sight: keys of other names, and whether what they open is committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.look import Look
from bot.model import Finding

_MAX_TEXT = 10_000
_OF_DEVELOPMENT = re.compile(r"(?i)(?:^|/)(?:\w*[-_])?(?:dev\w*|test\w*|ci|local|e2e)\.")
# By names of files, what such a file holds.
_KEYS = (
    (("config/master.key", "**/config/master.key"), re.compile(r"\A[0-9a-f]{32}\s{0,9}\Z")),
    (("config/credentials/*.key", "**/config/credentials/*.key"), re.compile(r"\A[0-9a-f]{32}\s{0,9}\Z")),
    (
        ("**/config/secrets/prod/*.decrypt.private.php", "config/secrets/prod/*.decrypt.private.php"),
        re.compile("return"),
    ),
    (("key.txt", "keys.txt", "*.agekey", "age*.key", "*age*.txt"), re.compile(r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b")),
    ((".env.keys",), re.compile(r"(?m)^DOTENV_PRIVATE_KEY(?:_(?!DEV|TEST|LOCAL|CI)\w{1,60})?=[\"']?[0-9a-f]{64}\b")),
)


def find_opening_keys(look: Look) -> Iterator[Finding]:
    """Yield the keys that open secrets of more than development and tests."""
    for names, form in _KEYS:
        for path in look.files.select(*names):
            text = (look.files.text(path) or "")[:_MAX_TEXT]
            if (found := form.search(text)) and not _OF_DEVELOPMENT.search(path):
                line = text.count("\n", 0, found.start()) + 1
                message = "a key is committed that opens the secrets beside it"
                yield Finding(rule="opening-key", message=message, path=path, line=line)
