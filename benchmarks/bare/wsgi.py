import os

from django.core.wsgi import get_wsgi_application

# Set, not only by default: the environment is the portal's.
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare.settings"
application = get_wsgi_application()
