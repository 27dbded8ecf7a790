"""The half of the runs room that works in worker processes: claims, records, drains."""
