"""`readiness.deploy.ssl-tls`: the certificate and the protocols of each address.

Rule: HTTPS, a chain to a trusted authority, for this host, for at least so many more days, and nothing older than
TLS 1.2. Source: RFC 8996 (TLS 1.0 and 1.1 are not to be used), read 2026-11-29.
Out of sight: ciphers, revocation, and when certificates between the service's and the root's end.
"""

from __future__ import annotations

import ssl
import time
import warnings
from typing import Annotated, Final

from pydantic import Field

from bot.gate.client import NoAnswer, Trouble
from bot.gate.notes import Notes
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Address, Settings
from bot.gate.urls import Url

_DAY_S: Final = 86_400
_NEW: Final = ("TLSv1.2", "TLSv1.3")


class TlsSettings(Settings):
    """Settings of `readiness.deploy.ssl-tls`."""

    min_days: Annotated[int, Field(description="days that the certificate is still valid", ge=0, le=400)] = 21
    also: Annotated[
        tuple[Address, ...], Field(description="further addresses, such as a CDN's", max_length=MAX_ENTRIES)
    ] = ()


def answer_tls(scene: Scene, settings: TlsSettings, notes: Notes) -> str:
    """Shake hands with each address."""
    places = {(url.scheme, url.host, url.port): url for url in [*scene.targets, *map(Url.parse, settings.also)]}
    side_by_side(lambda url: _judge(scene, settings, url, notes), places.values())
    return f"{len(places)} valid, for more than {settings.min_days} days; nothing older than TLS 1.2"


def _judge(scene: Scene, settings: TlsSettings, url: Url, notes: Notes) -> None:
    place = url.origin
    if url.scheme != "https":
        notes.fail("no-tls", place, "is served without TLS", fix="serve it over HTTPS, and name that address")
        return
    found = scene.client.handshake(url)
    if isinstance(found, NoAnswer):
        if found.trouble is Trouble.CERTIFICATE:
            notes.fail("certificate", place, found.reason, fix="install a valid certificate with its whole chain")
        else:
            notes.unsure(place, found.reason)
        return
    if found.version not in _NEW:
        notes.fail("old-protocol", place, f"speaks {found.version}", fix="switch on TLS 1.2 and 1.3")
        return
    _judge_days(settings, found.certificate, place, notes)
    notes.saw(place, f"{found.version}, a valid chain")
    _judge_old(scene, url, notes)


def _judge_days(settings: TlsSettings, certificate: object, place: str, notes: Notes) -> None:
    ends = certificate.get("notAfter") if isinstance(certificate, dict) else None
    if not isinstance(ends, str):
        notes.unsure(place, "the certificate does not say when it ends")
        return
    days = (ssl.cert_time_to_seconds(ends) - time.time()) / _DAY_S
    notes.figures[place] = {"days": round(days, 1)}
    if days <= settings.min_days:
        notes.fail("expires", place, f"the certificate ends in {days:.1f} days, not in more than {settings.min_days}",
                   fix="renew it, and let that happen by itself")  # fmt: skip
    else:
        notes.saw(place, f"the certificate is valid for {days:.0f} more days")


def _judge_old(scene: Scene, url: Url, notes: Notes) -> None:
    """Try to speak what is too old; nothing is sent over it, so that whose certificate it is does not matter."""
    try:
        context = _old_context()
    except (ssl.SSLError, ValueError):
        notes.unsure(url.origin, "this OpenSSL cannot offer TLS 1.1", "run it where OpenSSL still can")
        return
    found = scene.client.handshake(url, context)
    if not isinstance(found, NoAnswer):
        notes.fail("old-protocol", url.origin, f"accepts {found.version}", fix="switch off TLS 1.0 and 1.1")
    elif found.trouble in {Trouble.TIMEOUT, Trouble.REFUSED}:
        notes.unsure(url.origin, f"whether TLS 1.1 is accepted: {found.reason}")


def _old_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # OpenSSL offers the old protocols at its lowest level of security alone.
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
