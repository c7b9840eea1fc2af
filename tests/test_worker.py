from localmind_app import worker
from localmind_app.core.ids import now_ms


def test_periodic_upkeep_has_names_of_its_own_and_may_be_repeated():
    names = [job.name for job in (*worker.PERIODIC, *worker.LONG)]
    assert len(set(names)) == len(names)
    assert all(job.repeat and job.every for job in worker.PERIODIC)


def test_upkeep_runs_on_a_real_database_and_keeps_what_it_removed_for_good(home, database):
    from localmind_app.features.accounts.tables import LinkRow

    past = now_ms() - 1
    with database.session() as session:
        session.add(LinkRow(digest="old", created_at=past, expires_at=past, used_at=None))
        session.add(LinkRow(digest="new", created_at=past, expires_at=past + 60_000, used_at=None))
    for job in worker.PERIODIC:
        job.run(home, {})
    with database.session() as session:
        assert [link.digest for link in session.query(LinkRow)] == ["new"]
