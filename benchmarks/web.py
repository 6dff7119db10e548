"""A web server without a worker, as in production: python -m benchmarks.web PORT [APPLICATION]"""

import sys

import uvicorn


class Announcing(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        print("serves", flush=True)


def main() -> None:
    port, *application = sys.argv[1:]
    app = application[0] if application else "blogai.asgi:application"
    config = uvicorn.Config(app, port=int(port), lifespan="off", log_level="warning")
    Announcing(config).run()


if __name__ == "__main__":
    main()
