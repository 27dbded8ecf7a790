"""What came out of a batch: written into tables, or taken as files, by workers."""
