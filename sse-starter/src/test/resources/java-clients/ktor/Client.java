import java.lang.reflect.Method;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.ktor.client.HttpClient;
import io.ktor.client.HttpClientKt;
import io.ktor.client.engine.cio.CIO;
import io.ktor.client.plugins.sse.BuildersKt;
import io.ktor.client.plugins.sse.ClientSSESession;
import io.ktor.client.request.HttpRequestBuilder;
import io.ktor.sse.ServerSentEvent;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.jvm.functions.Function1;
import kotlin.jvm.functions.Function2;
import kotlin.time.Duration;
import kotlinx.coroutines.flow.FlowCollector;

/**
 * {@code client.sse(url) { incoming.collect { … } }}, as it is from Java, with as many tries
 * to come back as there can be: of itself it has none.
 */
public class Client implements BiFunction<String, Consumer<String[]>, AutoCloseable> {

	@Override
	public AutoCloseable apply(String url, Consumer<String[]> tell) {
		HttpClient client = HttpClientKt.HttpClient(CIO.INSTANCE, (config) -> {
			BuildersKt.SSE(config, (sse) -> {
				sse.setMaxReconnectionAttempts(Integer.MAX_VALUE);
				return Unit.INSTANCE;
			});
			return Unit.INSTANCE;
		});
		Function2<ClientSSESession, Continuation<? super Unit>, Object> block = (session, next) -> session.getIncoming()
			.collect((FlowCollector<ServerSentEvent>) (event, then) -> {
				tell.accept(new String[] { "event", event.getEvent(), event.getData(), event.getId() });
				return Unit.INSTANCE;
			}, next);
		try {
			// Its name cannot be written in Java
			Method sse = BuildersKt.class.getMethod("sse-Mswn-_c", HttpClient.class, String.class, Function1.class,
					Duration.class, Boolean.class, Boolean.class, Function2.class, Continuation.class);
			sse.invoke(null, client, url, (Function1<HttpRequestBuilder, Unit>) (request) -> Unit.INSTANCE, null, null,
					null, block, new Continuation<Unit>() {

						@Override
						public CoroutineContext getContext() {
							return EmptyCoroutineContext.INSTANCE;
						}

						@Override
						public void resumeWith(Object result) {
							tell.accept(new String[] { "closed" });
						}

					});
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
		return client;
	}

}
