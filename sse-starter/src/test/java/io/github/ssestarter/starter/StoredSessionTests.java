package io.github.ssestarter.starter;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.core.session.SessionRegistryImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.MapSession;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.events.SessionDeletedEvent;
import org.springframework.session.security.SpringSessionBackedSessionRegistry;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseCloseReason;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.SessionCookies;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams of sessions that Spring Session keeps, whose ends the container tells nobody
 * of: at once where something of the same node tells of it, else within
 * {@code sse.security.session-check}.
 */
class StoredSessionTests {

	private static final Duration SOON = Duration.ofSeconds(2);

	/** For ends that are found by looking: some looks. */
	private static final String CHECK = "200ms";

	private static final Map<String, TestApplication> running = new ConcurrentHashMap<>();

	private final SessionCookies cookies = new SessionCookies("SESSION");

	/**
	 * Where sessions are kept.
	 */
	enum Store {

		JDBC(Registry.class,
				"spring.autoconfigure.exclude="
						+ "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
						+ "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
				"spring.session.jdbc.initialize-schema=always"),

		INDEXED(IndexedStore.class), PLAIN(PlainStore.class);

		private final Class<?> configuration;

		private final String[] properties;

		Store(Class<?> configuration, String... properties) {
			this.configuration = configuration;
			this.properties = properties;
		}

		TestApplication start(Container container, String check) {
			List<String> properties = new ArrayList<>(List.of(this.properties));
			properties.add("spring.datasource.url=jdbc:h2:mem:sessions-" + container + check);
			properties.add("sse.security.session-check=" + check);
			return TestApplication.startWithSecurity(container,
					List.of(this.configuration, Secured.class, StreamEvents.class), properties.toArray(String[]::new));
		}

	}

	static Stream<Arguments> stores() {
		return Stream.of(Container.values())
			.flatMap((container) -> Stream.of(Store.values()).map((store) -> Arguments.of(container, store)));
	}

	/**
	 * One that does not look of itself while the test runs.
	 */
	private static TestApplication told(Container container, Store store) {
		return application(container, store, "1h");
	}

	private static TestApplication looking(Container container, Store store) {
		return application(container, store, CHECK);
	}

	private static TestApplication application(Container container, Store store, String check) {
		return running.computeIfAbsent(container + " " + store + " " + check, (key) -> store.start(container, check));
	}

	@AfterAll
	static void stop() {
		running.values().forEach(TestApplication::close);
		running.clear();
	}

	// At once

