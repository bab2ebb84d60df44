package io.github.ssestarter.starter.recipes;

import java.util.Map;
import java.util.stream.Stream;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

@RestController
class GraphQlStreamController {

	private final GraphQL graphQl;

	GraphQlStreamController(GraphQL graphQl) {
		this.graphQl = graphQl;
	}

	@PostMapping("/graphql/stream")
	void execute(@RequestBody Request request, SseStream stream) {
		try (Stream<ExecutionResult> results = results(this.graphQl.execute(request.toInput()))) {
			results.forEach((result) -> stream.send("next", result.toSpecification()));
		}
		stream.send(SseEvent.named("complete"));
	}

	private static Stream<ExecutionResult> results(ExecutionResult result) {
		if (result.getData() instanceof Publisher<?> subscription) {
			return Flux.from(subscription).cast(ExecutionResult.class).toStream(1);
		}
		return Stream.of(result);
	}

	record Request(String query, @Nullable String operationName, @Nullable Map<String, Object> variables) {

		ExecutionInput toInput() {
			return ExecutionInput.newExecutionInput(this.query)
				.operationName(this.operationName)
				.variables((this.variables != null) ? this.variables : Map.of())
				.build();
		}

	}

}
