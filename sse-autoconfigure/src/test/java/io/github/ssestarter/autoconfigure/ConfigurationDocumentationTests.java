package io.github.ssestarter.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/configuration.md} against the metadata that IDEs read.
 */
class ConfigurationDocumentationTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

	private static final Pattern ROW = Pattern.compile(
			"\\| `(?<name>(?:sse|management)\\.[^`]+)` \\| (?<type>[^|]+) \\| (?<default>[^|]+) \\| (?<text>[^|]+) \\|");

	private static final String ENDPOINT = "sse.endpoints[].";

	private static final String ENDPOINT_OPENAPI = ENDPOINT + "openapi.";

	private static final String WINDOW = "sse.history.windows[].";

	private static final String RULE = "sse.security.rules[].";

	private static final String UNSET = "–";

	@Test
	void namesEveryPropertyWithItsTypeAndDefault() throws IOException {
		Map<String, String> documented = documented();
		documented.keySet().removeIf((name) -> name.contains("[]"));
		Map<String, String> properties = new TreeMap<>();
		for (JsonNode property : metadata().get("properties")) {
			properties.put(property.get("name").asString(),
					row(type(property.get("type").asString()), defaultValue(property.get("defaultValue"))));
		}
		assertThat(documented).isEqualTo(properties).isNotEmpty();
	}

	@Test
	void namesEveryPropertyOfAnEndpointWithItsTypeAndDefault() throws IOException {
		assertDocumented(ENDPOINT, new SseProperties.Endpoint());
	}

	@Test
	void namesEveryTextOfAnEndpointWithItsTypeAndDefault() throws IOException {
		assertDocumented(ENDPOINT_OPENAPI, new SseProperties.EndpointOpenapi());
	}

	@Test
	void namesEveryPropertyOfARuleWithItsTypeAndDefault() throws IOException {
		assertDocumented(RULE, new SseProperties.Rule());
	}

	@Test
	void namesEveryPropertyOfAWindowWithItsTypeAndDefault() throws IOException {
		assertDocumented(WINDOW, new SseProperties.HistoryWindow());
	}

	private static void assertDocumented(String prefix, Object element) throws IOException {
		Map<String, String> documented = documented();
		documented.keySet().removeIf((name) -> !name.startsWith(prefix) || name.indexOf('.', prefix.length()) >= 0);
		BeanWrapper bean = new BeanWrapperImpl(element);
		Map<String, String> properties = Arrays.stream(bean.getPropertyDescriptors())
			.filter((property) -> property.getWriteMethod() != null)
			.collect(Collectors.toMap((property) -> prefix + kebabCase(property.getName()),
					(property) -> row(type(property.getPropertyType().getName()),
							defaultValue(bean.getPropertyValue(property.getName())))));
		assertThat(documented).isEqualTo(properties).isNotEmpty();
	}

	@Test
	void everyPropertyHasADescriptionInTheMetadata() throws IOException {
		assertThat(metadata().get("properties")).allSatisfy((property) -> {
			assertThat(property.get("description")).as(property.get("name").asString()).isNotNull();
			assertThat(property.get("description").asString()).endsWith(".");
		});
	}

	@Test
	void hintsAreForPropertiesThatExist() throws IOException {
		Map<String, String> documented = documented();
		assertThat(metadata().get("hints")).isNotEmpty()
			.allSatisfy((hint) -> assertThat(documented).containsKey(hint.get("name").asString()));
	}

	private static Map<String, String> documented() throws IOException {
		Map<String, String> rows = new TreeMap<>();
		for (String line : Files.readAllLines(DOCUMENT)) {
			if (line.startsWith("| `")) {
				Matcher row = ROW.matcher(line);
				assertThat(row.matches()).as("A row of four columns: " + line).isTrue();
				assertThat(rows.put(row.group("name"), row(row.group("type"), row.group("default"))))
					.as("A second row of " + row.group("name"))
					.isNull();
			}
		}
		return rows;
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream input = SseProperties.class.getClassLoader()
			.getResourceAsStream("META-INF/spring-configuration-metadata.json")) {
			assertThat(input).as("The metadata").isNotNull();
			return new JsonMapper().readTree(input);
		}
	}

	private static String row(String type, String defaultValue) {
		return type + ", default " + defaultValue;
	}

	private static String type(String name) {
		String raw = name.replaceFirst("<.*", "");
		return switch (raw) {
			case "java.lang.Boolean" -> "boolean";
			case "java.lang.String" -> "text";
			case "java.lang.Integer" -> "number";
			case "java.time.Duration" -> "duration";
			case "org.springframework.util.unit.DataSize" -> "size";
			case "java.util.List", "java.util.Set" -> "list";
			case "java.util.Map" -> "map";
			default -> choice(ClassUtils.resolveClassName(raw, null));
		};
	}

	private static String choice(Class<?> type) {
		assertThat(type.isEnum()).as("An enum: " + type).isTrue();
		String values = Arrays.stream(type.getEnumConstants())
			.map((value) -> "`" + kebabCase((Enum<?>) value) + "`")
			.collect(Collectors.joining(", "));
		int last = values.lastIndexOf(", ");
		return values.substring(0, last) + " or " + values.substring(last + 2);
	}

	private static String defaultValue(JsonNode value) {
		return (value != null) ? "`" + value.asString().replace('_', '-') + "`" : UNSET;
	}

	private static String defaultValue(Object value) {
		if (value == null || value.toString().equals("[]") || value.toString().equals("{}")) {
			return UNSET;
		}
		if (value instanceof Enum<?> constant) {
			return "`" + kebabCase(constant) + "`";
		}
		return "`" + ((value instanceof Duration duration) ? duration.toSeconds() + "s" : value) + "`";
	}

	private static String kebabCase(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static String kebabCase(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

}
