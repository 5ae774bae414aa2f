"""Helm charts, rendered without Helm: Go's templates over committed values; nothing of a chart is run."""
