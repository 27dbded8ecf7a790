"""From a person's words to a flow that can be looked at, tried and applied. Pure."""
