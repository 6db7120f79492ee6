"""Policy notes, good practices and resources in their language versions.

The layer contract in pyproject.toml says which apps this one may import.
"""
