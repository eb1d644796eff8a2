"""Its name beside Django's own admin."""

from django.apps import AppConfig


class PeerConfig(AppConfig):
    """The portal's tables, as the admin knows them."""

    name, label = "benchmarks.peers.admin", "peer"
