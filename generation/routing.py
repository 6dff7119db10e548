"""The URLs of the WebSockets."""

from django.urls import path

from generation.live.consumer import ConversationSocket

websocket_urlpatterns = [path("ws/conversation/<str:name>", ConversationSocket.as_asgi())]
