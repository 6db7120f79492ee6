"""Events, their sessions, registration and reminders."""
