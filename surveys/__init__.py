"""Questionnaires, their answers and their results.

The layer contract in pyproject.toml says which apps this one may import.
"""
