"""Vault: secrets and the connections that use them. A secret can be set and used, never shown."""
