"""Where the command begins, also as `python -m bot`: a request to end is one while code is loaded, too."""

import sys

from bot.interrupts import Interrupted, errors_of_interruption, raise_on_signals


def main() -> int:
    """Run one command; return its exit status."""
    try:
        raise_on_signals()
        with errors_of_interruption():
            from bot.cli import main

            return main()
    except Interrupted as request:
        return request.tell()


if __name__ == "__main__":
    sys.exit(main())
