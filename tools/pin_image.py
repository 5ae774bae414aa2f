"""Make a release commit's files: the action runs a published image, and the Dockerfile names its base, by digest.

    python tools/pin_image.py --image ghcr.io/OWNER/gonogo@sha256:… --base python:3.14-slim@sha256:…

On the main branch `action.yml` says `image: Dockerfile`, so that the image is built from what is checked out. A
released action names the image that was built once: it starts without a build, and nobody can change it afterwards.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runsimage (read 2026-11-25)
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PART = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
# A registry, folders and a tag where it has them, and always the digest, which alone cannot change its meaning.
REFERENCE = re.compile(rf"{_PART}(?::[0-9]+)?(?:/{_PART})*(?::[A-Za-z0-9._-]+)?@sha256:[0-9a-f]{{64}}")


class NotPinned(ValueError):  # noqa: N818 - it says what is so
    """A reference is no digest, or a file does not hold the one line that is to be replaced."""


def pin_action(text: str, image: str) -> str:
    """`action.yml` with the image instead of the Dockerfile.

    Raises:
        NotPinned: see there.
    """
    return _replace(text, "  image: Dockerfile", f"  image: docker://{_digest(image)}")


def pin_base(text: str, base: str) -> str:
    """The Dockerfile with the base by its digest.

    Raises:
        NotPinned: see there, or the base is another image than the one that the Dockerfile names.
    """
    name = _digest(base).partition("@")[0]
    return _replace(text, f"ARG BASE_IMAGE={name}", f"ARG BASE_IMAGE={base}")


def _digest(reference: str) -> str:
    if not REFERENCE.fullmatch(reference):
        raise NotPinned(f"{reference!r} is not NAME@sha256: and 64 hexadecimal digits")
    return reference


def _replace(text: str, old: str, new: str) -> str:
    lines = text.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.rstrip() == old]
    if len(places) != 1:
        raise NotPinned(f"{len(places)} lines are `{old}`, not one")
    lines[places[0]] = lines[places[0]].replace(old, new)
    return "".join(lines)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Rewrite both files, or neither; 1 with one line on stderr where that cannot be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--image", required=True, help="the published image, by its digest")
    parser.add_argument("--base", required=True, help="the base that it was built on, by its digest")
    options = parser.parse_args(arguments)
    action, dockerfile = root / "action.yml", root / "Dockerfile"
    try:
        pinned_action = pin_action(action.read_text("utf-8"), options.image)
        pinned_base = pin_base(dockerfile.read_text("utf-8"), options.base)
    except NotPinned as error:
        print(error, file=sys.stderr)
        return 1
    action.write_text(pinned_action, "utf-8")
    dockerfile.write_text(pinned_base, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
