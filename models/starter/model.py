"""The Starter network: a small Llama-shaped decoder in PyTorch, used for training only.

Covered: the forward pass llama.cpp runs for ``general.architecture = "llama"`` (RMSNorm, RoPE on
interleaved pairs, grouped-query attention, SwiGLU, tied output), so the weights export unchanged.
Not covered: generation and KV cache; the product runs the exported GGUF with llama.cpp.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .shape import Shape


def rope_table(shape: Shape) -> tuple[Tensor, Tensor]:
    """Return cosine and sine tables for RoPE, each of shape (context, head_dim / 2).

    Source: Su et al. 2021, "RoFormer"; angle = position * base^(-2i / head_dim).
    """
    half = shape.head_dim // 2
    frequency = shape.rope_base ** (-torch.arange(half, dtype=torch.float32) * 2 / shape.head_dim)
    angle = torch.outer(torch.arange(shape.context, dtype=torch.float32), frequency)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate interleaved pairs of ``x`` (batch, heads, time, head_dim) by the RoPE angles.

    llama.cpp's "llama" architecture pairs dimension 2i with 2i+1 (not i with i + head_dim / 2).
    """
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Block(nn.Module):
    """One decoder layer: attention and SwiGLU, each behind an RMSNorm and a residual."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, kv_width = shape.width, shape.kv_heads * shape.head_dim
        self.attn_norm = nn.RMSNorm(width, eps=shape.norm_epsilon)
        self.attn_q = nn.Linear(width, width, bias=False)
        self.attn_k = nn.Linear(width, kv_width, bias=False)
        self.attn_v = nn.Linear(width, kv_width, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_norm = nn.RMSNorm(width, eps=shape.norm_epsilon)
        self.ffn_gate = nn.Linear(width, shape.ffn_width, bias=False)
        self.ffn_up = nn.Linear(width, shape.ffn_width, bias=False)
        self.ffn_down = nn.Linear(shape.ffn_width, width, bias=False)

    def attend(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Causal self-attention over ``x`` (batch, time, width)."""
        batch, time, _ = x.shape
        shape = self.shape
        q = self.attn_q(x).view(batch, time, shape.heads, shape.head_dim).transpose(1, 2)
        k = self.attn_k(x).view(batch, time, shape.kv_heads, shape.head_dim).transpose(1, 2)
        v = self.attn_v(x).view(batch, time, shape.kv_heads, shape.head_dim).transpose(1, 2)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        group = shape.heads // shape.kv_heads
        k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.attn_output(y.transpose(1, 2).reshape(batch, time, shape.width))

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.attend(self.attn_norm(x), cos, sin)
        h = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Starter(nn.Module):
    """The whole network: token ids (batch, time) in, logits (batch, time, vocabulary) out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, eps=shape.norm_epsilon)
        cos, sin = rope_table(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                # Residual outputs start smaller so that depth does not blow up the stream (GPT-2).
                residual = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * shape.layers) if residual else 0.02)

    def hidden(self, tokens: Tensor) -> Tensor:
        """Return the normed last hidden states (batch, time, width)."""
        x = self.token_embd(tokens)
        cos, sin = self.cos[: tokens.shape[1]], self.sin[: tokens.shape[1]]
        for block in self.blk:
            x = block(x, cos, sin)
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """Project hidden states (..., width) on the tied embedding: (..., vocabulary)."""
        return hidden @ self.token_embd.weight.T

    def forward(self, tokens: Tensor) -> Tensor:
        return self.logits(self.hidden(tokens))

    def size(self) -> int:
        """Return the number of parameters."""
        return sum(parameter.numel() for parameter in self.parameters())

    def weights(self) -> dict[str, np.ndarray]:
        """Return the weights as float32 arrays under their GGUF tensor names."""
        return {name: p.detach().float().numpy() for name, p in self.named_parameters()}
