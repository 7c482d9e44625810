"""Bulk files: customers, agreements, invoices, payments … of a company without a provider that sends events.

Pure: a file's records in, checked rows or refusals with their line numbers out. `billing.actions.bulk` writes them.
"""
