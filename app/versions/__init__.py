"""What an agent was at each publication: frozen versions, and the way back to them."""
