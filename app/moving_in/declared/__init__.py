"""What a program declares: classes, agents, guardrails, tools and code of its own."""
