"""What a diagnosis said when somebody looked at it beside a case."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from billing.diagnosis import Diagnosis, Finding
from billing.models import Sighting


@dataclass(frozen=True, slots=True)
class Changed:
    """Since when, and the headlines of what is new and of what is over."""

    since: datetime
    new: tuple[str, ...]
    over: tuple[str, ...]


def keep_sighting(
    diagnosis: Diagnosis, *, case_ref: str, customer_id: int, by: AbstractBaseUser, at: datetime
) -> Changed | None:
    """Written when it is not what was seen there last; then, what changed since. In the guard's transaction."""
    last = Sighting.objects.filter(case_ref=case_ref).order_by("-seen_at", "-id").first()
    digest = _digest(diagnosis)
    if last is not None and last.digest == digest and last.customer_id == customer_id:
        return None
    Sighting.objects.create(
        case_ref=case_ref,
        customer_id=customer_id,
        seen_by_id=by.pk,
        seen_at=at,
        codes=[finding.code for finding in diagnosis.findings],
        findings=[_plain(finding) for finding in diagnosis.findings],
        digest=digest,
    )
    if last is None or last.customer_id != customer_id:
        return None
    return _changed(last, diagnosis)


def _changed(last: Sighting, diagnosis: Diagnosis) -> Changed:
    before = {_key(each): str(each["headline"]) for each in last.findings}
    now = {_key(_plain(finding)): finding.headline for finding in diagnosis.findings}
    return Changed(
        since=last.seen_at,
        new=tuple(headline for key, headline in now.items() if key not in before),
        over=tuple(headline for key, headline in before.items() if key not in now),
    )


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "headline": finding.headline,
        "at_stake_minor": finding.at_stake_minor,
        "records": [[each.kind.value, each.id, each.reference] for each in finding.evidence],
    }


def _key(plain: dict[str, Any]) -> str:
    """Headlines count days and so change overnight; what is found, of which records and how much does not."""
    return json.dumps([plain["code"], plain["at_stake_minor"], [record[:2] for record in plain["records"]]])


def _digest(diagnosis: Diagnosis) -> str:
    keys = sorted(_key(_plain(finding)) for finding in diagnosis.findings)
    return sha256("\n".join(keys).encode()).hexdigest()
