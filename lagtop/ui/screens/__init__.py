"""Screens: what is put together from widgets, and what each key does there."""
