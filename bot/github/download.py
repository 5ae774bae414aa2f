"""Saves what GitHub keeps on other hosts, whose addresses are secrets and must get no token.

Source: https://docs.github.com/en/rest/actions/artifacts#download-an-artifact (read 2026-11-25)
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

import requests

from bot import __version__
from bot.github.transport import REQUEST_TIMEOUT_S, GitHubError

MAX_SECONDS: Final = 120.0
_CHUNK_BYTES: Final = 1 << 20
_SHA256: Final = "sha256:"


def download(address: str, path: Path, *, digest: str | None, max_bytes: int) -> None:
    """Save the content of an address as a new file.

    Args:
        address: HTTP or HTTPS.
        path: where no file is yet.
        digest: `sha256:` and the hexadecimal digits that the content must have; others are not looked at.
        max_bytes: what the file may have at most.

    Raises:
        GitHubError: it could not be had whole and in time. The address is never told.
    """
    if not address.startswith(("https://", "http://")):
        raise GitHubError("GitHub named no address for a download")
    try:
        with (
            requests.get(
                address,
                headers={"User-Agent": f"gonogo/{__version__}", "Accept-Encoding": "identity"},
                auth=_send_as_it_is,
                stream=True,
                allow_redirects=False,
                timeout=REQUEST_TIMEOUT_S,
            ) as response,
            path.open("xb") as file,
        ):
            if response.status_code != HTTPStatus.OK:
                raise GitHubError(f"a download ended with {response.status_code}")
            found = _save(response, file.write, max_bytes)
    except (requests.RequestException, OSError) as error:
        raise GitHubError(f"a download failed: {type(error).__name__}") from None
    if digest and digest.startswith(_SHA256) and digest.removeprefix(_SHA256) != found:
        raise GitHubError("a download is not what GitHub announced: its SHA-256 is another")


def _save(response: requests.Response, write: Callable[[bytes], object], max_bytes: int) -> str:
    """Write what comes, within the limits; return its SHA-256."""
    sha256 = hashlib.sha256()
    size = 0
    end = time.monotonic() + MAX_SECONDS
    for chunk in response.iter_content(_CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise GitHubError(f"a download is larger than {max_bytes:,} bytes")
        if time.monotonic() > end:
            raise GitHubError(f"a download did not end within {MAX_SECONDS:g} s")
        sha256.update(chunk)
        write(chunk)
    return sha256.hexdigest()


def _send_as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps the user's `.netrc` out of it: the address alone is what opens the way."""
    return request
