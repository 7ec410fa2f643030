"""Where a server listens."""

import socket


def listening_on(host: str, port: int) -> socket.socket:
    """Return the listening socket, bound before anyone is told of it. Raises OSError.

    *port* 0 is any that is free.
    """
    listening = socket.create_server((host, port), backlog=2048)
    # An answer's head and body are two writes: the second is not to wait for the first's receipt.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
