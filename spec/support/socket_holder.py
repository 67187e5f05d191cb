"""Holds a listening socket as systemd does, and runs a program that takes it over, again whenever it has ended.

Arguments: the port, and the program with its arguments. SIGTERM ends the holder; the program is then killed."""
import os
import signal
import socket
import sys

port, program = int(sys.argv[1]), sys.argv[2:]
held = socket.create_server(("127.0.0.1", port), backlog=4096)
child = 0


def stop(_signal, _frame):
    os.kill(child, signal.SIGKILL)
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
while True:
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(held.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
        os.execv(program[0], program)
    print(f"PID {child}", flush=True)
    os.waitpid(child, 0)
