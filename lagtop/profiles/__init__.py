"""Saved connections, and everybody else's: read, merged, checked, and with secrets by reference."""
