"""Telling people that something needs them, in the app and by mail, without a flood."""
