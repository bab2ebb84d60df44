package com.example.boot;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class LiveApplication {

	/**
	 * With the compression that is usual, which leaves streams alone. No Redis is there:
	 * its library is, for {@link LinkageTests}.
	 */
	private static final List<String> PROPERTIES = List.of("server.port=0", "server.compression.enabled=true",
			"server.shutdown=graceful", "logging.level.root=WARN", "logging.level.io.github.ssestarter=INFO",
			"spring.main.banner-mode=off", "management.health.redis.enabled=false",
			"management.endpoints.web.exposure.include=sse,health,metrics", "sse.security.rules[0].topic=secret/**",
			"sse.security.rules[0].access=hasRole('ADMIN')");

	static ServletWebServerApplicationContext start(Server server, Class<?>... more) {
		return (ServletWebServerApplicationContext) new SpringApplicationBuilder(
				Stream.concat(Stream.of(LiveApplication.class, LiveController.class, server.configuration),
						Stream.of(more))
					.toArray(Class<?>[]::new))
			.properties(PROPERTIES.toArray(String[]::new))
			.run();
	}

	@Bean
	SecurityFilterChain security(HttpSecurity http) throws Exception {
		return http
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/mine", "/topics/**")
				.authenticated()
				.anyRequest()
				.permitAll())
			.httpBasic(Customizer.withDefaults())
			.build();
	}

	@Bean
	InMemoryUserDetailsManager users() {
		return new InMemoryUserDetailsManager(User.withUsername("ada").password("{noop}secret").roles("USER").build());
	}

	@RestController
	static class LiveController {

		@GetMapping("/countdown")
		void countdown(SseStream stream) {
			for (int i = 3; i > 0; i--) {
				stream.send(SseEvent.of("tick", i).id(i));
			}
		}

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join("live");
		}

		@GetMapping("/mine")
		void mine(SseStream stream) {
			stream.join();
		}

		@GetMapping("/topics/{kind}/{name}")
		SseStream topic(SseStream stream, @PathVariable String kind, @PathVariable String name) {
			return stream.join(kind + "/" + name);
		}

	}

}
