"""Why a group is behind, ranked, on what evidence, and what the textbook would do about it.

`case` gathers what is known of one group, each rule in `rules` and `others` looks for one cause,
and `diagnose` asks them all.
"""
