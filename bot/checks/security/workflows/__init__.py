"""Faults in GitHub workflows and actions, by zizmor."""
