"""Budgets: how much agents may spend on language models, and what stops when it is spent."""
