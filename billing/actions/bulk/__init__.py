"""Writes bulk files: a batch is one transaction, with its checkpoint, its postings and its news."""
