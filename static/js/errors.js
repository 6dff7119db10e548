// Sends errors of this page to our own server, which passes them on to Sentry. Sentry's SDK is fetched when something
// first goes wrong, so it delays no page.

const MAX_REPORTS = 5;
// The SDK wants to be told where Sentry is. Our server knows, and the browser need not.
const DSN = "https://browser@localhost/0";

const { content: tunnel, dataset } = document.querySelector("meta[name=error-reports]");
let scope;
let reports = 0;

async function start() {
  const sentry = await import(dataset.sdk);
  const client = new sentry.BrowserClient({
    dsn: DSN,
    tunnel,
    transport: sentry.makeFetchTransport,
    stackParser: sentry.defaultStackParser,
    integrations: [sentry.dedupeIntegration()],
    sendClientReports: false,
  });
  const scope = new sentry.Scope();
  scope.setClient(client);
  client.init();
  return scope;
}

async function report(error) {
  if (!(error instanceof Error) || reports >= MAX_REPORTS) return;
  reports += 1;
  try {
    scope ??= start();
    (await scope).captureException(error);
  } catch {
    scope = undefined; // offline, for example: the page is more important than the report
  }
}

addEventListener("error", (event) => report(event.error));
addEventListener("unhandledrejection", (event) => report(event.reason));
