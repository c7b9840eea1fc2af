import pytest

from localmind_app.bootstrap.place import Place
from localmind_app.bootstrap.steps import Step, digest


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def step(done, inputs="1", **more):
    return Step("packages", "Installing packages", inputs, lambda progress: done.append(inputs), **more)


def test_a_done_step_is_skipped_and_told_in_one_line(place, capsys):
    done = []
    assert not step(done).done(place)
    step(done).perform(place)
    assert step(done).done(place)
    assert done == ["1"]
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("  ✓ Installing packages (0.")


def test_other_inputs_undo_the_stamp(place):
    step([]).perform(place)
    assert not step([], inputs="2").done(place)


def test_a_removed_result_undoes_the_stamp(place):
    step([]).perform(place)
    assert not step([], intact=lambda: False).done(place)


def test_an_interruption_leaves_the_step_undone(place, capsys):
    step([]).perform(place)

    def interrupted(progress):
        raise KeyboardInterrupt

    again = Step("packages", "Installing packages", "2", interrupted)
    with pytest.raises(KeyboardInterrupt):
        again.perform(place)
    assert not again.done(place)
    assert not step([]).done(place)
    assert "✗ Installing packages" in capsys.readouterr().out


def test_the_digest_sees_names_contents_and_words(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    seen = {digest(tmp_path, [one, two]), digest(tmp_path, [one]), digest(tmp_path, [one], "word")}
    one.write_text("c")
    seen.add(digest(tmp_path, [one]))
    one.rename(tmp_path / "three")
    seen.add(digest(tmp_path, [tmp_path / "three"]))
    assert len(seen) == 5
    assert digest(tmp_path, [two, tmp_path / "three"]) == digest(tmp_path, [tmp_path / "three", two])
