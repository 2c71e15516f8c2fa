"""The place of a row in the order in which things were recorded: the number of the event it was written under."""

from typing import Any

from django.db import models

from trepart.audit import recording


class MomentField(models.BigIntegerField):
    """When a row was recorded, in the order of the trail and not by the clock: the number of the running event. It is
    set when the row is first written, unless it is given then; 0 is before everything that was recorded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the moment of the row: the one it has, or the running event's."""
        if getattr(model_instance, self.attname) is None:
            event = recording.current()
            setattr(model_instance, self.attname, event.pk if event is not None else 0)
        return super().pre_save(model_instance, add)
