"""`bin/lamplight`: what an administrator does from a shell, one file per command."""
