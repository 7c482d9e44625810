"""The floor: Django with nothing switched on, on the same data, as a measure for our own pages."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.floor.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tests/benchmarks/floor/templates"],  # noqa: F405
    }
]
