"""Meetings of a body from plan to minutes (kommuneloven chapter 11): one package a subject."""
