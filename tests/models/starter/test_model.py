import pytest

torch = pytest.importorskip("torch", reason="only training needs torch; the product does without it")

from models.starter.model import Starter  # noqa: E402


def test_a_token_does_not_see_the_future(shape):
    torch.manual_seed(0)
    model = Starter(shape)
    tokens = torch.randint(0, shape.vocabulary, (1, 12))
    changed = tokens.clone()
    changed[0, 8:] = 5
    with torch.no_grad():
        assert torch.allclose(model(tokens)[0, :8], model(changed)[0, :8], atol=1e-5)
        assert not torch.allclose(model(tokens)[0, 9], model(changed)[0, 9], atol=1e-5)


def test_weights_carry_gguf_names(shape):
    names = set(Starter(shape).weights())
    assert {"token_embd.weight", "blk.0.attn_q.weight", "blk.1.ffn_down.weight", "output_norm.weight"} <= names
    assert len(names) == 2 + 9 * shape.layers
