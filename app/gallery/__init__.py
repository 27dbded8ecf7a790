"""Gallery: the examples a workspace can start from."""
