"""Files become structures."""
