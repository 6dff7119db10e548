// The page of a post that was stopped: goes on when somebody asks for it again, in another tab or elsewhere.

const EVERY = 20_000;
const LOOKS = 90; // half an hour; then only when the tab is opened again

const tabs = new BroadcastChannel(location.pathname);
tabs.onmessage = () => location.reload();

let looks = 0;
async function look() {
  if (document.visibilityState !== "visible") return;
  looks += 1;
  try {
    const reply = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (
      reply.ok &&
      !reply.redirected &&
      !(await reply.text()).includes(`action="${location.pathname}/again"`)
    ) {
      location.reload();
    }
  } catch {
    // No connection: the next look tries again.
  }
}

setInterval(() => looks < LOOKS && look(), EVERY);
document.addEventListener("visibilitychange", look);
