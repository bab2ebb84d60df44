#!/usr/bin/env bash
#
# The guess: HAProxy passes the chunks of a response on as they come, and its sockets have
# TCP_NODELAY, as it tells: an event is as fast through it as past it.
#
# What it does (Debian's HAProxy 2.6.12, mode http, HTTP/1.1 on both sides): it tells the kernel that
# more will follow, and the kernel waits for it: a fifth of a second for each event that comes alone. With
# "option http-no-delay" there is no such wait.
#
# Seen on 2026-11-29: the lines of "expected" below ("late" is more than 0.1 s, the median of eight).
set -euo pipefail

dir=$(mktemp -d)
trap 'if [ -s "$dir/pid" ]; then kill "$(cat "$dir/pid")" || true; fi; rm -rf "$dir"' EXIT
cd "$dir"

cat >expected <<'END'
HAProxy version 2.6.12
past it: at once
default: late
http-no-delay: at once
END

cat >run.py <<'END'
import os, socket, statistics, subprocess, threading, time

def serve(listening):
    while True:
        client, _ = listening.accept()
        threading.Thread(target=stream, args=(client,), daemon=True).start()

def stream(client):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.recv(4096)
    client.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
    try:
        for _ in range(8):
            time.sleep(0.4)
            event = f'data: {time.monotonic():.6f}\n\n'.encode()
            client.sendall(b'%x\r\n%s\r\n' % (len(event), event))
    except OSError:
        pass

def delay(port):
    with socket.create_connection(('127.0.0.1', port), 5) as client:
        client.sendall(b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
        seen, delays = b'', []
        while len(delays) < 8:
            seen += client.recv(4096)
            now = time.monotonic()
            while b'data: ' in seen and b'\n\n' in seen[seen.index(b'data: '):]:
                value, seen = seen[seen.index(b'data: ') + 6:].split(b'\n\n', 1)
                delays.append(now - float(value))
    return statistics.median(delays)

backend = socket.create_server(('127.0.0.1', 0))
threading.Thread(target=serve, args=(backend,), daemon=True).start()
ports = {}
for name in 'default', 'http-no-delay':  # found free, and left to HAProxy
    with socket.create_server(('127.0.0.1', 0)) as made:
        ports[name] = made.getsockname()[1]
with open('haproxy.cfg', 'w') as file:
    file.write('defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n')
    for name, port in ports.items():
        option = '' if name == 'default' else ' option http-no-delay\n'
        file.write(f'listen {name}\n bind 127.0.0.1:{port}\n{option} server node 127.0.0.1:{backend.getsockname()[1]}\n')
process = subprocess.Popen(['/usr/sbin/haproxy', '-db', '-f', 'haproxy.cfg'], stderr=subprocess.DEVNULL)
with open('pid', 'w') as file:
    file.write(str(process.pid))
version = subprocess.run(['/usr/sbin/haproxy', '-v'], capture_output=True, text=True, check=True).stdout.split()
print('HAProxy version', version[2].split('-')[0])
time.sleep(1)
for name, port in {'past it': backend.getsockname()[1], **ports}.items():
    seconds = delay(port)
    print(f'{name}: {"late" if seconds > 0.1 else "at once" if seconds < 0.05 else seconds}')
process.terminate()
process.wait()
os.remove('pid')
END
timeout 60 python3 run.py | tee output
diff expected output
