"""The Matter server with a node id of its own: `twin_server.py <node id> <arguments>`.

With a copy of another server's data it is a second controller of the same fabric. Runs on
the Matter server's own Python.
"""

from functools import partialmethod
from importlib import import_module
import sys


def main() -> None:
    """Give every controller the node id, and run the server."""
    node_id = int(sys.argv.pop(1))
    admin = import_module("chip.FabricAdmin").FabricAdmin
    admin.NewController = partialmethod(admin.NewController, nodeId=node_id)
    import_module("matter_server.server.__main__").main()


if __name__ == "__main__":
    main()
