#!/usr/bin/env bash
#
# The guess: an @ExceptionHandler that returns a ResponseEntity with its content type set is written as
# that type, whatever the client accepts. If the client has gone meanwhile, the write fails, or goes
# nowhere: an IOException, which Spring knows as a client that has gone and does not log.
#
# What Spring MVC 7.0.9 on Tomcat 11.0.24 does, if the client goes in the middle of its body: the
# response is closed before the handler is called, so Tomcat takes no header any more. Spring MVC does
# not find the type that it has just set, looks at what the client accepts, and logs a WARN with a
# stack trace, "No acceptable representation", for each such client. response.isCommitted() in the
# handler tells the one from the other. A whole body that cannot be read is answered as it should be.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>gone</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.springframework</groupId><artifactId>spring-webmvc</artifactId><version>7.0.9</version></dependency>
	<dependency><groupId>org.apache.tomcat.embed</groupId><artifactId>tomcat-embed-core</artifactId><version>11.0.24</version></dependency>
	<dependency><groupId>tools.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>3.1.0</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
a whole body: committed false, answered 400 application/json, warned of nothing
half a body, and gone: committed true, answered nothing, warned of HttpMediaTypeNotAcceptableException
END
cat >Run.java <<'END'
import jakarta.servlet.http.HttpServletResponse;
import java.io.*;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.*;
import java.util.logging.*;
import org.apache.catalina.startup.Tomcat;
import org.springframework.http.*;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

class Run {
	static final BlockingQueue<Boolean> committed = new LinkedBlockingQueue<>();
	static final BlockingQueue<String> warned = new LinkedBlockingQueue<>();

	@EnableWebMvc
	static class Config {
	}

	@RestController
	static class Posts {
		@PostMapping("/")
		void post(@RequestBody Map<String, Object> body) {
		}

		@ExceptionHandler
		ResponseEntity<Map<String, String>> unreadable(HttpMessageNotReadableException ex, HttpServletResponse response) {
			committed.add(response.isCommitted());
			return ResponseEntity.badRequest().contentType(MediaType.APPLICATION_JSON).body(Map.of("error", "unreadable"));
		}
	}

	public static void main(String[] args) throws Exception {
		LogManager.getLogManager().reset();
		Logger logger = Logger.getLogger("org.springframework.web.servlet");
		logger.setLevel(Level.WARNING);
		logger.addHandler(new Handler() {
			@Override
			public void publish(LogRecord record) {
				warned.add((record.getThrown() != null) ? record.getThrown().getClass().getSimpleName() : record.getMessage());
			}

			@Override
			public void flush() {
			}

			@Override
			public void close() {
			}
		});
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(new File("tomcat").getAbsolutePath());
		tomcat.setPort(0);
		tomcat.getConnector().setProperty("address", "127.0.0.1");
		var context = tomcat.addContext("", new File(".").getAbsolutePath());
		AnnotationConfigWebApplicationContext application = new AnnotationConfigWebApplicationContext();
		application.register(Config.class, Posts.class);
		Tomcat.addServlet(context, "dispatcher", new DispatcherServlet(application)).setLoadOnStartup(1);
		context.addServletMappingDecoded("/", "dispatcher");
		tomcat.start();
		int port = tomcat.getConnector().getLocalPort();

		ask(port, "a whole body", 5);
		ask(port, "half a body, and gone", 100);
		System.exit(0);
	}

	static void ask(int port, String what, int length) throws Exception {
		String answer = "nothing";
		try (Socket socket = new Socket("127.0.0.1", port)) {
			socket.getOutputStream()
				.write(("POST / HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\nContent-Type: application/json\r\n"
						+ "Content-Length: " + length + "\r\n\r\n{\"a\":").getBytes());
			if (length == 5) {
				BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream()));
				answer = reader.readLine().split(" ")[1];
				for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
					answer += line.startsWith("Content-Type: ") ? line.replace("Content-Type:", "") : "";
				}
			}
		}
		Boolean isCommitted = committed.poll(10, TimeUnit.SECONDS);
		String warning = warned.poll(1, TimeUnit.SECONDS);
		System.out.println(what + ": committed " + isCommitted + ", answered " + answer + ", warned of "
				+ ((warning != null) ? warning : "nothing"));
	}
}
END
timeout 120 java -cp 'lib/*' Run.java | tee output
diff expected output
