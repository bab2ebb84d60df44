import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.sse.SseClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

public class Client implements BiFunction<String, Consumer<String[]>, AutoCloseable> {

	@Override
	public AutoCloseable apply(String url, Consumer<String[]> tell) {
		try {
			SseClient client = SseClient.create(new URL(url));
			Disposable subscription = Flux.from(client.eventStream(HttpRequest.GET(URI.create(url)), String.class))
				.subscribe(
						(event) -> tell.accept(new String[] { "event", event.getName(), event.getData(), event.getId() }),
						(error) -> tell.accept(new String[] { "closed" }), () -> tell.accept(new String[] { "closed" }));
			return () -> {
				subscription.dispose();
				// It waits for its threads
				new Thread(((HttpClient) client)::close).start();
			};
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
