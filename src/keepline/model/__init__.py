"""Hold the four nouns, the tables and the errors that every other room shares."""
