"""Keeping what the city received, byte for byte."""
