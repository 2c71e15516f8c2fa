"""What the stories share: words, keys, pages, consent."""
