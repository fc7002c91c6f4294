"""Made structures of any size and shape, whose truth is known atom by atom."""
