"""Statement lines against the books: what is expected, found by rule, judged, booked, and decided by people."""
