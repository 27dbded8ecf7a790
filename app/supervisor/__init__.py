"""What `bin/up` starts, watches and stops. Standard library only, so that it starts at once."""
