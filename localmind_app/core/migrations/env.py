"""Alembic's entry: runs the numbered migrations on the file that `core.migrate.prepare` names.

All of them run in one transaction: a run that is killed leaves the schema as it was.
"""

from alembic import context

from localmind_app.core.database import writer_engine

engine = writer_engine(context.config.attributes["database"])
with engine.begin() as connection:
    context.configure(connection=connection, render_as_batch=True)
    context.run_migrations()
engine.dispose()
