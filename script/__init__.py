"""The commands that set the portal up, run it and check it."""
