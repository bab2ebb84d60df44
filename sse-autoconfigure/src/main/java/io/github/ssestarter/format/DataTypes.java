package io.github.ssestarter.format;

import java.io.InputStream;
import java.io.Reader;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseEvent;

/**
 * Tells data from what would only bring data, or is about a response. JSON writes such
 * things as beans, if at all, and no client has a use for that.
 */
final class DataTypes {

	private static final String NONE = "";

	/** By name, since not all of the types have to be there. */
	private static final Map<String, String> REMEDIES = remedies();

	private static final ClassValue<String> FOUND = new ClassValue<>() {

		@Override
		protected String computeValue(Class<?> type) {
			return find(type);
		}

	};

	private DataTypes() {
	}

	/**
	 * Refuses what is no data.
	 * @throws IllegalArgumentException if it is none, with the remedy
	 */
	static void require(Object data) {
		String remedy = FOUND.get(data.getClass());
		if (!remedy.isEmpty()) {
			throw new IllegalArgumentException("A " + data.getClass().getName() + " is not data: " + remedy);
		}
	}

	private static String find(@Nullable Class<?> type) {
		if (type == null) {
			return NONE;
		}
		String remedy = REMEDIES.getOrDefault(type.getName(), find(type.getSuperclass()));
		for (Class<?> each : type.getInterfaces()) {
			remedy = (remedy.isEmpty()) ? find(each) : remedy;
		}
		return remedy;
	}

	private static Map<String, String> remedies() {
		Map<String, String> remedies = new HashMap<>();
		put(remedies,
				"subscribe to it, and send each of its elements, such as in"
						+ " flux.doOnNext((element) -> stream.send(\"name\", element)).blockLast()",
				Flow.Publisher.class.getName(), "org.reactivestreams.Publisher",
				"io.reactivex.rxjava3.core.ObservableSource", "io.reactivex.rxjava3.core.SingleSource",
				"io.reactivex.rxjava3.core.MaybeSource", "io.smallrye.mutiny.Uni", "kotlinx.coroutines.flow.Flow");
		put(remedies, "send its result, such as in future.thenAccept((result) -> stream.send(\"name\", result))",
				Future.class.getName(), CompletionStage.class.getName(), "kotlinx.coroutines.Deferred");
		put(remedies, "send its elements one by one, or a List of them, such as stream.toList()",
				BaseStream.class.getName(), Iterator.class.getName());
		put(remedies, "read it, and send what it holds as text, or a link to it", InputStream.class.getName(),
				Reader.class.getName(), "org.springframework.core.io.InputStreamSource");
		put(remedies, "send what the client is to know of it, such as a ProblemDetail; its stack trace is for the log",
				Throwable.class.getName());
		put(remedies, "it is an event, to be sent as it is, and not as the data of another", SseEvent.class.getName(),
				"org.springframework.http.codec.ServerSentEvent");
		put(remedies,
				"send an SseEvent, such as SseEvent.of(\"name\", data).id(\"1\"), and set headers and status on the"
						+ " HttpServletResponse",
				"org.springframework.web.servlet.mvc.method.annotation.SseEmitter$SseEventBuilder",
				"org.springframework.http.ResponseEntity");
		return remedies;
	}

	private static void put(Map<String, String> remedies, String remedy, String... types) {
		for (String type : types) {
			remedies.put(type, remedy);
		}
	}

}
