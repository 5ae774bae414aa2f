"""The deploy gate: the checklist asked of a running system, by requests and by queries.

Rule: only the hosts that the policy or the command line names are asked, at addresses that were looked at first; what
could not be learnt is `not-checked`. Source: docs/deploy-gate.md.
`rules/` is pure; `probes/` asks the service, `queries/` asks Prometheus, both through the one client of `client.py`.
"""
