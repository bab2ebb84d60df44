package io.github.ssestarter.starter;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.test.json.JsonContent;
import org.springframework.test.json.JsonContentAssert;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SharedApplication;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The actuator endpoint over HTTP.
 */
class ActuatorEndpointTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=sse";

	private static final String UNRESTRICTED = "management.endpoint.sse.access=unrestricted";

	@RegisterExtension
	static final SharedApplication applications = new SharedApplication((container) -> start(container, UNRESTRICTED));

	@ParameterizedTest
	@EnumSource
	void itSumsUpTheNode(Container container) {
		try (TestApplication application = start(container);
				SseTestClient a = joined(application, "a", "alice");
				SseTestClient b = joined(application, "b", "bob")) {
			application.broadcaster().send(SseAudience.topic("a"), "tick", "1");
			String tick = a.expect("tick", "1").lastEventId();
			await().atMost(5, TimeUnit.SECONDS)
				.untilAsserted(() -> json(get(application, "/actuator/sse")).isStrictlyEqualTo("""
						{"streams": 2, "attached": 0, "lagging": 0, "topics": 2,
						 "history": {"events": 1, "bytes": %d},
						 "backlog": 0, "draining": false,
						 "backplane": {"up": true, "generation": "%s", "position": "%s",
						               "lagSeconds": 0.0, "reconnects": 0, "gaps": []}}""".formatted(
						a.raw().length() - a.raw().indexOf("event: tick"), EventId.parse(tick).generation(), tick)));
			assertThat(b.isOpen()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void itCountsTheStreamsOfEachTopicPageByPage(Container container) {
		TestApplication application = withoutStreams(container);
		try (SseTestClient one = joined(application, "b", "alice");
				SseTestClient two = joined(application, "c", "alice");
				SseTestClient three = joined(application, "b", "alice")) {
			json(get(application, "/actuator/sse/topics")).isStrictlyEqualTo("""
					{"page": 0, "size": 50, "total": 2,
					 "items": [{"name": "b", "streams": 2}, {"name": "c", "streams": 1}]}""");
			json(get(application, "/actuator/sse/topics?page=1&size=1")).isStrictlyEqualTo("""
					{"page": 1, "size": 1, "total": 2, "items": [{"name": "c", "streams": 1}]}""");
			assertThat(List.of(one, two, three)).allMatch(SseTestClient::isOpen);
		}
	}

	@ParameterizedTest
	@EnumSource
	void itListsStreamsWithoutWhatIsSecret(Container container) {
		TestApplication application = withoutStreams(container);
		try (SseTestClient client = joined(application, "topic", "alice")) {
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			await().atMost(5, TimeUnit.SECONDS)
				.until(() -> get(application, "/actuator/sse/streams").body().contains("LIVE"));
			SseTestClient answer = get(application, "/actuator/sse/streams");
			json(answer).isLenientlyEqualTo("""
					{"page": 0, "size": 50, "total": 1, "items": [{
						"client": "%s…", "user": "******", "topics": ["topic"], "address": "******",
						"lag": 0, "bytes": %d}]}""".formatted(id.substring(0, 6), client.raw().length()));
			json(answer).extractingPath("$.items[0].since").asString().matches("[\\d:.TZ-]+");
			json(answer).extractingPath("$.items[0].lastActivity").asString().matches("[\\d:.TZ-]+");
			assertThat(answer.body()).doesNotContain("alice", "127.0.0.1", "0:0:0:0", id.substring(0, 20));
		}
	}

	@ParameterizedTest
	@EnumSource
	void itFindsTheStreamsOfAUserAndOfATopicPageByPage(Container container) {
		TestApplication application = withoutStreams(container);
		try (SseTestClient one = joined(application, "a", "alice");
				SseTestClient two = joined(application, "b", "alice");
				SseTestClient three = joined(application, "b", "bob")) {
			assertThat(clients(application, "?user=alice")).containsExactly(shortId(one), shortId(two));
			assertThat(clients(application, "?topic=b")).containsExactly(shortId(two), shortId(three));
			assertThat(clients(application, "?topic=b&user=alice")).containsExactly(shortId(two));
			assertThat(clients(application, "?topic=none")).isEmpty();
			assertThat(clients(application, "?size=2")).containsExactly(shortId(one), shortId(two));
			assertThat(clients(application, "?size=2&page=1")).containsExactly(shortId(three));
			assertThat(clients(application, "?size=2&page=2147483647")).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatMakesNoSenseIs400AndWhatIsNotThere404(Container container) {
		TestApplication application = withoutStreams(container);
		for (String query : List.of("?page=-1", "?size=0", "?size=1001", "?size=many", "?topic=a*", "?user=")) {
			assertThat(get(application, "/actuator/sse/streams" + query).status()).as(query).isEqualTo(400);
		}
		assertThat(get(application, "/actuator/sse/clients").status()).isEqualTo(404);
		for (String query : List.of("", "?everyone=false", "?topic=a&user=alice", "?everyone=true&topic=a", "?topic=a*",
				"?user=", "?topic=" + "x".repeat(201))) {
			assertThat(delete(application, query)).as(query).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@EnumSource
	void itClosesTheStreamsOfOneAudience(Container container) {
		TestApplication application = withoutStreams(container);
		try (SseTestClient topic = joined(application, "a", "alice");
				SseTestClient user = joined(application, "b", "bob");
				SseTestClient client = joined(application, "b", "carol");
				SseTestClient last = joined(application, "b", "dave")) {
			assertThat(delete(application, "?topic=a")).isEqualTo(204);
			topic.expectEnd();
			assertThat(delete(application, "?user=bob")).isEqualTo(204);
			user.expectEnd();
			assertThat(delete(application, "?client=" + client.header("Sse-Client-Id"))).isEqualTo(204);
			client.expectEnd();
			application.broadcaster().broadcast("still", "there");
			last.expect("still", "there");
			assertThat(delete(application, "?everyone=true")).isEqualTo(204);
			last.expectEnd();
		}
	}

	@ParameterizedTest
	@EnumSource
	void itOnlyReadsUnlessThatIsAllowed(Container container) {
		try (TestApplication application = start(container); SseTestClient client = joined(application, "a", "alice")) {
			assertThat(delete(application, "?everyone=true")).isEqualTo(405);
			assertThat(get(application, "/actuator/sse").status()).isEqualTo(200);
			application.broadcaster().broadcast("still", "there");
			client.expect("still", "there");
		}
	}

	@ParameterizedTest
	@EnumSource
	void itShowsValuesToThoseWhoMaySeeThem(Container container) {
		try (TestApplication application = start(container, "management.endpoint.sse.show-values=when-authorized",
				"management.endpoint.sse.roles=admin"); SseTestClient client = joined(application, "a", "alice")) {
			String id = client.header("Sse-Client-Id");
			assertThat(id).isNotNull();
			String asked = "/actuator/sse/streams";
			assertThat(get(application, asked).body()).doesNotContain("alice", "127.0.0.1");
			assertThat(as(application, asked, "bob").body()).doesNotContain("alice", "127.0.0.1");
			assertThat(as(application, asked, "admin").body()).contains("alice", "127.0.0.1")
				.doesNotContain(id.substring(0, 20));
		}
	}

	@ParameterizedTest
	@EnumSource
	void itIsNotThereUnlessItIsExposed(Container container) {
		try (TestApplication application = TestApplication.start(container, Streams.class)) {
			assertThat(get(application, "/actuator/sse").status()).isEqualTo(404);
		}
		try (TestApplication application = start(container, "management.endpoint.sse.access=none")) {
			assertThat(get(application, "/actuator/sse").status()).isEqualTo(404);
		}
	}

	private static TestApplication withoutStreams(Container container) {
		TestApplication application = applications.on(container);
		application.broadcaster().close(SseAudience.everyone());
		await().atMost(5, TimeUnit.SECONDS).until(() -> application.broadcaster().connectedCount() == 0);
		return application;
	}

	private static List<String> clients(TestApplication application, String query) {
		List<Map<String, String>> items = JsonPath.read(get(application, "/actuator/sse/streams" + query).body(),
				"$.items");
		return items.stream().map((item) -> item.get("client")).toList();
	}

	private static String shortId(SseTestClient client) {
		return String.valueOf(client.header("Sse-Client-Id")).substring(0, 6) + "…";
	}

	private static JsonContentAssert json(SseTestClient answer) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return assertThat(new JsonContent(answer.body()));
	}

	private static SseTestClient get(TestApplication application, String path) {
		return application.to(path).header("Accept", "application/json").connect();
	}

	private static SseTestClient as(TestApplication application, String path, String user) {
		return application.to(path).header("Accept", "application/json").header("User", user).connect();
	}

	private static int delete(TestApplication application, String query) {
		return application.to("/actuator/sse" + query)
			.method("DELETE")
			.header("Accept", "application/json")
			.connect()
			.status();
	}

	private static SseTestClient joined(TestApplication application, String topic, String user) {
		SseTestClient client = application.to("/joined?topic=" + topic).header("User", user).keepRaw().connect();
		client.awaitOpen();
		return client;
	}

	@ParameterizedTest
	@EnumSource
	void theSecretOfClientIdsIsNeverShown(Container container) {
		String secret = "do-not-show-this-to-anybody-0123456789";
		try (TestApplication application = TestApplication.start(container, Streams.class,
				"management.endpoints.web.exposure.include=*", "management.endpoint.env.show-values=always",
				"management.endpoint.configprops.show-values=always", "own.secret=" + secret,
				"sse.clientId.secret=${own.secret}", "sse.client-id.parameter=shown")) {
			for (String path : List.of("/actuator/env", "/actuator/configprops", "/actuator/configprops/sse",
					"/actuator/env/sse.clientId.secret", "/actuator/env/own.secret")) {
				SseTestClient answer = get(application, path);
				assertThat(answer.status()).as(path).isEqualTo(200);
				assertThat(answer.body()).as(path).contains("******").doesNotContain("do-not-show");
			}
			assertThat(get(application, "/actuator/env").body()).contains("shown");
		}
	}

	private static TestApplication start(Container container, String... properties) {
		String[] all = new String[properties.length + 1];
		all[0] = EXPOSED;
		System.arraycopy(properties, 0, all, 1, properties.length);
		return TestApplication.start(container, Streams.class, all);
	}

	@RestController
	static class Streams {

		@GetMapping("/joined")
		void joined(@RequestParam String topic, SseStream stream) {
			stream.join(topic);
		}

		/**
		 * Whoever the request says it is, in the role of that name.
		 */
		@Bean
		Filter login() {
			return (request, response, chain) -> {
				String user = ((HttpServletRequest) request).getHeader("User");
				chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

					@Override
					public @Nullable Principal getUserPrincipal() {
						return (user != null) ? () -> user : null;
					}

					@Override
					public boolean isUserInRole(String role) {
						return role.equals(user);
					}

				}, response);
			};
		}

	}

}
