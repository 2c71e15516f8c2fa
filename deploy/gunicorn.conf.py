"""The web server. Started by web.service, which hands over the socket it listens on:
gunicorn can be started anew without refusing anybody.

Everything that differs between machines comes from the environment; docs/operations.md has the table.
"""

import multiprocessing
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trepart.settings")

from trepart.server.logs import configuration

wsgi_app = "trepart.wsgi:application"
# systemd's socket goes before this one; without systemd, the portal listens to its own machine only.
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS") or min(2 * multiprocessing.cpu_count() + 1, 9))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
# For a worker that does not answer at all. One request that hangs in a thread of its own is ended by
# trepart.server.request_end, after WEB_REQUEST_SECONDS.
timeout = 60
graceful_timeout = 30
keepalive = 5
# What a process may have gathered over a day of printing is given back.
max_requests = 5000
max_requests_jitter = 500
# Each worker loads the program itself, so that a reload (HUP) runs what has been installed since.
preload_app = False
# Heartbeats in memory: a slow disk stops no worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108  (memory, made by gunicorn for its own user alone)
# Only our own proxy may say that a visitor came by https.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
control_socket_disable = True
accesslog = None  # trepart.server.logs tells of requests, without addresses and queries
logconfig_dict = configuration(os.environ.get("LOG_LEVEL", "WARNING"))
# gunicorn brings loggers of its own with handlers of their own, which would print beside ours.
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
    "gunicorn.access": {"handlers": [], "propagate": False},
}
