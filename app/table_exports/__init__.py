"""Tables as files: small ones at once, larger ones made by a worker and kept for a day."""
