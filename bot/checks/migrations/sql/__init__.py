"""Schemas as SQL builds them: the state that statements add up to, and how two states differ. Knows no ORM."""
