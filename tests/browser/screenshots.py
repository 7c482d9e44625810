"""``python -m tests.browser.screenshots``: docs/screenshots/ anew, from a running desk with the demo."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from playwright.sync_api import sync_playwright


def main() -> None:
    from tests.browser.conftest import ARGUMENTS, CHROMIUM
    from tests.browser.pictures import take_all
    from tests.browser.running_desk import running_desk
    from tests.database import use_running_server

    use_running_server()
    with TemporaryDirectory() as directory, running_desk(Path(directory)) as desk, sync_playwright() as playwright:
        take_all(playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS), desk)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
