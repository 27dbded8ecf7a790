"""Web habits: access, transactions, forms, headers and error pages. No product rules."""
