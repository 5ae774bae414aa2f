"""In which files a text stands: an index of their words, since a thousand texts are looked for in each repository."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

_WORD = re.compile(rb"\w+")
_TELLING = 3
_WORDS_ALONE = bytes(one if _WORD.match(bytes([one])) else ord(" ") for one in range(256))


class Texts:
    """Files' contents, and which of them hold each word. What is looked for may be part of a word, or several.

    Where there is an index of another revision, that is asked for what is the same in both.
    """

    def __init__(self, contents: Mapping[str, bytes], like: Texts | None = None) -> None:
        self._contents = contents
        self._like = like
        same = frozenset(path for path in contents if like.holds(path, contents[path])) if like else frozenset()
        self._own = contents.keys() - same
        self._gone = like.paths - same if like else frozenset()
        # In rows: as sets they would take more than all else that is kept.
        self._found: dict[bytes, Sequence[str]] = {}
        self._paths = tuple(contents)
        files: defaultdict[bytes, list[int]] = defaultdict(list)
        for number, path in enumerate(self._paths):
            if path not in same:
                # Quicker than to look for words one by one.
                for word in set(contents[path].translate(_WORDS_ALONE).split()):
                    files[word].append(number)
        self._words = tuple(_Words(files, joined=joined) for joined in (False, True))

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all files."""
        return frozenset(self._contents)

    def holds(self, path: str, content: bytes) -> bool:
        """Whether it knows a file by that content: the very object, of which each content has one."""
        return self._contents.get(path) is content

    def mentioning(self, text: bytes) -> Sequence[str]:
        """The paths of the files that hold a text; case counts."""
        if text not in self._found:
            elsewhere = frozenset(self._like.mentioning(text)) - self._gone if self._like else ()
            self._found[text] = (*self._look_for(text), *elsewhere)
        return self._found[text]

    def _look_for(self, text: bytes) -> frozenset[str]:
        parts = [_Part.of(text, found) for found in _WORD.finditer(text)]
        # A letter alone stands in a third of all words.
        telling = [part for part in parts if part.tells]
        if not telling:
            return frozenset(path for path in self._own if text in self._contents[path])
        found = frozenset.intersection(*map(self._holding, telling))
        return found if parts[0].text == text else frozenset(path for path in found if text in self._contents[path])

    def _holding(self, part: _Part) -> frozenset[str]:
        lists = self._words[b"_" in part.text :]
        numbers = set[int]().union(*(files for words in lists for files in words.files_of(part)))
        return frozenset(map(self._paths.__getitem__, numbers))


class _Part(NamedTuple):
    """A word of a text that is looked for: the whole word that a file holds, or where the text ends, a part of one."""

    text: bytes
    begins: bool
    ends: bool

    @classmethod
    def of(cls, text: bytes, found: re.Match[bytes]) -> _Part:
        """A word that was found in a text."""
        return cls(found[0], found.start() > 0, found.end() < len(text))

    @property
    def tells(self) -> bool:
        """Whether few files hold it: no more letters stand beside it, or it has some itself."""
        return (self.begins and self.ends) or len(self.text) >= _TELLING


def is_indexed(text: bytes) -> bool:
    """Whether a text holds a word that tells where it stands, so that not each file has to be gone through."""
    return any(_Part.of(text, found).tells for found in _WORD.finditer(text))


class _Words:
    """Words in one piece, the shortest first: to find those that hold a text takes far less than to ask each.

    So are the numbers of their files: as a list for each word they would take more than all else that is kept.
    """

    def __init__(self, files: Mapping[bytes, Sequence[int]], *, joined: bool) -> None:
        words = sorted((word for word in files if (b"_" in word) is joined), key=len)
        # Each stands between two line feeds; its end is where the second one is.
        self._text = b"\n%b\n" % b"\n".join(words)
        self._ends = array("I", accumulate(len(word) + 1 for word in words))
        self._lengths = array("I", map(len, words))
        self._files = array("I", chain.from_iterable(map(files.__getitem__, words)))
        self._files_ends = array("I", accumulate((len(files[word]) for word in words), initial=0))

    def files_of(self, part: _Part) -> Iterator[Sequence[int]]:
        """Yield the numbers of the files of each word that holds a part of a text."""
        wanted = b"%b%b%b" % (b"\n" * part.begins, part.text, b"\n" * part.ends)
        first = bisect_left(self._lengths, len(part.text))
        position = self._text.find(wanted, self._ends[first - 1] if first else 0)
        while position >= 0:
            number = bisect_right(self._ends, position)
            yield self._files[self._files_ends[number] : self._files_ends[number + 1]]
            position = self._text.find(wanted, self._ends[number])
