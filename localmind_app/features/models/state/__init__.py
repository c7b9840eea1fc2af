"""View models of the models page, one per tab. They hold what is drawn; services decide who may do what."""

from .catalogue import CatalogueState
from .remote import RemoteState
from .shelf import ShelfState
from .workshop import WorkshopState

__all__ = ["CatalogueState", "RemoteState", "ShelfState", "WorkshopState"]
