"""Village councils (grendeutvalg): their public pages, who is shown there, and where their people work."""
