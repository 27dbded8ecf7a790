"""Moving in: programs that OpenAI Agent Builder exported become drafts, without ever running."""
