"""The one door for files that people send in: looked into, cleaned of what they tell of people, named by what they are.

Whatever is stored comes through `trepart.uploads.door`.
"""
