"""Dates, times and numbers as people write them here, in each language: what Django writes by itself differs from it
(nb, nn: a colon in the time; en: American)."""
