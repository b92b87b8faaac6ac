"""Settings of the property tests: no timing is ever judged, every run is the same."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "domain",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("domain")
