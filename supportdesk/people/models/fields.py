from typing import Any

from django.db import models


class LowercaseEmailField(models.EmailField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Ana@Example.com and ana@example.com are one address, in rows and in lookups alike."""

    def to_python(self, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
