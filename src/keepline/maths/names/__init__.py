"""Compare names as rows of numbered words."""
