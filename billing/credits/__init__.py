"""What a credit takes back, line by line, and what becomes of the customer's balance. Plain values in and out."""
