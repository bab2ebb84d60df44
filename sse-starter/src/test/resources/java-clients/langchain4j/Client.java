import java.util.function.BiFunction;
import java.util.function.Consumer;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.sse.DefaultServerSentEventParser;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventListener;

public class Client implements BiFunction<String, Consumer<String[]>, AutoCloseable> {

	@Override
	public AutoCloseable apply(String url, Consumer<String[]> tell) {
		HttpClient client = JdkHttpClient.builder().build();
		client.execute(HttpRequest.builder().method(HttpMethod.GET).url(url).build(), new DefaultServerSentEventParser(),
				new ServerSentEventListener() {

					@Override
					public void onEvent(ServerSentEvent event) {
						tell.accept(new String[] { "event", event.event(), event.data(), null });
					}

					@Override
					public void onError(Throwable error) {
						tell.accept(new String[] { "closed" });
					}

					@Override
					public void onClose() {
						tell.accept(new String[] { "closed" });
					}

				});
		// It has no way to end a stream
		return () -> {
		};
	}

}
