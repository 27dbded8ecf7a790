"""What sets agents off without anybody pressing a button: times, addresses, forms, mail."""
