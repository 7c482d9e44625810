"""Facts in, findings out: runs every rule, silences what a better finding explains, and puts the worst first."""

from datetime import datetime

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import SEVERITY_ORDER, Diagnosis, Finding, Severity
from billing.diagnosis.rules import OVERRULES, RULES
from billing.diagnosis.rules.parts import proofs
from billing.diagnosis.words import count, listed

_ORDER = {code: position for position, rule in enumerate(RULES) for code in sorted(rule.codes)}


def diagnose(facts: Facts, *, at: datetime) -> Diagnosis:
    """What happened to this customer's money, as of ``at``. Pure: the same facts give the same diagnosis."""
    found = [finding for rule in RULES for finding in rule.find(facts, at)]
    kept = sorted((each for each in found if not _silenced(each, found)), key=_pressing)
    checked = tuple(rule.checks for rule in RULES)
    if all(each.severity is Severity.OK for each in kept):
        kept.append(_nothing_wrong(facts, checked, explained=bool(kept)))
    return Diagnosis(tuple(kept), checked)


def _silenced(finding: Finding, found: list[Finding]) -> bool:
    return any(
        finding.code in OVERRULES.get(other.code, ())
        and not finding.about.isdisjoint(other.about)
        and (finding.at_stake_minor or 0) <= (other.at_stake_minor or 0)
        for other in found
    )


def _pressing(finding: Finding) -> tuple[int, int, int, tuple[int, ...]]:
    return (
        SEVERITY_ORDER.index(finding.severity),
        _ORDER[finding.code],
        -(finding.at_stake_minor or 0),
        tuple(each.id for each in finding.evidence),
    )


def _nothing_wrong(facts: Facts, checked: tuple[str, ...], *, explained: bool) -> Finding:
    if not (facts.invoices or facts.payments or facts.agreements):
        return Finding(
            code="nothing_wrong",
            severity=Severity.OK,
            headline="No bill and no payment on record",
            explanation="There is nothing to check. The customer may be known under another address.",
            customer_headline="We found no bill or payment",
            customer_text="We looked for your bills and payments and found none under your name.",
            customer_next="Please tell us the number on your bill, or the address you signed up with.",
        )
    records = listed(
        [
            count(len(facts.invoices), "bill"),
            count(len(facts.payments), "payment"),
            count(len(facts.refunds), "refund"),
        ]
    )
    latest_bill = max(facts.invoices, key=lambda each: (each.issued_on, each.id), default=None)
    latest_payment = max(facts.payments, key=lambda each: (each.moment, each.id), default=None)
    return Finding(
        code="nothing_wrong",
        severity=Severity.OK,
        headline="Nothing else is wrong" if explained else "Nothing wrong found",
        explanation=f"Looked through {records}. Checked: {', '.join(checked)}.",
        customer_headline="All is in order",
        customer_text="We checked your bills, payments and refunds. All of them are in order.",
        customer_next="If something still looks wrong to you, please send us the date and the amount.",
        evidence=proofs(latest_bill, latest_payment),
    )
