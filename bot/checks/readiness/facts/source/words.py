"""In which files a text stands: an index of their words, since a thousand texts are looked for in each repository."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

_WORD = re.compile(rb"\w+")


class Texts:
    """Files' contents, and which of them hold each word. What is looked for may be part of a word, or several."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._files: dict[bytes, list[str]] = {}
        for path, content in contents.items():
            for word in set(_WORD.findall(content)):
                self._files.setdefault(word, []).append(path)
        self._words = list(self._files)
        # In one piece, words that hold a text are found many times faster than by asking each.
        self._vocabulary = b"\n".join(self._words)
        self._ends = list(accumulate(len(word) + 1 for word in self._words))

    def mentioning(self, text: bytes) -> Iterable[str]:
        """The paths of the files that hold a text; case counts."""
        parts = _WORD.findall(text)
        if not parts:
            return [path for path, content in self._contents.items() if text in content]
        found = set.intersection(*map(self._holding, parts))
        return found if parts == [text] else [path for path in found if text in self._contents[path]]

    def _holding(self, part: bytes) -> set[str]:
        return {path for word in self._containing(part) for path in self._files[word]}

    def _containing(self, part: bytes) -> Iterator[bytes]:
        position = self._vocabulary.find(part)
        while position >= 0:
            number = bisect_right(self._ends, position)
            yield self._words[number]
            position = self._vocabulary.find(part, self._ends[number])
