import pytest

from localmind_app.features.knowledge.sentences import sentences


@pytest.mark.parametrize("parts", [
    ["One ends.", "Two asks?", "Three!"],
    ["Dr. Miller lives at No. 5 here.", "He is e.g. a doctor."],
    ["Das gilt z. B. am 3. Mai bzw. später.", "Danach nicht."],
    ["これは文です。", "次の文です！"],
    ["He said \"stop.\"", "Then he left."],
    ["A heading without an end", "and a paragraph."],
])  # fmt: skip
def test_sentences(parts):
    glue = "" if "。" in parts[0] else "\n\n" if "heading" in parts[0] else " "
    text = glue.join(parts)
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_nothing_but_blanks_is_lost():
    text = "  One.   Two … three? \n\n four"
    found = sentences(text)
    assert "".join(text[start:end] for start, end in found).replace(" ", "") == "One.Two…three?four"


def test_blank_text_has_none():
    assert sentences(" \n ") == []
