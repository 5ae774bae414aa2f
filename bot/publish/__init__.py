"""Says on GitHub what a report says: one comment, a check run, a commit status, the job summary, outputs and log."""
