"""View models of the knowledge page: the collections, the one that is open, and searching them."""

from .adding import AddingState
from .collections import CollectionItem, KnowledgeState
from .searching import HitRow, SearchState

__all__ = ["AddingState", "CollectionItem", "HitRow", "KnowledgeState", "SearchState"]
