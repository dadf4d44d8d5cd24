"""What a probe, a trace or a load tells while it runs, for the screens that run beside it."""
