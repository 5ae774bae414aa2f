"""What a piece of work looked at in a tree, which tells whether a change can have an effect on what was made of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Reads:
    """What a piece of work looked at: contents by path, names by pattern, and facts, which may look on when used."""

    paths: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    # Source that mentions what was looked for.
    source: set[str] = field(default_factory=set)
    # Documents that were asked for their values, and are broken: who looks for words in them reads them all the same.
    broken: set[str] = field(default_factory=set)
    # The work, or a part of it, failed or took too long: it would have looked at more.
    ended_early: bool = False
    # What was taken in already, and how much it held then: a fact is used thousands of times, and seldom reads on.
    _taken: dict[int, tuple[Reads, int]] = field(default_factory=dict, repr=False, compare=False)

    def add(self, other: Reads) -> None:
        """Take in what another piece of work looked at."""
        self.ended_early |= other.ended_early
        held = (other.paths, other.patterns, other.facts, other.source, other.broken)
        size = sum(map(len, held))
        if self._taken.get(id(other), (other, -1))[1] == size:
            return
        self._taken[id(other)] = (other, size)
        self.paths |= other.paths
        self.patterns |= other.patterns
        self.facts |= other.facts
        self.source |= other.source
        self.broken |= other.broken

    def beyond(self, known: Reads) -> Reads:
        """What of this another piece of work did not look at, but all facts."""
        return Reads(
            self.paths - known.paths,
            self.patterns - known.patterns,
            set(self.facts),
            self.source - known.source,
            self.broken - known.broken,
            self.ended_early,
        )
