"""Forums, threads, posts, following and moderation.

The layer contract in pyproject.toml says which apps this one may import.
"""
