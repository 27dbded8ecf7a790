"""Files with rows: brought into tables, and tables written as files."""
