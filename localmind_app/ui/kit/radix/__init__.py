"""Radix primitives (not Radix Themes) as Reflex components: behaviour and accessibility without looks.

Versions are pinned here, once. Only `kit` uses these; pages use the functions of `kit`.
"""
