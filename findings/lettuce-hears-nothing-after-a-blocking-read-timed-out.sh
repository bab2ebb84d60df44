#!/usr/bin/env bash
#
# The guess: a blocking read of Lettuce that runs into the client's time-out has failed, and that is all. The server is
# well, the connection is open: the next command is answered, and an entry that comes later is there for the next read.
#
# What 7.5.2 does: the time-out is the client's alone. The server still blocks that connection, so PING and every command
# after it time out too, with isOpen() true, until an entry comes. That entry is the answer to the read that was given up, and
# whoever asked for "$" has lost it: the next read asks for what comes after it.
#
# Seen on 2026-11-30, redis-server 7.0.15 (Debian), OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
redis=
trap 'kill $redis 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>lettuce</artifactId><version>1</version><dependencies>
	<dependency><groupId>io.lettuce</groupId><artifactId>lettuce-core</artifactId><version>7.5.2.RELEASE</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
XREAD BLOCK 0 $: time-out
PING: time-out, open
XLEN: time-out, open
after an entry: PONG
XREAD BLOCK 500 $: nothing
in the stream: 1 entry
END
cat >Run.java <<'END'
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

class Run {
	static Object answer(Supplier<Object> command) {
		try {
			return command.get();
		}
		catch (RedisCommandTimeoutException ex) {
			return "time-out";
		}
	}

	public static void main(String[] args) throws Exception {
		RedisClient client = RedisClient.create(RedisURI.create("redis://127.0.0.1:" + args[0] + "?timeout=1s"));
		StatefulRedisConnection<String, String> reader = client.connect();
		StatefulRedisConnection<String, String> other = client.connect();
		System.out.println("XREAD BLOCK 0 $: " + answer(() -> reader.sync().xread(XReadArgs.Builder.block(0), StreamOffset.latest("s"))));
		System.out.println("PING: " + answer(() -> reader.sync().ping()) + (reader.isOpen() ? ", open" : ", closed"));
		System.out.println("XLEN: " + answer(() -> reader.sync().xlen("s")) + (reader.isOpen() ? ", open" : ", closed"));
		other.sync().xadd("s", Map.of("n", "1"));
		System.out.println("after an entry: " + answer(() -> reader.sync().ping()));
		Object read = answer(() -> reader.sync().xread(XReadArgs.Builder.block(Duration.ofMillis(500)), StreamOffset.latest("s")));
		System.out.println("XREAD BLOCK 500 $: " + (read.toString().equals("[]") ? "nothing" : read));
		System.out.println("in the stream: " + other.sync().xlen("s") + " entry");
		System.exit(0);
	}
}
END
port=$((20000 + RANDOM % 10000))
redis-server --port $port --save '' --dir "$dir" >redis.log &
redis=$!
until redis-cli -p $port ping >/dev/null 2>&1; do sleep 0.1; done
timeout 120 java -cp 'lib/*' Run.java "$port" 2>errors | tee output || tail errors
diff expected output
