"""Answers of other tools, as SARIF 2.1.0: files of anybody's, held against the change."""
