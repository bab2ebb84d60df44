#!/usr/bin/env bash
#
# The guess: in a cluster of Redis a user that may run a command, and CLUSTER, gets through to its key wherever that is. What
# a client does to follow redirections is of the connection, as HELLO, AUTH and QUIT are, and asks for no right.
#
# What it does: while a slot is moved, the old master answers ASK for a key that it has given away, and the new one answers
# only after ASKING. That is a command as others in the eyes of ACL: NOPERM. Then the new master answers MOVED to the old one,
# which answers ASK: round and round, until the slot has been moved. So such a user lacks nothing until the day that the
# cluster is resharded.
#
# Seen on 2026-11-30, redis-server 7.0.15 (Debian): the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
first='' second=''
trap 'kill $first $second 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
a=$((20000 + RANDOM % 5000)) b=$((26000 + RANDOM % 5000))
for port in $a $b; do
	mkdir $port
	(cd $port && exec redis-server --port $port --cluster-port $((port + 5500)) --save '' --cluster-enabled yes) >$port.log &
	if [ $port = $a ]; then first=$!; else second=$!; fi
	until redis-cli -p $port ping >/dev/null 2>&1; do sleep 0.1; done
	redis-cli -p $port acl setuser starter on '>secret' '~*' +xadd +xlen +cluster >/dev/null
done
redis-cli -p $a cluster addslotsrange 0 8191 >/dev/null
redis-cli -p $b cluster addslotsrange 8192 16383 >/dev/null
redis-cli -p $b cluster set-config-epoch 2 >/dev/null
redis-cli -p $a cluster meet 127.0.0.1 $b $((b + 5500)) >/dev/null
for port in $a $b; do
	until redis-cli -p $port cluster info | grep -q cluster_state:ok; do sleep 0.1; done
done

# As a client does that follows a redirection
as_user() { printf 'AUTH starter secret\n%s\n' "$2" | redis-cli -p $1 2>&1 | grep -v '^OK\|^AUTH\|^$' || true; }
names() { sed "s/:$a/:old/; s/:$b/:new/"; }

cat >expected <<'END'
before, the old master: 1
while it is moved, the old master: ASK 8000 127.0.0.1:new
ASKING: NOPERM
without it, the new master: MOVED 8000 127.0.0.1:old
with +asking: 1
END
slot=8000
for i in $(seq 100000); do echo "cluster keyslot k$i"; done | redis-cli -p $a | grep -n "^$slot$" >found
key=k$(head -1 found | cut -d: -f1)
redis-cli -p $a xadd $key '*' n 1 >/dev/null
{
	echo "before, the old master: $(as_user $a "XLEN $key")"
	from=$(redis-cli -p $a cluster myid) to=$(redis-cli -p $b cluster myid)
	redis-cli -p $b cluster setslot $slot importing $from >/dev/null
	redis-cli -p $a cluster setslot $slot migrating $to >/dev/null
	redis-cli -p $a migrate 127.0.0.1 $b $key 0 5000 >/dev/null
	echo "while it is moved, the old master: $(as_user $a "XLEN $key" | names)"
	echo "ASKING: $(as_user $b ASKING | cut -d' ' -f1)"
	echo "without it, the new master: $(as_user $b "XLEN $key" | names)"
	redis-cli -p $b acl setuser starter +asking >/dev/null
	echo "with +asking: $(as_user $b "$(printf 'ASKING\nXLEN %s' $key)")"
} | tee output
diff expected output
