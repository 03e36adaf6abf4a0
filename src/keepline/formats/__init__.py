"""Turn files into checked tables and settings, and tables into files."""
