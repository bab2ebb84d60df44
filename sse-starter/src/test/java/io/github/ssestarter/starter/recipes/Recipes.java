package io.github.ssestarter.starter.recipes;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import graphql.GraphQL;
import graphql.schema.DataFetcher;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/**
 * All recipes in one application, with a model and a schema of its own.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan
public class Recipes {

	@Bean
	Parrot model() {
		return new Parrot();
	}

	@Bean
	GraphQL graphQl() {
		DataFetcher<Object> countdown = (environment) -> {
			int from = environment.<Integer>getArgument("from");
			return Flux.range(0, from).map((i) -> from - i);
		};
		DataFetcher<Object> hello = (environment) -> "Hello";
		return GraphQL.newGraphQL(new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse("""
				type Query { hello: String }
				type Subscription { countdown(from: Int!): Int }
				"""),
				RuntimeWiring.newRuntimeWiring()
					.type("Query", (type) -> type.dataFetcher("hello", hello))
					.type("Subscription", (type) -> type.dataFetcher("countdown", countdown))
					.build()))
			.build();
	}

	/**
	 * A model that says what it is told, a few characters at a time and slower than
	 * heartbeats come; and what is endless without an end.
	 */
	public static final class Parrot implements ChatModel {

		private final AtomicInteger cancelled = new AtomicInteger();

		/**
		 * How many answers nobody wanted to hear to the end.
		 */
		public int cancelled() {
			return this.cancelled.get();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			String text = prompt.getContents();
			List<String> tokens = List.of(text.split("(?<=\\G.{3})"));
			Flux<String> all = (text.equals("endless"))
					? Flux.interval(Duration.ofMillis(10)).map((i) -> tokens.get((int) (i % tokens.size())))
					: Flux.fromIterable(tokens).delayElements(Duration.ofMillis(50));
			return all.map((token) -> new ChatResponse(List.of(new Generation(new AssistantMessage(token)))))
				.doOnCancel(this.cancelled::incrementAndGet);
		}

	}

}
