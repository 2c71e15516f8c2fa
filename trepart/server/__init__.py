"""What the portal needs as a running server: health, log, headers for browsers, whether it is fit for people."""
