#!/usr/bin/env bash
#
# The guess: a session that nobody uses for its max-inactive-interval runs out, and its listeners are
# told, on one container as on the other. Or else an open request counts as use, on both.
#
# What they do: Tomcat 11.0.24 ends the session while an asynchronous request of it is open, and tells.
# Jetty 12.1.12 does not, however long the request is open, and tells nobody; it does at the next
# request that brings the session's cookie. A session without an open request runs out on both.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>session</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.eclipse.jetty.ee11</groupId><artifactId>jetty-ee11-servlet</artifactId><version>12.1.12</version></dependency>
	<dependency><groupId>org.apache.tomcat.embed</groupId><artifactId>tomcat-embed-core</artifactId><version>11.0.24</version></dependency>
	<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
Tomcat, no open request: ended
Tomcat, an open request: ended
Jetty, no open request: ended
Jetty, an open request: not ended after 20 s
Jetty, an open request, and another comes: ended
END
cat >Run.java <<'END'
import jakarta.servlet.http.*;
import java.io.*;
import java.net.Socket;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.LogManager;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee11.servlet.*;
import org.eclipse.jetty.server.*;

class Run {
	static final int IDLE = 2, PATIENCE = 20;
	static final Set<String> ended = ConcurrentHashMap.newKeySet();

	static class Ends implements HttpSessionListener {
		@Override
		public void sessionDestroyed(HttpSessionEvent event) {
			ended.add(event.getSession().getId());
		}
	}

	static class Events extends HttpServlet {
		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			HttpSession session = request.getSession(!request.getServletPath().equals("/again"));
			if (session == null) {
				return;
			}
			session.setMaxInactiveInterval(IDLE);
			response.setContentType("text/event-stream");
			response.getOutputStream().write(("data: " + session.getId() + "\n\n").getBytes());
			response.flushBuffer();
			if (request.getServletPath().equals("/open")) {
				request.startAsync().setTimeout(0);
			}
		}
	}

	public static void main(String[] args) throws Exception {
		LogManager.getLogManager().reset();
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(new File("tomcat").getAbsolutePath());
		tomcat.setPort(0);
		tomcat.getConnector().setProperty("address", "127.0.0.1");
		var context = (org.apache.catalina.core.StandardContext) tomcat.addContext("", new File(".").getAbsolutePath());
		context.addApplicationLifecycleListener(new Ends());
		StandardManager manager = new StandardManager();
		manager.setProcessExpiresFrequency(1);
		context.setManager(manager);
		context.setBackgroundProcessorDelay(1);
		var servlet = Tomcat.addServlet(context, "events", new Events());
		servlet.setAsyncSupported(true);
		for (String path : List.of("/open", "/closed", "/again")) {
			context.addServletMappingDecoded(path, "events");
		}
		tomcat.start();
		look("Tomcat", tomcat.getConnector().getLocalPort());

		Server jetty = new Server();
		ServerConnector connector = new ServerConnector(jetty);
		connector.setHost("127.0.0.1");
		connector.setIdleTimeout(0);
		jetty.addConnector(connector);
		ServletContextHandler handler = new ServletContextHandler(ServletContextHandler.SESSIONS);
		handler.getSessionHandler().addEventListener(new Ends());
		for (String path : List.of("/open", "/closed", "/again")) {
			ServletHolder holder = new ServletHolder(new Events());
			holder.setAsyncSupported(true);
			handler.addServlet(holder, path);
		}
		jetty.setHandler(handler);
		jetty.start();
		handler.getSessionHandler().getSessionIdManager().getSessionHouseKeeper().setIntervalSec(1);
		String open = look("Jetty", connector.getLocalPort());
		ask(connector.getLocalPort(), "/again", open);
		System.out.println("Jetty, an open request, and another comes: " + result(open));
		System.exit(0);
	}

	static String look(String name, int port) throws Exception {
		System.out.println(name + ", no open request: " + result(ask(port, "/closed", null)));
		String open = ask(port, "/open", null);
		System.out.println(name + ", an open request: " + result(open));
		return open;
	}

	static String result(String session) throws InterruptedException {
		for (int i = 0; i < 10 * PATIENCE && !ended.contains(session); i++) {
			Thread.sleep(100);
		}
		return ended.contains(session) ? "ended" : "not ended after " + PATIENCE + " s";
	}

	static final List<Socket> sockets = new ArrayList<>();

	static String ask(int port, String path, String session) throws IOException {
		Socket socket = new Socket("127.0.0.1", port);
		sockets.add(socket);
		String cookie = (session != null) ? "Cookie: JSESSIONID=" + session + "\r\n" : "";
		socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n").getBytes());
		BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream()));
		String line = reader.readLine();
		while (!line.startsWith("data: ") && !line.equals("Content-Length: 0")) {
			line = reader.readLine();
		}
		return line.replace("data: ", "");
	}
}
END
timeout 120 java -cp 'lib/*' Run.java | tee output
diff expected output
