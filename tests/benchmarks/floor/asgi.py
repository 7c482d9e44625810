import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.floor.settings"
application = get_asgi_application()
