"""Many employees from a spreadsheet: read (``files``), held against what is known and entered (``entering``)."""
