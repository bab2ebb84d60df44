#!/usr/bin/env bash
#
# The guess: what a script returns by redis.error_reply('GENERATION') is what a client gets, on each version of Redis: the
# first word of an error is its code, and here the script has said it.
#
# What they do: 6.2 answers "GENERATION". 7.0 answers "ERR GENERATION". An error of two words, 'GENERATION another log',
# is left as it is by both. So who looks at the first word of a reply finds the code on one and ERR on the other.
#
# Seen on 2026-11-30, redis-server 7.0.15 (Debian) and 6.2.11 (in embedded-redis 1.4.4): the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
old='' new=''
trap 'kill $old $new 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get -Dtransitive=false \
	-Dartifact=com.github.codemonstur:embedded-redis:1.4.4 >log || { tail log; exit 1; }
timeout 60 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory=. \
	-Dartifact=com.github.codemonstur:embedded-redis:1.4.4 >log || { tail log; exit 1; }
python3 -c 'import sys, zipfile
jar = zipfile.ZipFile("embedded-redis-1.4.4.jar")
name = next(name for name in jar.namelist() if "linux-amd64" in name or "linux-x64" in name)
open("redis-server-6.2", "wb").write(jar.read(name))'
chmod +x redis-server-6.2

cat >expected <<'END'
6.2.11, one word: GENERATION
6.2.11, two words: GENERATION another log
7.0.15, one word: ERR GENERATION
7.0.15, two words: GENERATION another log
END
port=$((20000 + RANDOM % 10000))
./redis-server-6.2 --port $port --save '' >old.log &
old=$!
redis-server --port $((port + 1)) --save '' --dir "$dir" >new.log &
new=$!
for each in $port $((port + 1)); do
	until redis-cli -p $each ping >/dev/null 2>&1; do sleep 0.1; done
	version=$(redis-cli -p $each info server | sed -n 's/^redis_version:\([0-9.]*\).*/\1/p')
	echo "$version, one word: $(redis-cli -p $each eval "return redis.error_reply('GENERATION')" 0 2>&1 | sed 's/^(error) //' | head -1)"
	echo "$version, two words: $(redis-cli -p $each eval "return redis.error_reply('GENERATION another log')" 0 2>&1 | sed 's/^(error) //' | head -1)"
done | tee output
diff expected output
