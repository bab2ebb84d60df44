package io.github.ssestarter.benchmarks.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The container that a Spring Boot application runs on: chosen, not found on the class
 * path, where all of them are.
 */
enum Container {

	TOMCAT(WebApplicationType.SERVLET, TomcatServletWebServerAutoConfiguration.class),

	JETTY(WebApplicationType.SERVLET, JettyServletWebServerAutoConfiguration.class),

	NETTY(WebApplicationType.REACTIVE, NettyReactiveWebServerAutoConfiguration.class);

	private static final List<Class<?>> ALL = List.of(TomcatServletWebServerAutoConfiguration.class,
			TomcatReactiveWebServerAutoConfiguration.class, JettyServletWebServerAutoConfiguration.class,
			JettyReactiveWebServerAutoConfiguration.class, NettyReactiveWebServerAutoConfiguration.class);

	private final WebApplicationType type;

	private final Class<?> autoConfiguration;

	Container(WebApplicationType type, Class<?> autoConfiguration) {
		this.type = type;
		this.autoConfiguration = autoConfiguration;
	}

	static Container of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	/**
	 * Runs an application.
	 * @param application its configuration
	 * @param port the port to listen on
	 * @param properties further properties, as on a command line
	 * @return the application
	 */
	ConfigurableApplicationContext run(Class<?> application, int port, String... properties) {
		SpringApplication spring = new SpringApplication(application, Listening.class);
		spring.setWebApplicationType(this.type);
		String excluded = String.join(",",
				ALL.stream().filter((one) -> one != this.autoConfiguration).map(Class::getName).toList());
		List<String> arguments = new ArrayList<>(
				List.of("--server.address=127.0.0.1", "--server.port=" + port, "--spring.main.banner-mode=off",
						"--logging.level.root=WARN", "--spring.autoconfigure.exclude=" + excluded,
						"--server.tomcat.max-connections=20000", "--server.tomcat.accept-count=4096"));
		arguments.addAll(Arrays.asList(properties));
		return spring.run(arguments.toArray(new String[0]));
	}

}
