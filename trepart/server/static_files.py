"""Static files as production serves them: under hashed names, also stored as gzip and brotli.

A browser may keep them for ever.
"""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedStaticFiles(CompressedManifestStaticFilesStorage):
    """What `collectstatic` makes. A file that names another, in a style sheet or as a module, names its hashed one."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str | None, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file. Every page asks for the same few, and the list of names is read once,
        when the process starts."""
        if force:
            return str(super().url(name, force))
        kept = self._addresses.get(name)
        if kept is None:
            kept = self._addresses[name] = str(super().url(name))
        return kept
