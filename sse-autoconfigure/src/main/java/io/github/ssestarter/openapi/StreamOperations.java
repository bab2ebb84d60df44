package io.github.ssestarter.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;

import io.github.ssestarter.SseStream;

/**
 * Describes operations whose answer is a stream. Comes before customizers of the
 * application, which have the last word.
 *
 * @since 0.1.0
 */
public final class StreamOperations implements GlobalOperationCustomizer, Ordered {

	private static final String EVENT_STREAM = org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE;

	static final String CLIENT_ID_HEADER = "Sse-Client-Id";

	private final Function<Object, @Nullable StreamDescription> endpoints;

	private final StreamAnswers answers;

	/**
	 * Creates it.
	 * @param endpoints what is known of a ready-made endpoint, {@code null} for any other
	 * handler
	 * @param answers what is the same of all streams
	 */
	public StreamOperations(Function<Object, @Nullable StreamDescription> endpoints, StreamAnswers answers) {
		this.endpoints = endpoints;
		this.answers = answers;
	}

	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	public Operation customize(Operation operation, HandlerMethod method) {
		if (List.of(method.getMethod().getParameterTypes()).contains(SseStream.class)) {
			StreamDescription endpoint = this.endpoints.apply(method.getBean());
			StreamDescription description = (endpoint != null) ? endpoint
					: StreamDescription.of(EventDescription.ofMethod(method));
			addTexts(operation, description);
			addParameters(operation, description.topics());
			addAnswers(operation, description);
		}
		return operation;
	}

	private static void addTexts(Operation operation, StreamDescription description) {
		if (description.operationId() != null) {
			operation.setOperationId(description.operationId());
		}
		if (description.summary() != null) {
			operation.setSummary(description.summary());
		}
		if (description.description() != null) {
			operation.setDescription(description.description());
		}
		if (!description.tags().isEmpty()) {
			operation.setTags(new ArrayList<>(description.tags()));
		}
	}

	private void addParameters(Operation operation, List<String> topics) {
		if (!topics.isEmpty()) {
			StringSchema topic = new StringSchema();
			topics.forEach(topic::addEnumItem);
			add(operation,
					new QueryParameter().name("topic")
						.required(false)
						.description("Which of the topics to hear; all of them, unless given")
						.schema(new ArraySchema().items(topic)));
		}
		add(operation,
				new HeaderParameter().name("Last-Event-ID")
					.required(false)
					.description("Id of the last event that the client has: it hears what came after it."
							+ " An EventSource sends it of itself when it comes back")
					.schema(new StringSchema()));
		String clientId = this.answers.clientIdParameter();
		if (clientId != null) {
			add(operation,
					new QueryParameter().name(clientId)
						.required(false)
						.description("Id that the client was given with an earlier stream, in the header "
								+ CLIENT_ID_HEADER + ", and wants to keep")
						.schema(new StringSchema()));
		}
	}

	/**
	 * Adds a parameter, unless the application has described it.
	 */
	static void add(Operation operation, Parameter parameter) {
		List<Parameter> present = (operation.getParameters() != null) ? operation.getParameters() : List.of();
		if (present.stream()
			.noneMatch((other) -> parameter.getName().equals(other.getName())
					&& parameter.getIn().equals(other.getIn()))) {
			operation.addParametersItem(parameter);
		}
	}

	private void addAnswers(Operation operation, StreamDescription description) {
		ApiResponses responses = operation.getResponses();
		if (responses == null) {
			responses = new ApiResponses();
			operation.setResponses(responses);
		}
		addStream(responses.computeIfAbsent("200", (status) -> new ApiResponse()), description.events());
		if (!description.topics().isEmpty()) {
			add(responses, "404", "There is no such topic here", false);
		}
		add(responses, "406", "The client does not take " + EVENT_STREAM, false);
		if (this.answers.mayBeDuplicate()) {
			add(responses, "409", "The client has a stream open already", true);
		}
		if (this.answers.mayBeTooMany()) {
			add(responses, "429", "The client has too many streams open, or opens too many", true);
		}
		if (this.answers.mayHaveNoRoom()) {
			add(responses, "503", "There is no room for another stream now", true);
		}
	}

	private static void addStream(ApiResponse response, List<EventDescription> events) {
		if (response.getDescription() == null || response.getDescription().equals("OK")) {
			response.setDescription("A stream of events, which stays open");
		}
		if (response.getHeaders() == null || !response.getHeaders().containsKey(CLIENT_ID_HEADER)) {
			response.addHeaderObject(CLIENT_ID_HEADER,
					new Header().description("The client's id, by which later requests name its stream")
						.schema(new StringSchema()));
		}
		Content content = response.getContent();
		if (content == null) {
			content = new Content();
			response.setContent(content);
		}
		StreamContent.tell(content.computeIfAbsent(EVENT_STREAM, (type) -> new MediaType()), events);
	}

	private static void add(ApiResponses responses, String status, String description, boolean isLater) {
		if (responses.containsKey(status)) {
			return;
		}
		ApiResponse response = new ApiResponse().description(description);
		if (isLater) {
			response.addHeaderObject(HttpHeaders.RETRY_AFTER,
					new Header().description("After how many seconds to come back").schema(new IntegerSchema()));
		}
		responses.addApiResponse(status, response);
	}

}
