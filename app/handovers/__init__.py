"""What workers hand over to people: files they make and tables they fill, however long it takes."""
