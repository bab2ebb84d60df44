package io.github.ssestarter.servlet;

import java.lang.reflect.Method;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.ssestarter.SseStream;
import io.github.ssestarter.fanout.shard.StreamOptions;
import io.github.ssestarter.fanout.stream.EngineStream;

/**
 * A ready-made endpoint of {@code sse.endpoints}: joins its topics.
 *
 * @since 0.1.0
 */
public final class SseEndpoint {

	private final Settings settings;

	/**
	 * Creates an endpoint.
	 * @param settings what is set for it
	 */
	public SseEndpoint(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Adds the endpoint to Spring MVC.
	 * @param mapping the mapping of annotated controllers, whose options it takes
	 */
	public void register(RequestMappingHandlerMapping mapping) {
		RequestMappingInfo info = RequestMappingInfo.paths(this.settings.path())
			.methods(RequestMethod.GET)
			.options(mapping.getBuilderConfiguration())
			.build();
		mapping.registerMapping(info, this, handlerMethod());
	}

	/**
	 * Where it is found.
	 * @return the path, as it was set
	 */
	public String path() {
		return this.settings.path();
	}

	private static Method handlerMethod() {
		try {
			return SseEndpoint.class.getDeclaredMethod("stream", SseStream.class, HttpServletRequest.class);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Opens a stream.
	 * @param stream the stream
	 * @param request of whose parameters {@code topic} chooses; as they are, since a list
	 * would be split at commas, which topics may have
	 */
	@ResponseBody // for springdoc, which describes no others; the stream is the response
	void stream(SseStream stream, HttpServletRequest request) {
		String[] topics = SseRequest.parameters(request, "topic");
		List<String> chosen = (topics != null) ? List.of(topics) : this.settings.topics();
		for (String topic : chosen) {
			if (!this.settings.topics().contains(topic)) {
				throw new ResponseStatusException(HttpStatus.NOT_FOUND, "No such topic here");
			}
		}
		((EngineStream) stream).setOptions(this.settings.options());
		stream.join(chosen.toArray(new String[0]));
	}

	@Override
	public String toString() {
		return "The endpoint " + this.settings.path();
	}

	/**
	 * What is set for an endpoint.
	 *
	 * @param path the path
	 * @param topics what it offers
	 * @param options what its streams have of their own
	 */
	public record Settings(String path, List<String> topics, StreamOptions options) {
	}

}
