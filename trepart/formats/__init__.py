"""Dates, times and numbers as people write them here, in each language.

Django's own differ: a colon in the time (nb, nn), American ways (en).
"""