	@ParameterizedTest
	@MethodSource("stores")
	void logoutEndsTheStreamsOfItsSessionAlone(Container container, Store store) throws Exception {
		TestApplication application = told(container, store);
		String here = login(application, "ann");
		SseTestClient stream = open(application, here);
		SseTestClient other = open(application, login(application, "ann"));
		SseTestClient bob = open(application, login(application, "bob"));
		this.cookies.post(application, "/logout", here);
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT);
		assertHears(application, other, bob);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void aSessionThatAMethodInvalidatesEndsItsStreams(Container container, Store store) throws Exception {
		TestApplication application = told(container, store);
		String session = login(application, "ann");
		SseTestClient stream = open(application, session);
		SseTestClient other = open(application, login(application, "ann"));
		this.cookies.post(application, "/invalidate", session);
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT);
		assertHears(application, other);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void theLoginGivesTheSessionAnotherIdAndItsStreamsGoOnAndEndWithIt(Container container, Store store)
			throws Exception {
		TestApplication application = told(container, store);
		String anonymous = this.cookies.session(this.cookies.post(application, "/session", null));
		SseTestClient stream = open(application, anonymous);
		HttpResponse<String> login = this.cookies.post(application, "/login?username=ann&password=pw", anonymous);
		assertThat(this.cookies.session(login)).isNotEqualTo(anonymous);
		assertHears(application, stream);
		this.cookies.post(application, "/logout", this.cookies.session(login));
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void whoLogsInTooOftenHasTheStreamsOfTheOldestSessionEnded(Container container, Store store) throws Exception {
		TestApplication application = told(container, store);
		SseTestClient stream = open(application, login(application, "once"));
		SseTestClient other = open(application, login(application, "ann"));
		SseTestClient newer = open(application, login(application, "once"));
		assertEnds(application, stream, SseCloseReason.EXPIRED);
		assertHears(application, newer, other);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void aStoreThatTellsOfAnEndIsHeard(Container container, Store store) throws Exception {
		TestApplication application = told(container, store);
		SseTestClient stream = open(application, login(application, "ann"));
		SseTestClient other = open(application, login(application, "ann"));
		MapSession deleted = new MapSession(sessionOf(application, stream));
		application.bean(Secured.class).publisher.publishEvent(new SessionDeletedEvent(this, deleted));
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT);
		assertHears(application, other);
	}

	// By looking

	@ParameterizedTest
	@MethodSource("stores")
	void aSessionThatRunsOutEndsItsStreams(Container container, Store store) throws Exception {
		TestApplication application = looking(container, store);
		String session = login(application, "ann");
		SseTestClient stream = open(application, session);
		SseTestClient other = open(application, login(application, "ann"));
		this.cookies.post(application, "/idle?seconds=1", session);
		assertEnds(application, stream, SseCloseReason.EXPIRED);
		assertHears(application, other);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void logOutEverywhereEndsAllStreamsOfTheUser(Container container, Store store) throws Exception {
		TestApplication application = looking(container, store);
		SseTestClient one = open(application, login(application, "eve"));
		SseTestClient another = open(application, login(application, "eve"));
		SseTestClient other = open(application, login(application, "bob"));
		application.bean(Secured.class).logOutEverywhere("eve");
		assertEnds(application, one, SseCloseReason.LOGGED_OUT);
		assertEnds(application, another, SseCloseReason.LOGGED_OUT);
		assertHears(application, other);
	}

	@ParameterizedTest
	@MethodSource("stores")
	void aSessionWhoseIdIsChangedByHandKeepsItsStreams(Container container, Store store) throws Exception {
		TestApplication application = looking(container, store);
		String before = login(application, "ann");
		SseTestClient stream = open(application, before);
		String now = this.cookies.session(this.cookies.post(application, "/change-id", before));
		assertThat(now).isNotEqualTo(before);
		awaitSomeLooks();
		assertHears(application, stream);
		this.cookies.post(application, "/logout", now);
		assertEnds(application, stream, SseCloseReason.LOGGED_OUT);
	}

	/**
	 * It is not in the store before its request has got its first byte.
	 */
	@ParameterizedTest
	@MethodSource("stores")
	void aSessionThatTheStreamsOwnMethodMakesIsNotTakenForGone(Container container, Store store) throws Exception {
		TestApplication application = looking(container, store);
		SseTestClient stream = application.to("/join?topics=public&session=true&wait=700").connect();
		assertThat(stream.status()).isEqualTo(200);
		assertThat(stream.header("Set-Cookie")).contains("SESSION=");
		awaitSomeLooks();
		assertHears(application, stream);
		stream.close();
	}

	@ParameterizedTest
	@MethodSource("stores")
	void whoHasNoSessionIsNotLookedFor(Container container, Store store) throws Exception {
		TestApplication application = looking(container, store);
		SseTestClient stream = application.connect("/join?topics=public");
		awaitSomeLooks();
		assertHears(application, stream);
	}

	private static void awaitSomeLooks() {
		Instant end = Instant.now().plusMillis(700);
		await().until(() -> Instant.now().isAfter(end));
	}

	private static void assertEnds(TestApplication application, SseTestClient client, SseCloseReason reason) {
		await().atMost(SOON.plusSeconds(2)).until(() -> !client.isOpen());
		String id = client.header("Sse-Client-Id");
		assertThat(id).isNotNull();
		application.bean(StreamEvents.class).awaitClosed(id, reason);
	}

	private static void assertHears(TestApplication application, SseTestClient... clients) {
		application.broadcaster().send(SseAudience.topic("public"), "one", 1);
		for (SseTestClient client : clients) {
			client.expect("one", "1");
		}
	}

	private String sessionOf(TestApplication application, SseTestClient client) {
		return application.bean(Secured.class).sessions.get(client.header("Sse-Client-Id"));
	}

	private String login(TestApplication application, String user) throws Exception {
		return this.cookies.session(this.cookies.post(application, "/login?username=" + user + "&password=pw", null));
	}

	private static SseTestClient open(TestApplication application, String session) {
		SseTestClient client = application.to("/join?topics=public").header("Cookie", "SESSION=" + session).connect();
		assertThat(client.status()).isEqualTo(200);
		client.awaitOpen();
		return client;
	}

	@RestController
	@Configuration(proxyBeanMethods = false)
	static class Secured {

		private final SessionRepository<?> repository;

		private final ApplicationEventPublisher publisher;

		/** Of each client. */
		private final Map<String, String> sessions = new ConcurrentHashMap<>();

		Secured(SessionRepository<?> repository, ApplicationEventPublisher publisher) {
			this.repository = repository;
			this.publisher = publisher;
		}

		@GetMapping("/join")
		void join(SseStream stream, HttpServletRequest request, @RequestParam String[] topics,
				@RequestParam(defaultValue = "false") boolean session, @RequestParam(defaultValue = "0") long wait)
				throws InterruptedException {
			HttpSession its = request.getSession(session);
			if (its != null) {
				this.sessions.put(stream.clientId(), its.getId());
			}
			Thread.sleep(wait);
			stream.join(topics);
		}

		@PostMapping("/session")
		void session(HttpSession session) {
		}

		@PostMapping("/idle")
		void idle(HttpSession session, @RequestParam int seconds) {
			session.setMaxInactiveInterval(seconds);
		}

		@PostMapping("/invalidate")
		void invalidate(HttpSession session) {
			session.invalidate();
		}

		@PostMapping("/change-id")
		void changeId(HttpServletRequest request) {
			request.changeSessionId();
		}

		void logOutEverywhere(String user) {
			if (this.repository instanceof FindByIndexNameSessionRepository<?> indexed) {
				indexed.findByPrincipalName(user).keySet().forEach(this.repository::deleteById);
				return;
			}
			for (String id : List.copyOf(this.sessions.values())) {
				Session session = this.repository.findById(id);
				if (session != null && isOf(session, user)) {
					this.repository.deleteById(id);
				}
			}
		}

		static boolean isOf(Session session, String user) {
			SecurityContext context = session.getAttribute("SPRING_SECURITY_CONTEXT");
			return context != null && context.getAuthentication().getName().equals(user);
		}

		@Bean
		SecurityFilterChain filterChain(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.formLogin(Customizer.withDefaults())
				.sessionManagement((sessions) -> sessions.sessionConcurrency((concurrency) -> concurrency
					.maximumSessions((authentication) -> (authentication.getName().equals("once")) ? 1 : -1)))
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(Stream.of("ann", "bob", "eve", "once")
				.map((name) -> User.withUsername(name).password("pw").roles("USER").build())
				.toList());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Registry {

		@Bean
		<S extends Session> SpringSessionBackedSessionRegistry<S> sessionRegistry(
				FindByIndexNameSessionRepository<S> sessions) {
			return new SpringSessionBackedSessionRegistry<>(sessions);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableSpringHttpSession
	static class IndexedStore extends Registry {

		@Bean
		IndexedSessions sessions() {
			return new IndexedSessions();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableSpringHttpSession
	static class PlainStore {

		@Bean
		MapSessionRepository sessions() {
			return new MapSessionRepository(new ConcurrentHashMap<>());
		}

		@Bean
		SessionRegistry sessionRegistry() {
			return new SessionRegistryImpl();
		}

	}

	/**
	 * Sessions in a map that are found by their users too.
	 */
	static class IndexedSessions implements FindByIndexNameSessionRepository<MapSession> {

		private final Map<String, Session> sessions = new ConcurrentHashMap<>();

		private final MapSessionRepository repository = new MapSessionRepository(this.sessions);

		@Override
		public MapSession createSession() {
			return this.repository.createSession();
		}

		@Override
		public void save(MapSession session) {
			this.repository.save(session);
		}

		@Override
		public @Nullable MapSession findById(String id) {
			return this.repository.findById(id);
		}

		@Override
		public void deleteById(String id) {
			this.repository.deleteById(id);
		}

		@Override
		public Map<String, MapSession> findByIndexNameAndIndexValue(String indexName, String indexValue) {
			return this.sessions.values()
				.stream()
				.filter((session) -> Secured.isOf(session, indexValue))
				.collect(Collectors.toMap(Session::getId, MapSession::new));
		}

	}

}
