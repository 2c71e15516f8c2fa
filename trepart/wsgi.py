"""The door a web server comes in through. It stays shut where the settings are not fit for people."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from trepart.server.production import refuse_unfit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trepart.settings")
application = get_wsgi_application()
refuse_unfit(settings)
