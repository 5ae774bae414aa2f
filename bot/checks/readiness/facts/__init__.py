"""Facts about one revision, each found once: what rules look at, with path and line. Facts judge nothing."""
