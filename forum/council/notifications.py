"""Who is told of views given to the municipal council."""

#: Told by `services.council_lists` to the municipal council's secretary.
COUNCIL_VIEWS_SENT = "forum.council_views_sent"
