"""A server for GitHub's API that keeps state and is held to GitHub's own description of it.

README.md beside this file shows how tests use it.
"""
