"""Which payments were taken once too often: those that a finding offers to send back."""

from collections.abc import Iterable

from billing.diagnosis.findings import ActionKind, Finding, RecordKind


def taken_again(findings: Iterable[Finding]) -> frozenset[int]:
    sent_back = (
        action
        for finding in findings
        if finding.code == "charged_twice"
        for action in finding.actions
        if action.kind is ActionKind.REFUND_PAYMENT
    )
    return frozenset(each.id for action in sent_back for each in action.targets if each.kind is RecordKind.PAYMENT)
