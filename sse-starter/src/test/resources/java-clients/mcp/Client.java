import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import reactor.core.Disposable;

/**
 * The stream on which a server sends of itself. What is heard is the method of a
 * notification, with its parameter {@code data}.
 */
public class Client implements BiFunction<String, Consumer<String[]>, AutoCloseable> {

	@Override
	public AutoCloseable apply(String url, Consumer<String[]> tell) {
		HttpClientStreamableHttpTransport transport = HttpClientStreamableHttpTransport
			.builder(url.substring(0, url.indexOf('/', 8)))
			.endpoint(url.substring(url.indexOf('/', 8)))
			.openConnectionOnStartup(true)
			.build();
		transport.setExceptionHandler((error) -> tell.accept(new String[] { "error" }));
		Disposable connection = transport.connect((messages) -> messages.doOnNext((message) -> {
			JSONRPCNotification notification = (JSONRPCNotification) message;
			Object data = ((Map<?, ?>) notification.params()).get("data");
			tell.accept(new String[] { "event", notification.method(), String.valueOf(data), null });
		})).subscribe();
		return () -> {
			connection.dispose();
			transport.closeGracefully().subscribe();
		};
	}

}
