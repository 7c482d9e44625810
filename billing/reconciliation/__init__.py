"""Which statement line is which money. Facts in, findings out: nothing here reads or writes a row."""
