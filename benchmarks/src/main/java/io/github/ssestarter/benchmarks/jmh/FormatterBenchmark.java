package io.github.ssestarter.benchmarks.jmh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.benchmarks.server.Payload;
import io.github.ssestarter.format.JsonWriter;
import io.github.ssestarter.format.SseEventFormatter;

/**
 * An event with a name, JSON and an id to bytes: by our formatter, and as Spring MVC does
 * it for an {@link SseEmitter}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FormatterBenchmark {

	private static final String NAME = "tick";

	private static final String ID = "1763624000000-5.k3f9x2";

	private final Payload payload = Payload.of(12_345_678_901_234L, 1_000_000, 100);

	private final JsonMapper jsonMapper = JsonMapper.builder().build();

	private final SseEventFormatter formatter = new SseEventFormatter(JsonWriter.of(this.jsonMapper), 1_000_000);

	private final List<HttpMessageConverter<?>> converters = List.of(
			new StringHttpMessageConverter(StandardCharsets.UTF_8),
			new JacksonJsonHttpMessageConverter(this.jsonMapper));

	private final MemoryMessage message = new MemoryMessage();

	/**
	 * Ours, as it is sent to one client.
	 * @return the frame
	 */
	@Benchmark
	public byte[] starter() {
		return this.formatter.format(SseEvent.of(NAME, this.payload).id(ID));
	}

	/**
	 * Ours, as it is broadcast: the id is appended when it is known.
	 * @return the frame
	 */
	@Benchmark
	public byte[] starterBroadcast() {
		return SseEventFormatter.complete(this.formatter.formatBody(SseEvent.of(NAME, this.payload)), ID);
	}

	/**
	 * What JSON alone costs.
	 * @return the JSON
	 */
	@Benchmark
	public byte[] jsonAlone() {
		return this.jsonMapper.writeValueAsBytes(this.payload);
	}

	/**
	 * Spring's: the parts of the event, each through the converter that takes it.
	 * @return how many bytes there are
	 */
	@Benchmark
	public int spring() throws IOException {
		this.message.body.reset();
		Set<DataWithMediaType> parts = SseEmitter.event()
			.name(NAME)
			.id(ID)
			.data(this.payload, MediaType.APPLICATION_JSON)
			.build();
		for (DataWithMediaType part : parts) {
			write(part.getData(), part.getMediaType());
		}
		return this.message.body.size();
	}

	@SuppressWarnings("unchecked")
	private void write(Object data, @Nullable MediaType mediaType) throws IOException {
		for (HttpMessageConverter<?> converter : this.converters) {
			if (converter.canWrite(data.getClass(), mediaType)) {
				((HttpMessageConverter<Object>) converter).write(data, mediaType, this.message);
				return;
			}
		}
		throw new IllegalStateException("No converter for " + data.getClass());
	}

	/**
	 * A response in memory, whose array is kept.
	 */
	private static final class MemoryMessage implements HttpOutputMessage {

		private final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);

		private final HttpHeaders headers = new HttpHeaders();

		@Override
		public OutputStream getBody() {
			return this.body;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}
