"""What a finding says, without the secret: the kind in plain words, a public prefix, the length, and what to do."""

from __future__ import annotations

import hashlib
import re

HELP = (
    "https://docs.github.com/en/code-security/secret-scanning/"
    "working-with-secret-scanning-and-push-protection/remediating-a-leaked-secret"
)

# 4 MiB and some 10 ms a value: a guess costs as much, and a hundred findings less than a second or two.
_SCRYPT_COST, _SCRYPT_BLOCK, _FINGERPRINT_BYTES = 2**12, 8, 16
_SALT_PREFIX = b"gonogo secret 1\0"

# Prefixes that providers give all tokens of a kind: they name the kind and tell nothing of the secret.
_PUBLIC_PREFIX = re.compile(
    r"^(?:gh[pousr]_|github_pat_|gl(?:pat|dt|rt|ptt|ft|soat|imt|agent|cbt|ffct)-|xox[a-z]-|xapp-|[sr]k_(?:live|test|prod)_"
    r"|sk-ant-(?:api|admin|oat)\d\d-|sk-(?:proj|svcacct|admin|or-v1|lf)-|whsec_|A[KS]IA|AIza|SG\.|npm_|pypi-|do[opr]_v1_"
    r"|hv[sbr]\.|hf_|shp(?:at|ca|pa|ss)_|dapi|dckr_pat_|sq0(?:atp|csp)-|EAAA|lin_api_|ntn_|secret_(?=[A-Za-z0-9]{43}$)"
    r"|sbp_|sb_secret_|GOCSPX-|ya29\.|glsa_|glc_|PMAK-|key-(?=[0-9a-f]{32}$)|rubygems_|sntry[su]_|NRAK-|tfp_|figd_|pul-"
    r"|ATAT|ATBB|HRKU-|AGE-SECRET-KEY-1|-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|https://hooks\.slack\.com/"
    r"|https://(?:canary\.|ptb\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/)"
)
_BRANDS = {
    word.lower(): word
    for word in (
        *(
            "AD",
            "API",
            "AWS",
            "Anthropic",
            "Azure",
            "DigitalOcean",
            "Databricks",
            "Discord",
            "Dropbox",
            "GCP",
            "GitHub",
        ),
        *("GitLab", "Google", "HubSpot", "ID", "JSON", "JWT", "MWS", "Mailgun", "Notion", "NuGet", "OAuth", "OpenAI"),
        *(
            "PAT",
            "PuTTY",
            "PyPI",
            "SQL",
            "SSH",
            "SendGrid",
            "Shopify",
            "Slack",
            "Square",
            "Stripe",
            "Telegram",
            "Twilio",
        ),
        *("URL", "Vault", "Zapier", "npm"),
    )
}
_KINDS = {
    "generic-password": "password",
    "generic-token": "token or key",
    "credentials-in-url": "password in a URL",
    "token-in-url": "token in a URL",
    "authorization-header": "credentials in an authorization header",
    "command-line-password": "password on a command line",
    "file-of-one-secret": "secret in a file of its own",
    "netrc-password": "password of a .netrc file",
    "pgpass-password": "password of a .pgpass file",
    "sql-password": "password in an SQL statement",
    "kubernetes-secret": "value of a Kubernetes Secret",
}


def name_kind(rule: str) -> str:
    """A rule's kind of secret in plain words."""
    return _KINDS.get(rule) or " ".join(_BRANDS.get(word, word) for word in rule.split("-"))


def redact(value: str) -> str:
    """What may be shown of a secret: the prefix that its provider gives to all, and its length."""
    prefix = _PUBLIC_PREFIX.match(value)
    length = f"{len(value):,} characters"
    return f"`{prefix[0]}...`, {length}" if prefix else length


def has_public_prefix(value: str) -> bool:
    """Whether a value begins as a provider's secrets of one kind all do."""
    return _PUBLIC_PREFIX.match(value) is not None


def fingerprint(value: str, salt: bytes) -> str:
    """32 hexadecimal digits that stand for a secret: the same for the same value and policy, and slow to guess from.

    Path, line and rule are not in it, so a moved secret keeps its waiver.
    """
    digest = hashlib.scrypt(
        value.encode("utf-8", "surrogateescape"),
        salt=_SALT_PREFIX + salt,
        n=_SCRYPT_COST,
        r=_SCRYPT_BLOCK,
        p=1,
        dklen=_FINGERPRINT_BYTES,
    )
    return digest.hex()


def describe_fix(*, in_head: bool, in_message: bool) -> str:
    """What to do about a secret, in the order that helps."""
    rotate = "revoke it where it was issued and issue a new one: whoever fetched the branch has it"
    if in_message:
        return f"{rotate}; then reword the commit's message"
    if in_head:
        return f"{rotate}; then read it from the environment or a secret store, and drop the commit that adds it"
    return (
        f"{rotate}; the files no longer hold it, but the commit does: take it out of the branch by a rebase or a squash"
    )
