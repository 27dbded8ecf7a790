"""The program that was brought: taken in with caps, parsed as text, keys taken out."""
