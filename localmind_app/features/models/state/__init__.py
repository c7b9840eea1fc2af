"""View models of the models page, one per tab. They hold what is drawn; services decide who may do what."""

from .batches import BatchesState
from .catalogue import CatalogueState
from .remote import RemoteState
from .remote_edit import RemoteEditState
from .shelf import ShelfState
from .workshop import WorkshopState

__all__ = ["BatchesState", "CatalogueState", "RemoteEditState", "RemoteState", "ShelfState", "WorkshopState"]
