"""Widgets: each draws lines on Textual's line API, and only those that changed."""
