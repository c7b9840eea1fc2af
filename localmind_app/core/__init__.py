"""What every floor above stands on: home, errors, database, events, files, processes. Knows nobody above."""
