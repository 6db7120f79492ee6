"""The smallest project the supervisor can run: it stands in for the portal in its tests."""
