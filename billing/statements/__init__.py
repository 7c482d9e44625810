"""Reads what banks send: one module per format, facts out, no database and no HTTP (see ``read``)."""
