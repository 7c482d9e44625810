"""The judge: makes billing histories with labelled faults, as a company, a bank and a card network would leave them
behind, and measures how many of the faults the diagnosis names, and what it names that is none.

Written from the world's side: nothing here reads the rules. Pure; `billing.actions.judging` brings the documents in
through the doors that real ones come by.
"""
