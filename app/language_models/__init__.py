"""Language models of a workspace: who provides them, which are used for what, what they cost."""
