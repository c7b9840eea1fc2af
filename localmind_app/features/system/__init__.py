"""The settings page. Not here yet: monitoring, backups, metrics."""
