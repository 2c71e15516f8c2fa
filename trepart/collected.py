"""Static files as production serves them: hashed names that a browser may keep for ever, each also stored as gzip and brotli."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedStaticFiles(CompressedManifestStaticFilesStorage):
    """What `collectstatic` makes. A file that names another, in a style sheet or as a module, names its hashed one."""

    support_js_module_import_aggregation = True
