"""The rules of composition of each kind of body, which `forum.organisation.body_kinds` gives its rows."""
