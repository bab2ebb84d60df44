#!/usr/bin/env bash
#
# The guess: a block with a name and no data is dropped, with its name, as the standard has it.
#
# What the parser of langchain4j-http-client 1.23.0 does: it drops the block and keeps the name. The next
# event that has data and no name of its own goes by it.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>langchain4j</artifactId><version>1</version><dependencies>
	<dependency><groupId>dev.langchain4j</groupId><artifactId>langchain4j-http-client</artifactId><version>1.23.0</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
event: b, data: 1
event: c, data: 2
event: null, data: 3
END
cat >Run.java <<'END'
import dev.langchain4j.http.client.sse.DefaultServerSentEventParser;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import java.io.ByteArrayInputStream;

class Run {
	public static void main(String[] args) {
		String stream = "event: a\n\nevent: b\ndata: 1\n\nevent: c\nid: 7\n\n: comment\n\ndata: 2\n\ndata: 3\n\n";
		new DefaultServerSentEventParser().parse(new ByteArrayInputStream(stream.getBytes()), new ServerSentEventListener() {
			@Override
			public void onEvent(ServerSentEvent event) {
				System.out.println("event: " + event.event() + ", data: " + event.data());
			}

			@Override
			public void onError(Throwable error) {
				System.out.println(error);
			}
		});
	}
}
END
timeout 60 java -cp 'lib/*' Run.java 2>errors | tee output
diff expected output
