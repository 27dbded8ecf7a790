"""A second person looks at a draft before it is published: asking, commenting, approving."""
