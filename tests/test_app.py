"""What app.py adds to Streamlit's server."""

import socket
import threading

import pytest
import uvicorn
from websockets.sync.client import connect

from app import AtOnce, app


async def telling(scope, receive, send):
    """An app that accepts a WebSocket and tells whether its side sends at once."""
    own = receive.__self__.transport.get_extra_info("socket")
    await receive()
    await send({"type": "websocket.accept"})
    nodelay = own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await send({"type": "websocket.send", "text": "at once" if nodelay else "when it suits"})
    await send({"type": "websocket.close"})


def answer_of(app) -> str:
    """What an app says on a socket that was bound beforehand, as Streamlit binds its own."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind(("127.0.0.1", 0))
    bound.listen()  # who connects before the server runs waits
    config = uvicorn.Config(app, ws="websockets-sansio", lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        with connect(f"ws://127.0.0.1:{bound.getsockname()[1]}", proxy=None) as client:
            return client.recv(timeout=10)
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


def test_small_messages_go_at_once():
    assert answer_of(AtOnce(telling)) == "at once"


def test_the_app_sends_at_once():
    assert AtOnce in {one.cls for one in app._user_middleware}  # Streamlit shows it nowhere else


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_where_a_server_hides_its_transport_all_stays_as_it_is(kind):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    call = AtOnce(app)({"type": kind}, lambda: None, lambda message: None)
    with pytest.raises(StopIteration):
        call.send(None)
    assert seen == [kind]
