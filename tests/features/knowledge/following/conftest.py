"""The same data folder and loops as for ingestion."""

from tests.features.knowledge.ingestion.conftest import intake

__all__ = ["intake"]
