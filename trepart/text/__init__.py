"""Text: what people write and paste, cleaned and set; days in words; whole numbers out of addresses and forms."""
