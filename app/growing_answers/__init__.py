"""Answers of models while they are written: from the worker, through Valkey, to open chats."""
