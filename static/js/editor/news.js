// What other tabs and devices saved, told by the conversation's socket. Without one, the page asks when it gets the focus.

const PING = 30_000;
const LONGEST = 60_000;

/** Calls `heard(version)` whenever the post was saved anywhere. */
export function listen(conversation, post, heard) {
  let socket;
  let tries = 0;
  let timer;

  function connect() {
    clearTimeout(timer);
    if (!navigator.onLine || (socket && socket.readyState < WebSocket.CLOSING)) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/conversation/${conversation}`);
    socket.onmessage = ({ data }) => {
      tries = 0;
      const frame = JSON.parse(data);
      if (frame.type === "reconnect") socket.close();
      if (frame.type === "post.saved" && frame.post_id === post) heard(frame.version);
    };
    socket.onclose = ({ code }) => {
      if (code === 4401 || code === 4403) return; // saving will say that nobody is signed in
      tries += 1;
      timer = setTimeout(connect, Math.min(LONGEST, 1000 * 2 ** tries) * (0.75 + Math.random() / 2));
    };
  }

  setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
  }, PING);
  addEventListener("online", connect);
  addEventListener("pageshow", connect);
  connect();
}
