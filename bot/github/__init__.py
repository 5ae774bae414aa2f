"""The one client of GitHub's API: `client` asks, `answers` come back, `transport` sends, waits and words refusals."""
