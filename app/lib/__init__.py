"""Things that know nothing of Lamplight: the door to the internet, ciphers, the clock."""
