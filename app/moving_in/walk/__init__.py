"""The way through a program: its head, its statements, its branches and loops."""
