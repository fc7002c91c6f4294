"""Which way a crystal lies, and whether it is one of the four classes at all."""
