"""Who is told what: notices on the page, and the mail that carries them."""
