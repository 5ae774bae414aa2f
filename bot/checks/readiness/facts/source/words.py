"""In which files a text stands: an index of their words, since a thousand texts are looked for in each repository."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

_WORD = re.compile(rb"\w+")
_WORDS_ALONE = bytes(one if _WORD.match(bytes([one])) else ord(" ") for one in range(256))


class Texts:
    """Files' contents, and which of them hold each word. What is looked for may be part of a word, or several.

    Where there is an index of another revision, that is asked for what is the same in both.
    """

    def __init__(self, contents: Mapping[str, bytes], like: Texts | None = None) -> None:
        self._contents = contents
        self._like = like
        self._same = frozenset(path for path in contents if like.holds(path, contents[path])) if like else frozenset()
        # In rows: as sets they would take more than all else that is kept.
        self._found: dict[bytes, tuple[str, ...]] = {}
        self._files: defaultdict[bytes, list[str]] = defaultdict(list)
        for path in contents.keys() - self._same:
            # Quicker than to look for words one by one.
            for word in set(contents[path].translate(_WORDS_ALONE).split()):
                self._files[word].append(path)
        self._words = list(self._files)
        # In one piece, words that hold a text are found many times faster than by asking each.
        self._vocabulary = b"\n".join(self._words)
        self._ends = list(accumulate(len(word) + 1 for word in self._words))

    def holds(self, path: str, content: bytes) -> bool:
        """Whether it knows a file by that content: the very object, of which each content has one."""
        return self._contents.get(path) is content

    def mentioning(self, text: bytes) -> Sequence[str]:
        """The paths of the files that hold a text; case counts."""
        if text not in self._found:
            elsewhere = self._like.mentioning(text) if self._like else ()
            self._found[text] = (*self._look_for(text), *(path for path in elsewhere if path in self._same))
        return self._found[text]

    def _look_for(self, text: bytes) -> frozenset[str]:
        parts = _WORD.findall(text)
        if not parts:
            own = self._contents.keys() - self._same
            return frozenset(path for path in own if text in self._contents[path])
        found = frozenset.intersection(*map(self._holding, parts))
        return found if parts == [text] else frozenset(path for path in found if text in self._contents[path])

    def _holding(self, part: bytes) -> frozenset[str]:
        return frozenset(path for word in self._containing(part) for path in self._files[word])

    def _containing(self, part: bytes) -> Iterator[bytes]:
        position = self._vocabulary.find(part)
        while position >= 0:
            number = bisect_right(self._ends, position)
            yield self._words[number]
            position = self._vocabulary.find(part, self._ends[number])
