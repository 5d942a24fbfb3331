"""Stores the documents that a city has received, without changing a byte."""
