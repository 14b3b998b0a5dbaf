"""The same jobs from a shell, one file per group of commands."""
