package io.github.ssestarter.servlet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;

import io.github.ssestarter.format.JsonWriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ResponseJson}. Neither Jackson 2 nor Gson is on their class path.
 */
class ResponseJsonTests {

	private static final JsonWriter NONE = (data, type, view) -> {
		throw new AssertionError("There is a converter for JSON");
	};

	@Test
	void theFirstConverterForJsonThatTakesTheDataWritesIt() {
		JsonWriter json = ResponseJson.of(List.of(new ByteArrayHttpMessageConverter(), new StringHttpMessageConverter(),
				new Quoting(Integer.class), new JacksonJsonHttpMessageConverter()), NONE);
		assertThat(write(json, 1)).isEqualTo("'1'");
		assertThat(write(json, 1L)).isEqualTo("1");
		assertThat(write(json, new byte[] { 1, 2 })).isEqualTo("\"AQI=\"");
	}

	@Test
	void withoutAnyForJsonAnotherWrites() {
		JsonWriter other = (data, type, view) -> new byte[] { 'x' };
		assertThat(write(ResponseJson.of(List.of(new ByteArrayHttpMessageConverter()), other), Map.of()))
			.isEqualTo("x");
		assertThat(write(ResponseJson.of(List.of(), other), Map.of())).isEqualTo("x");
	}

	@Test
	void dataThatNoneTakesIsRefused() {
		JsonWriter json = ResponseJson.of(List.of(new Quoting(Integer.class)), NONE);
		assertThatIllegalArgumentException().isThrownBy(() -> write(json, 1L))
			.withMessage("The data of an event, a java.lang.Long, cannot be written as JSON: none of Spring MVC's"
					+ " converters for application/json takes it [" + Quoting.class.getName() + "]");
	}

	@Test
	void aViewIsKeptToOrRefused() {
		JsonWriter json = ResponseJson.of(List.of(new Quoting(Integer.class)), NONE);
		assertThatIllegalArgumentException().isThrownBy(() -> json.write(1, Integer.class, Number.class))
			.withMessageContaining("it is to be seen in the view java.lang.Number, and " + Quoting.class.getName()
					+ " knows no views");
	}

	@Test
	void whatFailsIsToldWithItsCause() {
		JsonWriter json = ResponseJson.of(List.of(new Quoting(String.class)), NONE);
		assertThatIllegalArgumentException().isThrownBy(() -> write(json, "broken"))
			.withMessage("The data of an event, a java.lang.String, cannot be written as JSON: it is broken")
			.withCauseInstanceOf(IOException.class);
	}

	private static String write(JsonWriter json, Object data) {
		return new String(json.write(data, data.getClass(), null), StandardCharsets.UTF_8);
	}

	private static final class Quoting extends AbstractHttpMessageConverter<Object> {

		private final Class<?> type;

		private Quoting(Class<?> type) {
			super(MediaType.APPLICATION_JSON);
			this.type = type;
		}

		@Override
		protected boolean supports(Class<?> type) {
			return type == this.type;
		}

		@Override
		protected Object readInternal(Class<?> type, HttpInputMessage message) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void writeInternal(Object data, HttpOutputMessage message) throws IOException {
			if (data.equals("broken")) {
				throw new IOException("it is broken");
			}
			message.getBody().write(("'" + data + "'").getBytes(StandardCharsets.UTF_8));
		}

	}

}
