"""Who is who: the owner, passwords, sessions, one-time links and API keys.

Not here yet: further users, roles and groups. Every service call takes the acting user, so that they can come.
"""
