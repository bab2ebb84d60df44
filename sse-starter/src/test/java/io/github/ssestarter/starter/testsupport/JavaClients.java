package io.github.ssestarter.starter.testsupport;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The Java clients of {@link ClientLibrary}.
 */
final class JavaClients {

	private JavaClients() {
	}

	static AutoCloseable okHttpEventSource(String url, Consumer<Sight> tell) {
		BackgroundEventHandler handler = new BackgroundEventHandler() {

			@Override
			public void onOpen() {
				tell.accept(Sight.of("open"));
			}

			@Override
			public void onClosed() {
				tell.accept(Sight.of("end"));
			}

			@Override
			public void onMessage(String event, MessageEvent message) {
				tell.accept(new Sight("event", event, message.getData(), message.getLastEventId()));
			}

			@Override
			public void onComment(String comment) {
				tell.accept(Sight.of("comment"));
			}

			@Override
			public void onError(Throwable error) {
				tell.accept(Sight.of("error"));
			}

		};
		BackgroundEventSource source = new BackgroundEventSource.Builder(handler,
				new EventSource.Builder(ConnectStrategy.http(URI.create(url))))
			.build();
		source.start();
		return source;
	}

	static AutoCloseable okHttpSse(String url, Consumer<Sight> tell) {
		EventSourceListener listener = new EventSourceListener() {

			@Override
			public void onEvent(okhttp3.sse.EventSource source, @Nullable String id, @Nullable String type,
					String data) {
				tell.accept(new Sight("event", type, data, id));
			}

			@Override
			public void onClosed(okhttp3.sse.EventSource source) {
				tell.accept(Sight.of("closed"));
			}

			@Override
			public void onFailure(okhttp3.sse.EventSource source, @Nullable Throwable error,
					@Nullable Response response) {
				tell.accept(Sight.of("closed"));
			}

		};
		OkHttpClient client = new OkHttpClient();
		okhttp3.sse.EventSource source = EventSources.createFactory(client)
			.newEventSource(new Request.Builder().url(url).build(), listener);
		return () -> {
			source.cancel();
			client.dispatcher().executorService().shutdown();
		};
	}

	static AutoCloseable jersey(String url, Consumer<Sight> tell) {
		Client client = ClientBuilder.newClient();
		SseEventSource source = SseEventSource.target(client.target(url)).build();
		source.register((event) -> tell.accept(new Sight("event", event.getName(), event.readData(), event.getId())),
				(error) -> tell.accept(Sight.of("error")), () -> tell.accept(Sight.of("closed")));
		source.open();
		return () -> {
			// Both wait for a stream that is open, the client for five seconds
			source.close(1, TimeUnit.MILLISECONDS);
			new Thread(client::close).start();
		};
	}

	static AutoCloseable webClient(String url, Consumer<Sight> tell) {
		return WebClient.create(url)
			.get()
			.accept(MediaType.TEXT_EVENT_STREAM)
			.retrieve()
			.bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {
			})
			.subscribe((event) -> tell.accept(new Sight("event", event.event(), event.data(), event.id())),
					(error) -> tell.accept(Sight.of("closed")), () -> tell.accept(Sight.of("closed")))::dispose;
	}

	/**
	 * What a client sees.
	 *
	 * @param type as in {@link ClientLibraries.Seen}
	 * @param name of an event
	 * @param data of an event
	 * @param id of an event
	 */
	record Sight(String type, @Nullable String name, @Nullable String data, @Nullable String id) {

		static Sight of(String type) {
			return new Sight(type, null, null, null);
		}

	}

}
