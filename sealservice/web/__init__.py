"""The HTML edge: pages for people, and the layers that every request passes first."""
