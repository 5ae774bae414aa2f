"""No secret stands in the tree: by a scanner in CI, and by what the files themselves show.

Rule: a key of a form that is a secret beyond doubt fails, and so do a committed `.env` with values, the password of a
server elsewhere, and the secret of a client; where none is
found a scanner in CI, or `.env` kept out by `.gitignore`, is what a pass rests on. A file that is not read leaves
it open.
Out of sight: history, files that are no text, and forms that only a scanner knows; `secrets.added` judges what a change
adds with one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from operator import itemgetter

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.needles import find_needles
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.opening_keys import find_opening_keys
from bot.checks.readiness.rules.signing_keys import find_signing_keys
from bot.checks.readiness.rules.written_out import count_written_out
from bot.model import Evidence, Finding, State, Strength, Unknown

# A private key as a Secret of Kubernetes holds it: its first line, as base64 writes it whatever follows.
_ENCODED = base64.b64encode(b"-----BEGIN ")[:12]
_ENCODED_KEYS = tuple(
    base64.b64encode(f"-----BEGIN {kind}PRIVATE KEY-----".encode())[:-4].rstrip(b"=")
    for kind in ("", "RSA ", "EC ", "OPENSSH ", "DSA ")
)
_ADDRESS = b"://"
_SCHEMES = (b"postgres", b"postgresql", b"mysql", b"mongodb", b"mongodb+srv", b"amqp", b"amqps", b"redis")
# What is looked for in every file, by what several have in common: each is one way more through all files.
_MARKS: Mapping[bytes, Sequence[bytes]] = {
    **{mark: (mark,) for mark in (b"PRIVATE KEY-----", b"AKIA", b"ghp_", b"github_pat_")},
    b"_live_": (b"sk_live_", b"rk_live_"),
    b"xox": (b"xoxb-", b"xoxp-"),
    b"glpat-": (b"glpat-",),
    b'ty"': (b'"kty"', b'"Kty"'),
    # RSAParameters of .NET, as IdentityServer writes its tempkey.rsa.
    b'"Parameters"': (b'"Parameters":',),
    **{mark: (mark,) for mark in (b"SG.", b"npm_", b"hooks.slack.com", b"T3BlbkFJ", b"sk-ant-", b"AccountKey=")},
    _ENCODED: _ENCODED_KEYS,
}
_VALUE_MARKS: Mapping[bytes, Sequence[bytes]] = {
    _ADDRESS: tuple(scheme + _ADDRESS for scheme in _SCHEMES),
    b"ecret": (b"lientSecret", b"client_secret", b"client-secret", b'ecret"'),
    b"assword": (b"assword=", b'assword"'),
    b":-": (b":-",),
    b'oken"': (b'oken"',),
    b'Key"': (b'ApiKey"', b'onKey"', b'ngKey"', b'etKey"', b'teKey"', b'erKey"', b'icKey"'),
    b"wd=": (b"pwd=", b"Pwd="),
    b'hub.com"': (b'github.com"',),
    b"_authToken": (b"_authToken",),
    b"SECRET": (b"SECRET",),
    b"KEY_BASE": (b"KEY_BASE",),
}
# In files of YAML alone: to look for a mark in all files takes as long as to read them.
_YAML_MARKS: Mapping[bytes, Sequence[bytes]] = {
    **_VALUE_MARKS,
    **{mark: (mark,) for mark in (b"_key:", b"_token:", b"_secret:", b"authentication:")},
}
_SETTING_MARKS: Mapping[bytes, Sequence[bytes]] = {**_YAML_MARKS, b"assword": (b"assword",)}
# Pictures, sounds, fonts, archives and programs: what is no text, and is often larger than what is read.
_NO_TEXT = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".svg", ".avif", ".bmp", ".tiff", ".psd", ".pdf"),
    *(".mp3", ".mp4", ".m4a", ".mov", ".ogg", ".wav", ".webm", ".woff", ".woff2", ".ttf", ".otf", ".eot"),
    *(".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".jar", ".war", ".whl", ".nupkg"),
    *(".dll", ".exe", ".so", ".dylib", ".wasm", ".onnx", ".parquet", ".sqlite", ".sqlite3"),
)
_FORMS = re.compile(
    r"-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/=\s\\]{100,}"
    rf"|(?:{'|'.join(key.decode() for key in _ENCODED_KEYS)})[A-Za-z0-9+/=]{{200,}}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}|\b[sr]k_live_[A-Za-z0-9]{20,}"
    r"|\bxox[bp]-[0-9]{9,}-[0-9A-Za-z-]{20,}|\bglpat-[\w-]{20}\b"
    # A key of the kind JWK with its private part; SendGrid's and npm's tokens.
    r"|\"[dD]\"\s*:\s*\"[\w+/-]{43,}={0,2}\"|\bSG\.[\w-]{22}\.[\w-]{43}\b|\bnpm_[A-Za-z0-9]{36}\b"
    # Whoever has the address of a hook of Slack may write; keys of OpenAI and Anthropic, and of storage of Azure.
    r"|hooks\.slack\.com/services/T[A-Z0-9]{7,12}/B[A-Z0-9]{7,12}/[A-Za-z0-9]{20,30}\b"
    r"|\bsk-[\w-]{0,160}T3BlbkFJ[\w-]{16,160}|\bsk-ant-[a-z]{3,5}\d\d-[\w-]{60,160}|\bAccountKey=[A-Za-z0-9+/]{86}=="
)
# What a variable is where nobody sets it: the secret of everybody who does not.
_DEFAULT_SECRET = (
    "a secret has a default that is committed",
    re.compile(
        r"\$\{\w*(?:SECRET|TOKEN|PRIVATE_KEY|API_KEY|ENCRYPTION_KEY|SECRET_KEY|KEY_BASE|PASSWORD|(?:AES|HMAC)\w*KEY)\w*:-"
        r"((?=[^}\s]{0,200}\d)(?=[^}\s]{0,200}[A-Za-z])[A-Za-z0-9+/=_-]{24,400}"
        # With signs among them, too, as a generator of passwords makes them; an address has its own.
        r"|(?=[^}\s]{0,200}\d)(?=[^}\s]{0,200}[A-Z])(?=[^}\s]{0,200}[a-z])[^\s\"'`:/\\${}]{24,400})\}"
    ),
)
# `"Smtp__Password", "..."`, as settings are given to a program: words of letters and digits in no order of a language.
_GIVEN_SECRET = (
    "a password or a token is committed",
    re.compile(
        r"\"[\w.:-]*(?:[pP]assword|[sS]ecret|[tT]oken|ApiKey)\"\s*,\s*\"((?=\D{0,99}\d\D{0,99}\d)(?=[^\"]{0,99}[a-z])(?=[^\"]{0,99}[A-Z])[A-Za-z0-9]{16,99})\""
    ),
)
# `"EncryptionKey": "..."`: 32 or 64 bytes, as base64 or in digits of 16, under the name of what encrypts or signs.
_ENCRYPTING_KEY = (
    "a key that encrypts or signs is committed",
    re.compile(
        r"\"[\w.:-]{0,60}(?:(?:Encrypt|Decrypt)ion|Signing|Secret|Private|Master|Symmetric)Key\"\s{0,9}:\s{0,9}"
        r"\"([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==|[0-9a-f]{64}|[0-9A-F]{64})\""
    ),
)
# `SECRET_KEY_BASE=...`, as a variable is given or set: letters, capitals and digits in no order of a language.
_SET_SECRET = (
    "a secret is committed",
    re.compile(
        r"^[^#\n]{0,200}?\b[A-Z0-9_]{0,60}(?:SECRET|KEY_BASE)[A-Z0-9_]{0,60}[\"']?\s{0,9}(?:=|:)\s{0,9}[\"']?"
        r"((?=(?:\D{0,99}\d){3})(?=[^\s\"']{0,99}[a-z])(?=[^\s\"']{0,99}[A-Z])[A-Za-z0-9+/=_-]{32,400}|[0-9a-f]{64,128})"
        r"[\"']?[,;]?\s{0,9}$"
    ),
)
# `getenv("SECRET_KEY", "...")`, as code reads a variable: what it is where nobody sets it, as a machine makes it.
_READ_SECRET = (
    "a secret has a default that is committed",
    re.compile(
        r"\([\"'][A-Z0-9_]{0,60}(?:SECRET|KEY_BASE)[A-Z0-9_]{0,60}[\"']"
        r"(?:,|\)\s{0,3}(?:\|\||\?\?|or\b))\s{0,9}(?:default\s{0,3}=\s{0,3})?[\"']"
        r"((?=(?:\D{0,99}\d){3})(?=[^\s\"']{0,99}[a-z])(?=[^\s\"']{0,99}[A-Z])[A-Za-z0-9+/=_-]{32,400}|[0-9a-f]{32,128})"
        r"[\"']"
    ),
)
# `license_key: ...`, as settings in YAML have it: letters, capitals and digits in no order of a language. What browsers
# are shown is none.
_YAML_SECRET = (
    "a key or a token is committed",
    re.compile(
        r"^[ \t]{0,40}(?:-[ \t]{1,9})?(?!\w{0,60}(?:public|publish|site|host|cache|client_key))"
        r"(?:\w{0,60}_(?:key|token|secret)|authentication):[ \t]{1,9}[\"']?(?!AIza)"
        r"((?=(?:\D{0,64}\d){3})(?=[^a-z\n]{0,64}[a-z])(?=[^A-Z\n]{0,64}[A-Z])[A-Za-z0-9]{32,64})[\"']?[ \t]{0,9}$"
    ),
)
# `password: ...` of Spring's settings, and of a database in Terraform, as a machine makes it. Terraform's texts have
# quotes: without them another thing is named.
_SETTING, _TERRAFORM_SETTING = (
    (
        "a password is committed",
        re.compile(
            rf"^[ \t]{{0,40}}(?:[\w.-]{{0,80}}[.-])?(?:master_)?password[ \t]{{0,9}}[:=][ \t]{{0,9}}{quotes}"
            r"((?=(?:\D{0,64}\d){2})(?=[^a-z\n]{0,64}[a-z])(?=[^A-Z\n]{0,64}[A-Z])"
            r"[A-Za-z0-9!@#%^&*_+=.-]{12,64})[\"']?[ \t]{0,9}$"
        ),
    )
    for quotes in ("[\"']?", "[\"']")
)
_OF_SETTINGS = re.compile(r"(?:^|/)application[\w-]*\.(?:ya?ml|properties)$|\.tf(?:vars)?$")
_TERRAFORM = (".tf", ".tfvars")
_YAML = (".yml", ".yaml")
# What stands for a secret by its name or its place: the password of an address, of a connection, of a client.
_VALUES = (
    _DEFAULT_SECRET,
    _GIVEN_SECRET,
    _SET_SECRET,
    _READ_SECRET,
    _ENCRYPTING_KEY,
    (
        "the password of a server is committed",
        re.compile(
            r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|amqps?|redis)://[^\s:/@\"'<>{}$]*:([^\s@\"'/$<>{}]{6,})@"
            r"(?:(?:[\w-]+\.)+[a-z]{2,}|\d+\.\d+\.\d+\.\d+)\b"
        ),
    ),
    (
        "the password of a server is committed",
        re.compile(
            r"(?i)\b(?:Host|Server|Data Source|Addr|Address)\s*=\s*(?:tcp:)?(?:[\w-]+\.)+[a-z]{2,}\b[^\"'\n]{0,300}?"
            r"\b(?:Password|Pwd)\s*=\s*([^;\"'\s<>{}$]{6,})"
        ),
    ),
    # What Composer and npm sign in with.
    ("a token is committed", re.compile(r"\"github\.com\"\s{0,9}:\s{0,9}\"([0-9a-f]{40}|gh[ops]_[A-Za-z0-9]{36})\"")),
    ("a token is committed", re.compile(r":_authToken\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{36,200})\b")),
    (
        # Such a secret is made by a machine: one of words alone, as `acme_e2e_seed_link`, is a name.
        "the secret of a client is committed",
        re.compile(
            r"""(?i)\bclient[_-]?secret["']?\s*(?::|=>?)\s*["'](?![a-z]{2,14}(?:[_.-](?:[a-z]{2,14}|[a-z]\d[a-z])){3,9}["'])"""
            r"""((?=[^"']*\d)(?=[^"']*[a-z])[\w.~+/=-]{16,})["']"""
        ),
    ),
)
_LINE = re.compile(r"[^\n]+")
_LOCAL = re.compile(r"(?i)localhost|127\.0\.0\.1|example\.|\.local\b|\.internal\b|\.test\b|host\.docker")
_DEVELOPMENT = re.compile(r"(?i)[/._-](?:dev|development|local|test)\.\w+$")
# The keys of Azure's emulators of storage and of Cosmos DB are the same for everybody, and documented.
_PLACEHOLDER = re.compile(r"EXAMPLE|X{6,}|x{6,}|0{8,}|1234567|AccountKey=(?:Eby8vdM02x|C2y6yDjf5/R)")
_ENV_VALUE = re.compile(
    r"""\s*(?:export\s+)?\w*(?:SECRET|PASSWORD|TOKEN|PRIVATE_KEY|API_KEY)\w*\s*=\s*["']?([^\s"'#$<{]{8,})"""
)
# The key that Laravel makes, with which it encrypts and signs: whoever copies the file has everybody's.
_APPLICATION_KEY = re.compile(
    r"^\s*+(?:-\s*+|ENV\s++|export\s++)?[\"']?APP_KEY[\"']?\s*+[=:]\s*+[\"']?base64:(?!A{20}|X{20})[A-Za-z0-9+/]{43}="
)
_GIVES_IT = (".env*", "*.env", "*compose*.y*ml", "Dockerfile*")
_OF_TESTS = re.compile(r"(?i)(?:^|[/._-])(?:dev|devel|development|local|tests?|testing|ci|e2e|dusk)(?:[._-]|$)")
_DUMMY = re.compile(
    r"change|example|dummy|secret|password|your|placeholder|localhost|test|sample|default|insecure|postgres",
    re.IGNORECASE,
)
_IGNORES = re.compile(r"(?:\*\*/|/)?\*?\.env(?:rc)?(?:[.*/].*)?")
_IGNORES_SOME = re.compile(r"\.env\*?\.\S")
_SCANNERS = re.compile(
    r"gitleaks|trufflehog|detect-secrets|kingfisher|ggshield|gitguardian|secretlint|noseyparker", re.IGNORECASE
)
_SCAN = "secrets"
_MAX_FINDINGS = 20
# One more makes it worse, also where it has failed for those that were there.
_COMMITTED = "secrets that are committed"
_MAX_LINE = 2_000
# What a form shows in place of a key.
_SHOWN = re.compile(r"(?i)placeholder|holder\b|example|sample")


class NoSecretsAsk(Ask):
    """Settings of the rule `no-secrets`: none of its own."""


def judge_no_secrets(look: Look, ask: NoSecretsAsk) -> Judged:
    """Fail where a file shows a secret; pass by a scanner, or by `.env` files that are kept out."""
    del ask
    found = list(islice(find_secrets(look), _MAX_FINDINGS))
    first = Finding(rule="none", message="none") if not found else found[0]
    count = Measure(value=len(found), path=first.path or "", line=first.line or 0, higher_is_better=False)
    if found:
        return Judged(state=State.FAIL, reason=first.message, missing=found, measures={_COMMITTED: count})
    return replace(_judge_clean(look), measures={**count_written_out(look), _COMMITTED: count})


def _judge_clean(look: Look) -> Judged:
    clean = f"no file of {look.files.count:,} holds a key of a known form"
    if evidence := [*_scanners(look), *_kept_out(look)]:
        return Judged(state=State.PASS, reason=f"{clean}; {evidence[0].text}", evidence=evidence[:10], by_absence=True)
    unknown = Unknown(reason=f"{clean}, but no scanner looks for the others", settle="run gitleaks or the like in CI")
    return Judged(state=State.NOT_CHECKED, reason=unknown.reason, unknowns=[unknown])


def find_secrets(look: Look) -> Iterator[Finding]:
    """Yield where a secret's value is committed."""
    beside = (_copied_defaults(look), _application_keys(look), find_opening_keys(look), find_signing_keys(look))
    return chain(_committed_values(look), _known_forms(look), *beside)


def _committed_values(look: Look) -> Iterator[Finding]:
    for path in look.files.select(".env", ".env.production", ".env.prod", ".env.local", ".env.staging"):
        for number, line in enumerate(look.files.lines(path), start=1):
            value = _ENV_VALUE.match(line[:2000])
            if value and not _DUMMY.search(value[1]):
                message = "a file of the environment is committed with a secret's value"
                yield Finding(rule="env-committed", message=message, path=path, line=number)
                break


def _application_keys(look: Look) -> Iterator[Finding]:
    for path in look.files.select(*_GIVES_IT):
        for number, line in enumerate(() if _OF_TESTS.search(path) else look.files.lines(path), start=1):
            if _APPLICATION_KEY.match(line[:_MAX_LINE]):
                message = "the key of an application is committed"
                yield Finding(rule="application-key", message=message, path=path, line=number)
                break


def _known_forms(look: Look) -> Iterator[Finding]:
    paths = [path for path in look.files.select("*") if not path.lower().endswith(_NO_TEXT)]
    yield from chain.from_iterable(look.files.kept_of_each(_SCAN, paths, _find_in))


def _find_in(path: str, content: bytes) -> Sequence[Finding]:
    forms = (*_VALUES, _YAML_SECRET) if path.endswith(_YAML) else _VALUES
    if _OF_SETTINGS.search(path):
        forms = (*forms, _TERRAFORM_SETTING if path.endswith(_TERRAFORM) else _SETTING)
    values = () if _DEVELOPMENT.search(path) else _values(path, content, forms)
    return list(islice(chain(_forms(path, content), values), _MAX_FINDINGS))


def _copied_defaults(look: Look) -> Iterator[Finding]:
    """Yield the defaults of secrets in a Compose file that whoever runs the product copies as it is."""
    for file in look.compose.examples:
        if "/" not in file.path:
            yield from _values(file.path, look.files.content(file.path) or b"", (_DEFAULT_SECRET,))


def _forms(path: str, content: bytes) -> Iterator[Finding]:
    seen: set[int] = set()
    for start, text in _windows(content, _MARKS):
        for form in _FORMS.finditer(text):
            before = text[max(0, form.start() - 120) : form.start()]
            if _PLACEHOLDER.search(form[0]) or _SHOWN.search(before):
                continue
            line = content.count(b"\n", 0, start + form.start()) + 1
            if line not in seen:
                seen.add(line)
                yield Finding(rule="known-form", message="a key is committed", path=path, line=line)


def _values(path: str, content: bytes, forms: Sequence[tuple[str, re.Pattern[str]]] = _VALUES) -> Iterator[Finding]:
    seen: set[int] = set()
    marks = _SETTING_MARKS if _OF_SETTINGS.search(path) else _YAML_MARKS if path.endswith(_YAML) else _VALUE_MARKS
    for start, text in _windows(content, marks):
        for begin, message in sorted(_lines_with(text, forms), key=itemgetter(0)):
            number = content.count(b"\n", 0, start + begin) + 1
            if number not in seen:
                seen.add(number)
                yield Finding(rule="value", message=message, path=path, line=number)


def _lines_with(text: str, forms: Sequence[tuple[str, re.Pattern[str]]]) -> Iterator[tuple[int, str]]:
    """Yield where lines of a text begin in which a secret stands, form by form."""
    lower = text.lower()
    for message, form in forms:
        for begin, end in _lines_that_may(form, lower):
            if any(map(_is_secret, form.finditer(text[begin:end]))):
                yield begin, message


def _lines_that_may(form: re.Pattern[str], lower: str) -> Collection[tuple[int, int]]:
    """The lines in which a text stands that a form cannot go without: from where to where each."""
    needles = find_needles(form.pattern)
    if not needles:
        return [line.span() for line in _LINE.finditer(lower)]
    found = set()
    for one in needles:
        end, position = 0, lower.find(one)
        while position >= 0:
            end = lower.find("\n", position)
            end = len(lower) if end < 0 else end
            found.add((lower.rfind("\n", 0, position) + 1, end))
            position = lower.find(one, end)
    return found


def _is_secret(value: re.Match[str]) -> bool:
    said = f"{value[1]}\n{_decoded(value[1])}"
    return not (_DUMMY.search(said) or _PLACEHOLDER.search(value[1]) or _LOCAL.search(value[0]))


def _decoded(value: str) -> str:
    """The words that a text stands for as base64; none where it stands for anything else, as a key does."""
    try:
        text = base64.b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return ""
    return text if text.strip().isprintable() else ""


def _windows(content: bytes, marks: Mapping[bytes, Sequence[bytes]]) -> Iterator[tuple[int, str]]:
    """Yield from which byte, and what, stands around one of some words; those that are close share a window."""
    for mark in chain.from_iterable(own for shared, own in marks.items() if _shows(content, shared)):
        position = content.find(mark)
        while position >= 0:
            start = max(0, position - _MAX_LINE)
            yield start, content[start : position + 2 * _MAX_LINE].decode("latin-1")
            position = content.find(mark, position + _MAX_LINE)


def _shows(content: bytes, shared: bytes) -> bool:
    """Whether what some marks share stands in a file; of addresses, that of a server of theirs."""
    if shared != _ADDRESS:
        return shared in content
    position = content.find(shared)
    while position >= 0 and not content.endswith(_SCHEMES, 0, position):
        position = content.find(shared, position + 1)
    return position >= 0


def _scanners(look: Look) -> Iterator[Evidence]:
    for ran in look.workflows.ran:
        if _SCANNERS.search(ran.text) and ran.guards:
            text = f"CI runs {ran.text[:60]}"
            yield Evidence(path=ran.place.path, line=ran.place.line, text=text, strength=Strength.VERIFIED)


def _kept_out(look: Look) -> Iterator[Evidence]:
    committed = bool(look.files.select(".env"))
    for path in look.files.select(".gitignore"):
        for number, line in enumerate(look.files.lines(path), start=1):
            pattern = line.strip()
            # `.env*.local` leaves a `.env` in, which whoever has one of those commits.
            if _IGNORES.fullmatch(pattern) and not (committed and _IGNORES_SOME.search(pattern)):
                text = "files of the environment are kept out of the repository"
                yield Evidence(path=path, line=number, text=text, strength=Strength.WIRED)
                break
