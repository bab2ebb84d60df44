package io.github.ssestarter.autoconfigure.openapi;

import java.util.List;
import java.util.Map;
import java.util.Set;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.webmvc.core.configuration.MultipleOpenApiSupportConfiguration;
import org.springdoc.webmvc.core.configuration.SpringDocWebMvcConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.json.JsonContent;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

import io.github.ssestarter.SseClient;
import io.github.ssestarter.SseEventType;
import io.github.ssestarter.SseEvents;
import io.github.ssestarter.SseStream;
import io.github.ssestarter.autoconfigure.SseAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SseOpenApiAutoConfiguration}.
 */
class SseOpenApiAutoConfigurationTests {

	private static final String STREAM = "$.paths['/count'].get";

	private static final String CONTENT = STREAM + ".responses.200.content['text/event-stream']";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SseAutoConfiguration.class,
				SpringDocConfiguration.class, SpringDocConfigProperties.class, SpringDocWebMvcConfiguration.class,
				MultipleOpenApiSupportConfiguration.class, SseOpenApiAutoConfiguration.class))
		.withUserConfiguration(Streams.class);

	@Test
	void aMethodsStreamIsDescribed() {
		this.runner.run((context) -> {
			JsonContent document = document(context);
			assertThat(keys(document, STREAM + ".responses")).containsExactly("200", "406");
			assertThat(document).extractingPath(CONTENT + ".schema").isEqualTo(json("{'type':'string'}"));
			assertThat(document).extractingPath(STREAM + ".parameters[*]['in','name','required']")
				.isEqualTo(json("[{'in':'header','name':'Last-Event-ID','required':false},"
						+ "{'in':'query','name':'clientId','required':false}]"));
			assertThat(document).extractingPath(STREAM + ".responses.200.headers['Sse-Client-Id'].schema.type")
				.isEqualTo("string");
		});
	}

	@Test
	void itsItemIsOneOfTheEventsByName() {
		this.runner.run((context) -> {
			JsonContent document = document(context);
			String item = CONTENT + "['x-oai-itemSchema'].oneOf";
			assertThat(document).extractingPath(item + "[*].properties.event.const")
				.isEqualTo(List.of("tick", "message", "done", "connected", "sse-gap", "sse-busy", "sse-end"));
			assertThat(document).extractingPath(item + "[0]")
				.isEqualTo(json("{'type':'object','properties':{'event':{'const':'tick'},"
						+ "'data':{'type':'string','contentMediaType':'application/json',"
						+ "'contentSchema':{'$ref':'#/components/schemas/Tick'}},'id':{'type':'string'},"
						+ "'retry':{'type':'integer','minimum':0}},'required':['event','data']}"));
			assertThat(document).extractingPath(item + "[1].properties.data").isEqualTo(json("{'type':'string'}"));
			assertThat(document).extractingPath(item + "[1].required").isEqualTo(List.of("data"));
			assertThat(document).extractingPath(item + "[2].properties.data").isEqualTo(json("{'const':''}"));
			assertThat(document).extractingPath("$.components.schemas.Tick.properties")
				.isEqualTo(json("{'i':{'type':'integer','format':'int32'}}"));
			assertThat(document).extractingPath("$.components.schemas.SseEnd.properties.reason.enum")
				.asArray()
				.contains("COMPLETED", "SHUTDOWN");
		});
	}

	@Test
	void anEventOfTheApplicationsOwnNamedLikeOneOfOursIsItsOwn() {
		this.runner.withPropertyValues("sse.event.connected-name=tick", "sse.event.close-name=")
			.run((context) -> assertThat(document(context))
				.extractingPath(CONTENT + "['x-oai-itemSchema'].oneOf[*].properties.event.const")
				.isEqualTo(List.of("tick", "message", "done", "sse-gap", "sse-busy")));
	}

	@Test
	void whatIsNotToldIsAnyEvent() {
		this.runner.run((context) -> assertThat(document(context))
			.extractingPath("$.paths['/any'].get.responses.200.content['text/event-stream']['x-oai-itemSchema']")
			.isEqualTo(json("{'type':'object','properties':{'event':{'type':'string'},'data':{'type':'string'},"
					+ "'id':{'type':'string'},'retry':{'type':'integer','minimum':0}},'required':['data']}")));
	}

	@Test
	void whereTheDocumentIsNewerItSaysSoInItsWords() {
		this.runner.withUserConfiguration(Newer.class).run((context) -> {
			JsonContent document = document(context);
			assertThat(keys(document, CONTENT)).containsExactly("itemSchema");
			assertThat(document).extractingPath(CONTENT + ".itemSchema.oneOf[0].properties.event.const")
				.isEqualTo("tick");
		});
	}

	@Test
	void whereTheDocumentIsOlderTheItemIsTheSame() {
		this.runner.withPropertyValues("springdoc.api-docs.version=openapi_3_0").run((context) -> {
			JsonContent document = document(context);
			assertThat(document).extractingPath("$.openapi").asString().startsWith("3.0");
			assertThat(document).extractingPath(CONTENT + "['x-oai-itemSchema'].oneOf[0].properties.data.contentSchema")
				.isEqualTo(json("{'$ref':'#/components/schemas/Tick'}"));
			assertThat(document).extractingPath(CONTENT + "['x-oai-itemSchema'].oneOf[0].properties.event.const")
				.isEqualTo("tick");
		});
	}

	@Test
	void aStreamAsTheReturnTypeIsNoBody() {
		this.runner.run((context) -> {
			JsonContent document = document(context);
			assertThat(keys(document, "$.paths['/any'].get.responses.200.content"))
				.containsExactly("text/event-stream");
			assertThat(keys(document, "$.components.schemas")).doesNotContain("SseStream");
		});
	}

	@Test
	void limitsAreDescribedWhereTheyAreSet() {
		this.runner
			.withPropertyValues("sse.limits.max-streams=10", "sse.limits.max-streams-per-user=2",
					"sse.client-id.on-duplicate=reject")
			.run((context) -> {
				JsonContent document = document(context);
				assertThat(keys(document, STREAM + ".responses")).containsExactly("200", "406", "409", "429", "503");
				assertThat(document).extractingPath(STREAM + ".responses[*].headers['Retry-After'].schema.type")
					.isEqualTo(List.of("integer", "integer", "integer"));
			});
	}

	@Test
	void readyMadeEndpointsAreDescribed() {
		this.runner
			.withPropertyValues("sse.endpoints[0].path=/live", "sse.endpoints[0].topics=a,b",
					"sse.endpoints[0].openapi.operation-id=hearAll", "sse.endpoints[0].openapi.summary=All of it",
					"sse.endpoints[0].openapi.description=In detail", "sse.endpoints[0].openapi.tags=live,all",
					"sse.endpoints[0].openapi.items.tick=" + Tick.class.getName(),
					"sse.endpoints[1].path=/live/everyone-else")
			.run((context) -> {
				JsonContent document = document(context);
				String live = "$.paths['/live'].get";
				assertThat(document).extractingPath(live + "['operationId','summary','description','tags']")
					.isEqualTo(json("{'operationId':'hearAll','summary':'All of it','description':'In detail',"
							+ "'tags':['live','all']}"));
				assertThat(document).extractingPath(live + ".parameters[0].schema.items.enum")
					.isEqualTo(List.of("a", "b"));
				assertThat(keys(document, live + ".responses")).containsExactly("200", "404", "406");
				assertThat(document).extractingPath(live
						+ ".responses.200.content['text/event-stream']['x-oai-itemSchema'].oneOf[0].properties.event.const")
					.isEqualTo("tick");
				assertThat(document).extractingPath("$.paths['/live/everyone-else'].get['operationId','tags']")
					.isEqualTo(json("{'operationId':'liveEveryoneElse','tags':['sse']}"));
			});
	}

	@Test
	void twoEndpointsOfOneOperationIdAreRefused() {
		this.runner
			.withPropertyValues("sse.endpoints[0].path=/a", "sse.endpoints[0].openapi.operation-id=hear",
					"sse.endpoints[1].path=/b", "sse.endpoints[1].openapi.operation-id=hear")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("'sse.endpoints[1].openapi.operation-id' has the invalid value 'hear'"));
	}

	@Test
	void operationIdsAreAllDifferent() {
		this.runner.withPropertyValues("sse.endpoints[0].path=/count/it", "sse.endpoints[1].path=/count/It")
			.run((context) -> assertThat(document(context)).extractingPath("$.paths[*][*].operationId")
				.asArray()
				.hasSizeGreaterThan(4)
				.doesNotHaveDuplicates());
	}

	@Test
	void whoNamesItsStreamTellsItsId() {
		this.runner.run((context) -> {
			JsonContent document = document(context);
			assertThat(document).extractingPath("$.paths['/ask'].post.parameters[*]['in','name','required']")
				.isEqualTo(json("[{'in':'header','name':'Sse-Client-Id','required':true}]"));
			assertThat(keys(document, "$.paths['/ask'].post.responses")).containsExactly("200", "400", "404");
		});
	}

	@Test
	void itCanBeSwitchedOff() {
		this.runner.withPropertyValues("sse.openapi.enabled=false", "sse.endpoints[0].path=/live").run((context) -> {
			JsonContent document = document(context);
			assertThat(document).doesNotHavePath(STREAM + ".responses.406");
			assertThat(keys(document, "$.paths")).doesNotContain("/live");
		});
	}

	@Test
	void springdocIsNotNeeded() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class,
					WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class, SseAutoConfiguration.class,
					SseOpenApiAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springdoc", "io.swagger"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SseOpenApiAutoConfiguration.class));
		this.runner.withPropertyValues("springdoc.api-docs.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SseOpenApiAutoConfiguration.class));
	}

	private static JsonContent document(WebApplicationContext context) throws Exception {
		return new JsonContent(
				MockMvcTester.from(context).get().uri("/v3/api-docs").exchange().getResponse().getContentAsString());
	}

	private static Set<String> keys(JsonContent document, String path) {
		Map<String, Object> object = JsonPath.read(document.getJson(), path);
		return object.keySet();
	}

	private static Object json(String text) {
		return JsonPath.parse(text.replace('\'', '"')).json();
	}

	record Tick(int i) {
	}

	@RestController
	static class Streams {

		@GetMapping("/count")
		@SseEvents({ @SseEventType(name = "tick", data = Tick.class), @SseEventType(data = String.class),
				@SseEventType(name = "done") })
		void stream(SseStream stream) {
			stream.join("ticks");
		}

		@GetMapping("/any")
		SseStream any(SseStream stream) {
			return stream.join();
		}

		@GetMapping("/other")
		void any(String query, SseStream stream) {
			stream.join(query);
		}

		@PostMapping("/ask")
		void ask(SseClient caller) {
			caller.send("answer", "yes");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Newer {

		@Bean
		OpenApiCustomizer newer() {
			return (document) -> document.openapi("3.2.0");
		}

	}

}
