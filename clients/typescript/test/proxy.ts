/** A TCP proxy that cuts connections off in the middle of a reply. */

import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server } from "node:net";

/**
 * Each connection is cut off after as many bytes of its replies as the next of `cuts` says; 0 is as soon as the
 * request has been passed on. Once there are no more cuts, connections pass unharmed.
 */
export class CuttingProxy {
  /** The first line of each. */
  readonly requests: string[] = [];
  private readonly server: Server;

  constructor(
    url: string,
    private readonly cuts: number[],
  ) {
    const { hostname, port } = new URL(url);
    this.server = createServer((client) => {
      const target = createConnection({ host: hostname, port: Number(port) });
      let left = this.cuts.shift() ?? Number.POSITIVE_INFINITY;
      let sent = "";
      client.on("data", (piece) => {
        target.write(piece);
        sent += piece.toString("latin1");
        if (!isWhole(sent)) return;
        this.requests.push(sent.slice(0, sent.indexOf("\r\n")));
        sent = "";
        if (left === 0) client.resetAndDestroy();
      });
      target.on("data", (piece: Buffer) => {
        if (client.destroyed) return;
        client.write(piece.subarray(0, left), () => {
          if (left === 0) client.resetAndDestroy();
        });
        left = Math.max(0, left - piece.length);
      });
      for (const [one, other] of [
        [client, target],
        [target, client],
      ] as const) {
        one.on("error", () => undefined); // a cut, or an end of the test
        one.on("close", () => other.destroy());
      }
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get hasCutAll(): boolean {
    return this.cuts.length === 0;
  }

  close(): void {
    this.server.close();
  }
}

function isWhole(request: string): boolean {
  const end = request.indexOf("\r\n\r\n");
  const length = /^content-length: (\d+)/im.exec(request.slice(0, end))?.[1] ?? "0";
  return end >= 0 && request.length - end - 4 >= Number(length);
}
