"""Liquibase's changelogs: XML, YAML, JSON and formatted SQL as change sets, in the order in which they run."""
