"""What every ring shares: hypothesis judges answers, never how long a busy machine takes."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("lagtop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lagtop")
