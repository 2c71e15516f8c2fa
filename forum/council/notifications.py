"""Who is told of views given to the municipal council."""

#: Told by `forum.council.services` to the municipal council's secretary.
COUNCIL_VIEWS_SENT = "forum.council_views_sent"
