package io.github.ssestarter.openapi;

import java.util.List;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;

import io.github.ssestarter.SseClient;

/**
 * Describes operations that name their caller's stream. Comes before customizers of the
 * application, which have the last word.
 *
 * @since 0.1.0
 */
public final class ClientOperations implements GlobalOperationCustomizer, Ordered {

	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	public Operation customize(Operation operation, HandlerMethod method) {
		if (List.of(method.getMethod().getParameterTypes()).contains(SseClient.class)) {
			StreamOperations.add(operation,
					new HeaderParameter().name(StreamOperations.CLIENT_ID_HEADER)
						.required(true)
						.description("The client's id, as its stream has told it")
						.schema(new StringSchema()));
			ApiResponses responses = operation.getResponses();
			if (responses == null) {
				responses = new ApiResponses();
				operation.setResponses(responses);
			}
			responses.computeIfAbsent("400", (status) -> new ApiResponse().description("The client's id is none"));
			responses.computeIfAbsent("404",
					(status) -> new ApiResponse().description("The client has no stream open"));
		}
		return operation;
	}

}
