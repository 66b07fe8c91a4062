"""The rules themselves, by subject. Every module here is part of the catalogue."""
