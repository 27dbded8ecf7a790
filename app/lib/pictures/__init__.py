"""Small copies of pictures from outside, made in a process of their own with hard limits."""

from app.lib.pictures.child import MAX_EDGE
from app.lib.pictures.drawing import PictureRefused, Small, small_copy

__all__ = ["MAX_EDGE", "PictureRefused", "Small", "small_copy"]
