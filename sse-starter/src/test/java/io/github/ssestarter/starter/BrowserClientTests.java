package io.github.ssestarter.starter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How {@code sse-client.js} is served. What it does in a page is tested in the sample.
 */
class BrowserClientTests {

	private static final int MAX_ZIPPED = 6_000;

	private final HttpClient client = HttpClient.newHttpClient();

	@ParameterizedTest
	@EnumSource
	void itIsServedWithItsTypesAndAsksWhetherItIsTheSame(Container container) throws Exception {
		try (TestApplication application = TestApplication.start(container, PagesElsewhere.class,
				"sse.browser-client.enabled=true", "sse.browser-client.path=/assets/live.js",
				"server.compression.enabled=true")) {
			HttpResponse<String> script = get(application, "/assets/live.js", null);
			assertThat(script.statusCode()).isEqualTo(200);
			assertThat(header(script, "Content-Type")).isEqualToIgnoringCase("text/javascript;charset=UTF-8");
			assertThat(header(script, "Cache-Control")).isEqualTo("no-cache");
			assertThat(header(script, "Access-Control-Allow-Origin")).isEqualTo("https://pages.example");
			assertThat(script.body()).contains("export class SseClient {");
			HttpResponse<String> again = get(application, "/assets/live.js", header(script, "ETag"));
			assertThat(again.statusCode()).isEqualTo(304);
			assertThat(again.body()).isEmpty();
			assertThat(get(application, "/assets/live.js", "\"other\"").statusCode()).isEqualTo(200);
			assertThat(header(this.client.send(HttpRequest.newBuilder(URI.create(application.url("/assets/live.js")))
				.header("Accept-Encoding", "gzip")
				.build(), HttpResponse.BodyHandlers.discarding()), "Content-Encoding")).isEqualTo("gzip");
			HttpResponse<String> types = get(application, "/assets/live.d.ts", null);
			assertThat(header(types, "Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
			assertThat(types.body()).contains("export class SseClient<");
			assertThat(get(application, "/sse-client.js", null).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void itIsSmall() throws IOException {
		byte[] script = new ClassPathResource("io/github/ssestarter/browser/sse-client.js").getContentAsByteArray();
		assertThat(new String(script, StandardCharsets.US_ASCII)).isEqualTo(new String(script, StandardCharsets.UTF_8));
		ByteArrayOutputStream zipped = new ByteArrayOutputStream();
		try (OutputStream output = new DeflaterOutputStream(zipped, new Deflater(Deflater.BEST_COMPRESSION, true))) {
			output.write(script);
		}
		assertThat(zipped.size()).isLessThan(MAX_ZIPPED - 18);
	}

	private HttpResponse<String> get(TestApplication application, String path, @Nullable String etag) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(application.url(path)))
			.header("Origin", "https://pages.example");
		if (etag != null) {
			request.header("If-None-Match", etag);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static String header(HttpResponse<?> response, String name) {
		return response.headers().firstValue(name).orElse("");
	}

	@Configuration(proxyBeanMethods = false)
	static class PagesElsewhere implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/assets/**").allowedOrigins("https://pages.example");
		}

	}

}
