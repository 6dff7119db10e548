"""The addresses of the sockets."""

from django.urls import path

from generation.runs.consumer import ConversationSocket

# A follower joins the layer by itself, and does without while it is away. Channels would join it for each
# socket, and a Redis that is away would be a 500 for all of them.
ConversationSocket.channel_layer_alias = ""

websocket_urlpatterns = [path("ws/conversation/<str:name>", ConversationSocket.as_asgi())]
