"""Questions that runs ask people, and the answers that let them go on."""
