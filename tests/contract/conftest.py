"""Makes `custom_components` ours before the harness brings its own."""

import custom_components  # noqa: F401
