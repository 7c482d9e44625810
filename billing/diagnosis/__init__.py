"""Diagnosis: what happened to a customer's money. Facts in, findings out; no HTTP, no writes, no database.

facts = diagnosis_facts(customer_id, …)      # billing/diagnosis_facts.py, a fixed number of queries
diagnose(facts, at=timezone.now()).findings  # the most pressing first
"""

from billing.diagnosis.engine import diagnose
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import CustomerFinding, Diagnosis, Finding, Severity

__all__ = ["CustomerFinding", "Diagnosis", "Facts", "Finding", "Severity", "diagnose"]
