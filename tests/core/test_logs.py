from localmind_app.core.logs import last_line, rotate


def test_a_large_log_is_rotated_while_it_is_written(tmp_path):
    log = tmp_path / "web.log"
    with log.open("ab") as writer:
        writer.write(b"old\n" * 100)
        writer.flush()
        assert not rotate(log, largest=1000)
        assert rotate(log, largest=100)
        writer.write(b"new\n")
    assert log.read_bytes() == b"new\n"
    assert log.with_suffix(".log.1").read_bytes() == b"old\n" * 100
    assert not rotate(tmp_path / "none.log")


def test_the_last_line_is_that_of_this_life(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("earlier\n")
    start = log.stat().st_size
    assert last_line(log, start) == ""
    log.write_text("earlier\nTraceback\nValueError: no\n\n")
    assert last_line(log, start) == "ValueError: no"
    log.write_text("short")
    assert last_line(log, start) == "short"
    log.unlink()
    assert last_line(log) == ""
