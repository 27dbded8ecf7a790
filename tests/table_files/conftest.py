"""The orders of the harbour, and who opens their pages."""

from tests.data_tables.conftest import ben, browser, fill, olga, orders

__all__ = ["ben", "browser", "fill", "olga", "orders"]
