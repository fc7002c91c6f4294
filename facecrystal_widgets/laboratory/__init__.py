"""The Laboratory: panels of many structures."""
