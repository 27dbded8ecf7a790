"""Mail that leaves this installation: the server it goes through, and the outbox it waits in."""
