"""Files that hold both what goes up and what goes down, told apart by comments: goose, dbmate."""

from __future__ import annotations


def section_to_run(text: str, markers: tuple[str, str] | None) -> str:
    """What of a file is run when a database goes up, where comments begin each part. Lines keep their numbers."""
    if markers is None:
        return text
    up, down = markers
    lines, running = [], False
    for line in text.split("\n"):
        words = line.strip().lower()
        if words.startswith("--"):
            comment = " ".join(words[2:].split())
            running = comment.startswith(up) or (running and not comment.startswith(down))
        lines.append(line if running else "")
    return "\n".join(lines)
