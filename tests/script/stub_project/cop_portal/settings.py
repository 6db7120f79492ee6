import os
from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ["COP_DATA_DIR"])
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES = {"default": env.db_url("DATABASE_URL")}
INSTALLED_APPS = ["django.contrib.staticfiles", "cop_portal"]
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
ROOT_URLCONF = "cop_portal.urls"
CELERY_BROKER_URL = env.str("REDIS_URL")
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat" / "schedule")
CELERY_BEAT_SCHEDULE = {"tick": {"task": "stub.tick", "schedule": 0.5}}
