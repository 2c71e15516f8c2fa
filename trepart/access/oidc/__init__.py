"""Signing in with OpenID Connect: ID-porten for everybody, Entra ID for employees, others like them
(docs/oidc.md, docs/decisions/0016)."""
