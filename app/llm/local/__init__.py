"""A model that Lamplight itself runs on this computer: its weights, its server, how it stands."""
