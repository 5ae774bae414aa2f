"""`gonogo init` and `gonogo doctor`: sets gonogo up in a repository, and says what of a set-up is missing."""
