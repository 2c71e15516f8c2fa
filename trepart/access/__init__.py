"""Who may what. The three questions: :func:`can`, :func:`visible_to`, :func:`people_who_can`."""
