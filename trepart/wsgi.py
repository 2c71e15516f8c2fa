"""The door a web server comes in through. It stays shut where the settings are not fit for people."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from trepart.server.production import refuse_unfit
from trepart.server.request_end import RequestEnd

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trepart.settings")
application = RequestEnd(get_wsgi_application(), settings.REQUEST_SECONDS)
refuse_unfit(settings)
