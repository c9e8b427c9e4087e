"""The whole path: the real binary between a real broker and real clients, judged by the outside judges."""
