"""Measures how many ghost texts a person would keep; see Tests/Acceptance/README.md."""
