package io.github.ssestarter.starter;

import java.io.IOException;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializationContext;
import com.google.gson.annotations.JsonAdapter;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.adapter.JsonbAdapter;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;
import io.github.ssestarter.test.SseTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The data of events is the JSON that a controller method would answer, whatever library
 * writes it.
 */
class JsonAsInResponsesTests {

	private static final Map<String, TestApplication> applications = new HashMap<>();

	@AfterAll
	static void close() {
		applications.values().forEach(TestApplication::close);
		applications.clear();
	}

	static Stream<Arguments> mappers() {
		return Stream.of(Arguments.of(Container.TOMCAT, "jackson2"), Arguments.of(Container.JETTY, "jackson2"),
				Arguments.of(Container.TOMCAT, "gson"), Arguments.of(Container.JETTY, "jsonb"));
	}

	static Stream<Arguments> mappersOfJackson() {
		return Stream.of(Arguments.of(Container.TOMCAT, "jackson"), Arguments.of(Container.JETTY, "jackson"),
				Arguments.of(Container.TOMCAT, "jackson2"), Arguments.of(Container.JETTY, "jackson2"));
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void whatAnAnnotationMasksIsMaskedInStreams(Container container, String mapper) {
		TestApplication application = application(container, mapper);
		assertThat(body(application, "/payment")).isEqualTo("{\"card\":\"****1111\"}");
		try (SseTestClient client = application.connect("/live/payment")) {
			client.skipTo("sent");
			application.broadcaster().broadcast("published", Live.PAYMENT);
			client.skipTo("published");
			assertThat(client.raw()).contains("event: connected\ndata: {\"clientId\":")
				.contains("event: sent\ndata: {\"card\":\"****1111\"}\n")
				.contains("event: published\ndata: {\"card\":\"****1111\"}\n");
		}
	}

	@ParameterizedTest
	@MethodSource("mappersOfJackson")
	void aListOfASealedTypeTellsTheTypes(Container container, String mapper) {
		TestApplication application = application(container, mapper);
		String body = body(application, "/shapes");
		assertThat(body).isEqualTo("[{\"type\":\"circle\",\"radius\":1}]");
		try (SseTestClient client = application.connect("/live/shapes")) {
			client.expect("sent", body);
			application.broadcaster()
				.send(SseAudience.topic("shapes"),
						SseEvent.of("published", Live.SHAPES, new ParameterizedTypeReference<>() {
						}));
			client.expect("published", body);
		}
	}

	@ParameterizedTest
	@MethodSource("mappersOfJackson")
	void aMethodWithAViewSendsWhatItWouldReturn(Container container, String mapper) {
		TestApplication application = application(container, mapper);
		String body = body(application, "/person");
		assertThat(body).isEqualTo("{\"name\":\"Ada\"}");
		try (SseTestClient client = application.connect("/live/person")) {
			client.expect("sent", body);
			client.expect("whole", "{\"name\":\"Ada\",\"salary\":1}");
			application.broadcaster()
				.send(SseAudience.topic("person"), SseEvent.of("published", Live.PERSON).view(Public.class));
			client.expect("published", body);
		}
	}

	@ParameterizedTest
	@MethodSource("mappersOfJackson")
	void whatCannotBeWrittenIsToldToWhoSendsIt(Container container, String mapper) {
		TestApplication application = application(container, mapper);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> application.broadcaster().broadcast("broken", new Broken()))
			.withMessageStartingWith(
					"The data of an event, a " + Broken.class.getName() + ", cannot be written as JSON: ")
			.withMessageContaining("no answer");
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void problemsAndListsAreDataAndBytesAreNotSentAsTheyAre(Container container, String mapper) {
		TestApplication application = application(container, mapper);
		try (SseTestClient client = application.connect("/live/shapes")) {
			client.skipTo("sent");
			application.broadcaster().broadcast("problem", ProblemDetail.forStatus(410));
			assertThat(client.skipTo("problem").data()).contains("410");
			application.broadcaster().broadcast("list", List.of("a", "b"));
			client.expect("list", "[\"a\",\"b\"]");
			application.broadcaster().broadcast("bytes", new byte[] { -1, 10 });
			assertThat(client.skipTo("bytes").data()).isIn("\"/wo=\"", "[-1,10]");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aViewThatCannotBeKeptToIsRefused(Container container) {
		String mapper = (container == Container.TOMCAT) ? "gson" : "jsonb";
		TestApplication application = application(container, mapper);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> application.broadcaster()
				.send(SseAudience.everyone(), SseEvent.of("published", Live.PERSON).view(Public.class)))
			.withMessageContaining("knows no views");
	}

	private static TestApplication application(Container container, String mapper) {
		return applications.computeIfAbsent(container + mapper, (name) -> TestApplication.start(container,
				List.of(Live.class, OtherMappers.class), "spring.http.converters.preferred-json-mapper=" + mapper));
	}

	private static String body(TestApplication application, String path) {
		return String.valueOf(RestClient.create().get().uri(application.url(path)).retrieve().body(String.class));
	}

	private static String masked(String card) {
		return "****" + card.substring(card.length() - 4);
	}

	@RestController
	static class Live {

		private static final Payment PAYMENT = new Payment("4111111111111111");

		private static final List<Shape> SHAPES = List.of(new Circle(1));

		private static final Person PERSON = new Person("Ada", 1);

		@GetMapping("/payment")
		Payment payment() {
			return PAYMENT;
		}

		@GetMapping("/shapes")
		List<Shape> shapes() {
			return SHAPES;
		}

		@GetMapping("/person")
		@JsonView(Public.class)
		Person person() {
			return PERSON;
		}

		@GetMapping("/live/payment")
		void livePayment(SseStream stream) {
			stream.join("payment").send("sent", PAYMENT);
		}

		@GetMapping("/live/shapes")
		void liveShapes(SseStream stream) {
			stream.join("shapes").send(SseEvent.of("sent", SHAPES, new ParameterizedTypeReference<>() {
			}));
		}

		@GetMapping("/live/person")
		@JsonView(Public.class)
		void livePerson(SseStream stream) {
			stream.join("person").send("sent", PERSON);
			stream.send(SseEvent.of("whole", PERSON).view(Everything.class));
		}

	}

	/**
	 * As Spring Boot's modules for them have them, which not all versions have.
	 */
	static class OtherMappers {

		@Bean
		Gson gson() {
			return new Gson();
		}

		@Bean
		Jsonb jsonb() {
			return JsonbBuilder.create();
		}

	}

	interface Public {

	}

	interface Everything extends Public {

	}

	public record Person(@JsonView(Public.class) String name, @JsonView(Everything.class) int salary) {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
	@JsonSubTypes(@JsonSubTypes.Type(value = Circle.class, name = "circle"))
	public sealed interface Shape permits Circle {

	}

	public record Circle(int radius) implements Shape {

	}

	public static final class Broken {

		public String getAnswer() {
			throw new IllegalStateException("no answer");
		}

	}

	/**
	 * Masks its card by whichever library writes it, but for Jackson 3.
	 */
	public static final class Payment {

		@JsonSerialize(using = MaskOfJackson2.class)
		@JsonAdapter(MaskOfGson.class)
		@JsonbTypeAdapter(MaskOfJsonb.class)
		public final String card;

		Payment(String card) {
			this.card = card;
		}

	}

	public static final class MaskOfJackson2 extends JsonSerializer<String> {

		@Override
		public void serialize(String card, JsonGenerator generator, SerializerProvider serializers) throws IOException {
			generator.writeString(masked(card));
		}

	}

	public static final class MaskOfGson implements com.google.gson.JsonSerializer<String> {

		@Override
		public JsonElement serialize(String card, Type type, JsonSerializationContext context) {
			return new JsonPrimitive(masked(card));
		}

	}

	public static final class MaskOfJsonb implements JsonbAdapter<String, String> {

		@Override
		public String adaptToJson(String card) {
			return masked(card);
		}

		@Override
		public String adaptFromJson(String card) {
			return card;
		}

	}

}
