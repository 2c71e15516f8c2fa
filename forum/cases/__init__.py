"""Cases, their numbers and documents, their stays with bodies, and the opinions that are asked for on the way."""
