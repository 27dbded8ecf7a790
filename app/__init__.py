"""Lamplight: agents built in the browser, watched step by step. Importing this starts nothing."""
