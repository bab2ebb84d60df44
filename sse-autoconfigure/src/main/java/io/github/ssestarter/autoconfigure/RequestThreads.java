package io.github.ssestarter.autoconfigure;

import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * How many threads the web server has for requests.
 */
final class RequestThreads {

	private static final int DEFAULT = 200;

	private RequestThreads() {
	}

	/**
	 * The number of threads, without a limit where they are virtual.
	 */
	static int max(Environment environment) {
		if (Threading.VIRTUAL.isActive(environment)) {
			return Integer.MAX_VALUE;
		}
		String server = (ClassUtils.isPresent("org.apache.catalina.startup.Tomcat", null)) ? "tomcat" : "jetty";
		return environment.getProperty("server." + server + ".threads.max", Integer.class, DEFAULT);
	}

}
