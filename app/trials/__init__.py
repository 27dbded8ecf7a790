"""Trying one step alone while building, and the sample values it is tried with."""
