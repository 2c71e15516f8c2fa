"""Signing in with OpenID Connect: ID-porten, Entra ID and others like them (docs/oidc.md, docs/decisions/0016)."""
