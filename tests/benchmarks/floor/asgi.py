import os

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.floor.settings"
django.setup(set_prefix=False)
settings.MIDDLEWARE = []  # only now: an installed app insists on its own while Django is set up
application = ASGIHandler()
