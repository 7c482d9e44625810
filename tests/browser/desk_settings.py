"""The desk of the browser tests: the product's own settings on a database, a queue and directories of its own."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

_DIRECTORY = Path(os.environ["DESK_DIRECTORY"])
DATABASES = {"default": {**DATABASES["default"], "NAME": os.environ["DESK_DATABASE"]}}  # noqa: F405
CELERY_TASK_DEFAULT_QUEUE = os.environ["DESK_DATABASE"]
STATIC_ROOT = _DIRECTORY / "static"
EMAIL_FILE_PATH = _DIRECTORY / "mail"
