"""What waits, what was done, and the dead letters: tasks that failed too often, to be replayed once put right."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from billing.admin.readonly import ReadOnlyAdmin
from billing.models import OutboxMessage
from billing.outbox.upkeep import replay

STATES: dict[str, Callable[[QuerySet[Model]], QuerySet[Model]]] = {
    "dead": lambda rows: rows.filter(dead_at__isnull=False),
    "waiting": lambda rows: rows.filter(done_at=None, dead_at=None),
    "done": lambda rows: rows.filter(done_at__isnull=False),
}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dead", "Dead letters"), ("waiting", "Waiting"), ("done", "Done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return STATES[self.value() or ""](queryset) if self.value() in STATES else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    needs = "billing.replay_messages"
    list_display = ["key", "task", "state", "failures", "last_error", "due_at", "created_at"]
    list_filter = [StateFilter, "task"]
    search_fields = ["=key"]
    ordering = ["-id"]
    actions = ["replay_messages"]

    @admin.display(description="state")
    def state(self, message: OutboxMessage) -> str:
        if message.done_at:
            return "done"
        return "dead" if message.dead_at else f"waits, next try {message.due_at:%H:%M:%S}"

    @admin.action(description="Try dead letters again", permissions=["view"])
    def replay_messages(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        count = replay(queryset, at=timezone.now())
        messages.success(request, f"{count} dead letter{'' if count == 1 else 's'} will be tried again.")
