"""The project: settings, the executor of lifecycles, rights, trail, mail, print and text; it knows no subject."""
